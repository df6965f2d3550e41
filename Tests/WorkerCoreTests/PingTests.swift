import SweepProtocol
import Testing
import WorkerCore

/// By the answer to a ping the coordinator knows what a worker has read.
struct PingTests {
    @Test func onlyTicketsAreAnswered() {
        let hello = WorkerHello(
            software: "platonic test", workerID: "w", host: "h", processID: 1, blasCore: "Haswell", memoryBytes: 1 << 30
        )
        var session = WorkerSession(hello, limits: .init(reconnectTimeout: .seconds(60), grace: .zero), now: .zero)
        session.receive(.ping(ticket: 0), .zero)
        #expect(session.takeEffects() == [])
        session.receive(.ping(ticket: .max), .zero)
        #expect(session.takeEffects() == [.answer(Pong(ticket: .max))])
    }
}
