import Glibc
import Synchronization
import Testing

@testable import ZeroMQ

@Suite(.timeLimit(.minutes(1))) struct PollingTests {
    @Test func eachItemHasItsReadiness() throws {
        let context = try MessagingContext()
        let left = try Socket(.pair, in: context)
        try left.bind("inproc://poll")
        let right = try Socket(.pair, in: context)
        try right.connect("inproc://poll")
        let wakeUp = try WakeUp()
        #expect(
            try poll([left.pollItem(.receive), wakeUp.pollItem, right.pollItem([.receive, .send])], timeout: .zero)
                == [[], [], .send])
        #expect(try right.send([[1]]))
        wakeUp.signal()
        #expect(
            try poll([right.pollItem(.receive), wakeUp.pollItem, left.pollItem([.receive, .send])], timeout: nil)
                == [[], .receive, [.receive, .send]])
        left.close()
        right.close()
        context.close()
    }

    @Test func timeoutIsWaitedFor() throws {
        let wakeUp = try WakeUp()
        var readiness: [Readiness] = []
        let elapsed = try ContinuousClock().measure {
            readiness = try poll([wakeUp.pollItem], timeout: .milliseconds(30))
        }
        #expect(readiness == [[]])
        #expect(elapsed >= .milliseconds(29))
    }

    @Test func closedDescriptorIsAFailureNotAnEndlessWait() throws {
        var descriptors: [Int32] = [0, 0]
        try #require(pipe(&descriptors) == 0)
        close(descriptors[1])
        let readiness = try poll([PollItem(descriptor: descriptors[0], .receive)], timeout: nil)
        #expect(readiness[0].contains(.failure))
        close(descriptors[0])
    }

    @Test func signalEndsThePollWithNothingReady() throws {
        try SignalCounter.install()
        let result = PollResult()
        let thread = try TestThread {
            guard let wakeUp = try? WakeUp() else { return }
            let start = ContinuousClock.now
            let readiness = try? poll([wakeUp.pollItem], timeout: .seconds(20))
            result.value.withLock { $0 = (readiness, ContinuousClock.now - start) }
        }
        // Repeated, as the first signals may find the thread on its way to the poll.
        try eventually {
            thread.interrupt()
            return thread.isFinished ? true : nil
        }
        thread.join()
        let (readiness, elapsed) = result.value.withLock { $0 }
        #expect(readiness == [[]])
        #expect(elapsed < .seconds(10))
    }

    @Test func signalDoesNotEndAWaitingSend() throws {
        try SignalCounter.install()
        let context = try SharedContext()
        let reader = try context.socket(.pair, options: SenderState.options)
        try reader.bind("inproc://signals")
        let state = SenderState()
        let thread = try TestThread {
            let accepted = try? state.send(in: context)
            state.accepted.withLock { $0 = accepted }
        }
        // Two messages fill the queue, so that the third waits.
        try eventually { state.sent.load(ordering: .acquiring) == 2 ? true : nil }
        let before = SignalCounter.count.load(ordering: .relaxed)
        try eventually {
            thread.interrupt()
            return SignalCounter.count.load(ordering: .relaxed) >= before + 10 ? true : nil
        }
        #expect(!thread.isFinished)
        for number: UInt8 in 0..<3 { #expect(try reader.awaitMessage() == [[number], [number]]) }
        thread.join()
        #expect(state.accepted.withLock { $0 } == [true, true, true])
        reader.close()
        context.close()
    }
}

private final class PollResult: Sendable {
    let value = Mutex<(readiness: [Readiness]?, elapsed: Duration)>((nil, .zero))
}

private final class SenderState: Sendable {
    let sent = Atomic(0)
    let accepted = Mutex<[Bool]?>(nil)

    static var options: SocketOptions {
        var options = SocketOptions()
        options.sendHighWaterMark = 1
        options.receiveHighWaterMark = 1
        return options
    }

    func send(in context: SharedContext) throws -> [Bool] {
        let socket = try context.socket(.pair, options: Self.options)
        try socket.connect("inproc://signals")
        var accepted: [Bool] = []
        for number: UInt8 in 0..<3 {
            accepted.append(try socket.send([[number], [number]], wait: true))
            sent.add(1, ordering: .releasing)
        }
        socket.close()
        return accepted
    }
}
