import Synchronization
import Testing

@testable import ZeroMQ

@Suite(.timeLimit(.minutes(1))) struct MessagingContextTests {
    @Test func shutDownEndsEveryOperation() throws {
        let context = try MessagingContext()
        let socket = try Socket(.dealer, in: context)
        context.shutDown()
        let terminated = { (operation: String) in ZeroMQError(code: .terminated, operation: operation) }
        #expect(throws: terminated("zmq_send")) { try socket.send([[1]]) }
        #expect(throws: terminated("zmq_msg_recv")) { try socket.receive(limits: .generous) }
        #expect(throws: terminated("zmq_poll")) { try poll([socket.pollItem(.receive)], timeout: .zero) }
        #expect(throws: ZeroMQError.self) { try socket.bind("inproc://late") }
        #expect(throws: terminated("zmq_socket")) { _ = try Socket(.dealer, in: context) }
        socket.close()
        context.close()
    }

    @Test func closeWakesAndAwaitsSocketsOfOtherThreads() throws {
        let context = try SharedContext()
        let state = ThreadState()
        let thread = try TestThread {
            do {
                let socket = try context.socket(.dealer)
                state.isReady.store(true, ordering: .releasing)
                _ = try poll([socket.pollItem(.receive)], timeout: nil)
                socket.close()
            } catch {
                state.error.withLock { $0 = error as? ZeroMQError }
            }
        }
        try eventually { state.isReady.load(ordering: .acquiring) ? true : nil }
        context.close()
        thread.join()
        #expect(state.error.withLock { $0 }?.code == .terminated)
    }

    @Test func socketsOutliveAContextThatWasNotClosed() throws {
        func orphan() throws -> Socket {
            let context = try MessagingContext()
            return try Socket(.router, in: context)
        }
        let socket = try orphan()
        try socket.bind("inproc://orphan")
        #expect(try socket.receive(limits: .generous) == nil)
        socket.close()
    }

    @Test func droppedSocketsLetTheContextTerminate() throws {
        let context = try MessagingContext()
        do {
            let socket = try Socket(.router, in: context, monitoring: .all)
            try socket.bind("tcp://127.0.0.1:*")
        }
        context.close()
    }

    @Test(arguments: [true, false])
    func lingerBoundsTermination(isClosed: Bool) throws {
        let directory = try TemporaryDirectory()
        let context = try MessagingContext()
        let socket = try Socket(.dealer, in: context)
        try socket.connect(directory.endpoint("nobody"))
        #expect(try socket.send([[1]]))
        let start = ContinuousClock.now
        try socket.close(linger: .milliseconds(80))
        if isClosed { context.close() } else { _ = consume context }
        let elapsed = ContinuousClock.now - start
        #expect(elapsed >= .milliseconds(70) && elapsed < .milliseconds(900))
    }

    @Test func socketLimitIsReportedAndFailedSocketsAreReleased() throws {
        let context = try MessagingContext(maxSockets: 2)
        var options = SocketOptions()
        options.sendHighWaterMark = -1
        let refused = ZeroMQError(code: .invalidArgument, operation: "zmq_setsockopt")
        for _ in 0..<5 {
            // Closing goes on in the background, so a place takes a moment to become free.
            try eventually { () -> Bool? in
                do throws(ZeroMQError) {
                    _ = try Socket(.dealer, in: context, options: options)
                    return nil
                } catch {
                    return error == refused ? true : nil
                }
            }
        }
        let first = try eventually { try? Socket(.dealer, in: context) }
        let second = try eventually { try? Socket(.dealer, in: context) }
        #expect(throws: ZeroMQError(code: .tooManySockets, operation: "zmq_socket")) {
            _ = try Socket(.dealer, in: context)
        }
        first.close()
        second.close()
        context.close()
    }

    @Test func impossibleOptionsAreRefused() {
        #expect(throws: ZeroMQError(code: .invalidArgument, operation: "zmq_ctx_set")) {
            _ = try MessagingContext(maxSockets: -1)
        }
    }
}

private final class ThreadState: Sendable {
    let isReady = Atomic(false)
    let error = Mutex<ZeroMQError?>(nil)
}
