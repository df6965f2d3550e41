import Synchronization
import Testing

@testable import ZeroMQ

@Suite(.timeLimit(.minutes(1))) struct SocketMonitorTests {
    @Test func lifeOfAConnectionIsSeenFromBothSides() throws {
        let directory = try TemporaryDirectory()
        let endpoint = directory.endpoint("s")
        let context = try MessagingContext()
        let router = try Socket(.router, in: context, monitoring: [.listening, .accepted, .disconnected])
        try router.bind(endpoint)
        let dealer = try Socket(.dealer, in: context, monitoring: [.handshakeSucceeded, .disconnected])
        try dealer.connect(endpoint)
        // Only what was subscribed to, in order, from the bind on.
        for kind: MonitorEvent.Kind in [.listening, .accepted] {
            let event = try router.awaitEvent(.all)
            #expect(event.kind == kind)
            #expect(event.endpoint == endpoint)
        }
        #expect(try dealer.awaitEvent(.all).kind == .handshakeSucceeded)
        dealer.close()
        #expect(try router.awaitEvent(.all).kind == .disconnected)
        #expect(try router.receiveEvent() == nil)
        router.close()
        context.close()
    }

    @Test func closedListenerIsSeenByThePeer() throws {
        let directory = try TemporaryDirectory()
        let context = try MessagingContext()
        let router = try Socket(.router, in: context)
        try router.bind(directory.endpoint("s"))
        let dealer = try Socket(.dealer, in: context, monitoring: [.connected, .disconnected])
        try dealer.connect(directory.endpoint("s"))
        #expect(try dealer.awaitEvent(.all).kind == .connected)
        router.close()
        #expect(try dealer.awaitEvent(.all).kind == .disconnected)
        dealer.close()
        context.close()
    }

    @Test func closingAMonitoredSocketDoesNotStallTheOthers() throws {
        let directory = try TemporaryDirectory()
        let context = try MessagingContext()
        let witness = try Socket(.router, in: context)
        try witness.bind(directory.endpoint("witness"))
        for round in 0..<20 {
            let router = try Socket(.router, in: context, monitoring: .all)
            try router.bind(directory.endpoint("s\(round)"))
            let dealer = try Socket(.dealer, in: context, monitoring: .all)
            try dealer.connect(directory.endpoint("s\(round)"))
            #expect(try dealer.send([[1]]))
            _ = try router.awaitMessage()
            router.close()
            dealer.close()
        }
        let client = try Socket(.dealer, in: context)
        try client.connect(directory.endpoint("witness"))
        #expect(try client.send([[2]]))
        #expect(try witness.awaitMessage().last == [2])
        client.close()
        witness.close()
        context.close()
    }

    @Test func unreadEventsDoNotBlock() throws {
        let directory = try TemporaryDirectory()
        let context = try SharedContext()
        let outcome = Outcome()
        // On a thread of its own, so that a block is a failure and not a hang.
        let thread = try TestThread {
            let count = try? Self.countUnreadEvents(in: context, directory)
            outcome.events.withLock { $0 = count }
        }
        try eventually { thread.isFinished ? true : nil }
        thread.join()
        #expect(outcome.events.withLock { $0 ?? 0 } > 2000)
        context.close()
    }

    private static func countUnreadEvents(in context: SharedContext, _ directory: TemporaryDirectory) throws -> Int {
        let router = try context.socket(.router, monitoring: .all)
        // Each bind and unbind leaves events; the default queue of a monitor holds 2000.
        for round in 0..<1500 {
            try router.bind(directory.endpoint("s\(round)"))
            try router.unbind(directory.endpoint("s\(round)"))
        }
        var events = 0
        while try router.receiveEvent() != nil { events += 1 }
        router.close()
        return events
    }
}

private final class Outcome: Sendable {
    let events = Mutex<Int?>(nil)
}
