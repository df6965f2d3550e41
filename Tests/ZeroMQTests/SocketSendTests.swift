import CZeroMQ
import Glibc
import Testing

@testable import ZeroMQ

@Suite(.timeLimit(.minutes(1))) struct SocketSendTests {
    @Test func highWaterMarkMakesADealerRefuseWholeMessages() throws {
        let context = try MessagingContext()
        var options = SocketOptions()
        options.sendHighWaterMark = 2
        options.receiveHighWaterMark = 2
        let router = try Socket(.router, in: context, options: options)
        try router.bind("inproc://hwm")
        let dealer = try Socket(.dealer, in: context, options: options)
        try dealer.connect("inproc://hwm")
        var accepted: UInt8 = 0
        while try accepted < 100 && dealer.send([[accepted], [], [accepted]]) { accepted += 1 }
        // Within a process, the two queues are one.
        #expect(accepted == 4)
        for number in 0..<accepted {
            #expect(try router.awaitMessage().dropFirst() == [[number], [], [number]])
        }
        #expect(try router.receive(limits: .generous) == nil)
        try eventually { try dealer.send([[99]]) ? true : nil }
        #expect(try router.awaitMessage().last == [99])
        dealer.close()
        router.close()
        context.close()
    }

    @Test func fullPeerOfARouterWouldBlock() throws {
        let context = try MessagingContext()
        var options = SocketOptions()
        options.sendHighWaterMark = 1
        options.receiveHighWaterMark = 1
        let router = try Socket(.router, in: context, options: options)
        try router.bind("inproc://full")
        let dealer = try Socket(.dealer, in: context, options: options)
        try dealer.connect("inproc://full")
        #expect(try dealer.send([[0]]))
        let peer = try router.awaitMessage()[0]
        #expect(try router.send([peer, [1], [2]]))
        #expect(try router.send([peer, [3]]))
        #expect(try router.send([peer, [4]]) == false)
        #expect(try dealer.awaitMessage() == [[1], [2]])
        #expect(try dealer.awaitMessage() == [[3]])
        #expect(try dealer.receive(limits: .generous) == nil)
        dealer.close()
        router.close()
        context.close()
    }

    @Test func routerNamesPeersThatAreGone() throws {
        let directory = try TemporaryDirectory()
        let context = try MessagingContext()
        let router = try Socket(.router, in: context, monitoring: .disconnected)
        try router.bind(directory.endpoint("s"))
        let dealer = try Socket(.dealer, in: context)
        try dealer.connect(directory.endpoint("s"))
        #expect(try dealer.send([[1]]))
        let peer = try router.awaitMessage()[0]
        #expect(try router.send([peer, [2]]))
        #expect(try dealer.awaitMessage() == [[2]])
        dealer.close()
        _ = try router.awaitEvent(.disconnected)
        let error = try eventually { () -> ZeroMQError? in
            do throws(ZeroMQError) {
                _ = try router.send([peer, [3]])
                return nil
            } catch {
                return error
            }
        }
        #expect(error == ZeroMQError(code: .hostUnreachable, operation: "zmq_send"))
        #expect(throws: ZeroMQError(code: .hostUnreachable, operation: "zmq_send")) {
            try router.send([[0, 9, 9, 9, 9], [3]], wait: true)
        }
        router.close()
        context.close()
    }

    @Test func routerWithoutMandatoryDropsSilently() throws {
        let context = try MessagingContext()
        var options = SocketOptions()
        options.routerMandatory = false
        let router = try Socket(.router, in: context, options: options)
        #expect(try router.send([[0, 9, 9, 9, 9], [3]]))
        router.close()
        context.close()
    }

    @Test func framesOfForeignMemoryAreCopied() throws {
        let context = try MessagingContext()
        let left = try Socket(.pair, in: context)
        try left.bind("inproc://buffers")
        let right = try Socket(.pair, in: context)
        try right.connect("inproc://buffers")
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100_000, alignment: 8)
        buffer.initializeMemory(as: UInt8.self, repeating: 5)
        #expect(try left.send([UnsafeRawBufferPointer(buffer), UnsafeRawBufferPointer(start: nil, count: 0)]))
        buffer.initializeMemory(as: UInt8.self, repeating: 6)
        buffer.deallocate()
        #expect(try right.awaitMessage() == [[UInt8](repeating: 5, count: 100_000), []])
        left.close()
        right.close()
        context.close()
    }

    @Test func peerLostBetweenTwoFramesCostsOneMessageOnly() throws {
        let context = try MessagingContext()
        let dealer = try Socket(.dealer, in: context)
        var lost: Socket? = try Socket(.router, in: context)
        try lost?.bind("inproc://lost")
        try dealer.connect("inproc://lost")
        let accepted = try dealer.send(count: 4, wait: false) { index, flags in
            if index == 1 {
                lost.take()?.close()
                // Nothing tells when the other end is gone; libzmq looks at its mailbox once a millisecond.
                usleep(20_000)
            }
            return zmq_send(dealer.handle.pointer, [UInt8(index)], 1, flags)
        }
        #expect(!accepted)
        let router = try Socket(.router, in: context)
        try router.bind("inproc://successor")
        try dealer.connect("inproc://successor")
        #expect(try dealer.send([[8], [9]]))
        #expect(try router.awaitMessage().dropFirst() == [[8], [9]])
        dealer.close()
        router.close()
        context.close()
    }

    @Test func pairWithoutAPeerWouldBlock() throws {
        let context = try MessagingContext()
        let pair = try Socket(.pair, in: context)
        #expect(try pair.send([[1], [2]]) == false)
        pair.close()
        context.close()
    }
}
