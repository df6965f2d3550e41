import Testing

@testable import ZeroMQ

@Suite(.timeLimit(.minutes(1))) struct SocketReceiveTests {
    @Test(arguments: ["inproc", "ipc", "tcp"])
    func multipartRoundTripKeepsEmptyFrames(transport: String) throws {
        let directory = try TemporaryDirectory()
        let endpoints = ["inproc": "inproc://s", "ipc": directory.endpoint("s"), "tcp": "tcp://127.0.0.1:*"]
        let context = try MessagingContext()
        let router = try Socket(.router, in: context)
        try router.bind(try #require(endpoints[transport]))
        let dealer = try Socket(.dealer, in: context)
        try dealer.connect(try router.lastEndpoint())
        let body: [[UInt8]] = [[], [0], [], Array(repeating: 171, count: 300_000), []]
        #expect(try dealer.send(body))
        let request = try router.awaitMessage()
        #expect(request.count == 6 && !request[0].isEmpty && request.dropFirst() == body[...])
        #expect(try router.send([request[0]] + body.reversed()))
        #expect(try dealer.awaitMessage() == body.reversed())
        #expect(try dealer.receive(limits: .generous) == nil)
        dealer.close()
        router.close()
        context.close()
    }

    @Test func messagesBeyondTheLimitsAreDrainedAndAttributed() throws {
        let context = try MessagingContext()
        let router = try Socket(.router, in: context)
        try router.bind("inproc://limits")
        let dealer = try Socket(.dealer, in: context)
        try dealer.connect("inproc://limits")
        #expect(try dealer.send([[1]]))
        let peer = try router.awaitMessage()[0]
        // Limits that the first message just meets, and the next two just miss.
        let limits = MessageLimits(maxParts: 4, maxBytes: peer.count + 30)
        let messages: [[[UInt8]]] = [
            Array(repeating: Array(repeating: 1, count: 10), count: 3), Array(repeating: [], count: 4),
            [Array(repeating: 2, count: 30), [], [2]], [[3]],
        ]
        for message in messages { #expect(try dealer.send(message)) }
        #expect(try router.awaitReceived(limits: limits) == .message([peer] + messages[0]))
        #expect(
            try router.awaitReceived(limits: limits) == .oversized(routingID: peer, parts: 5, bytes: peer.count))
        #expect(
            try router.awaitReceived(limits: limits)
                == .oversized(routingID: peer, parts: 4, bytes: peer.count + 31))
        #expect(try router.awaitReceived(limits: limits) == .message([peer, [3]]))
        dealer.close()
        router.close()
        context.close()
    }

    @Test func oversizedMessageToADealerHasNoRoutingID() throws {
        let context = try MessagingContext()
        let left = try Socket(.dealer, in: context)
        try left.bind("inproc://dealers")
        let right = try Socket(.dealer, in: context)
        try right.connect("inproc://dealers")
        #expect(try left.send([[1, 2, 3]]))
        let received = try right.awaitReceived(limits: MessageLimits(maxParts: 1, maxBytes: 2))
        #expect(received == .oversized(routingID: nil, parts: 1, bytes: 3))
        left.close()
        right.close()
        context.close()
    }

    @Test func frameBeyondMaxMessageSizeCostsTheConnection() throws {
        let directory = try TemporaryDirectory()
        let context = try MessagingContext()
        var options = SocketOptions()
        options.maxMessageSize = 1000
        let router = try Socket(.router, in: context, options: options, monitoring: [.accepted, .disconnected])
        try router.bind(directory.endpoint("s"))
        let offender = try Socket(.dealer, in: context)
        try offender.connect(directory.endpoint("s"))
        #expect(try offender.send([Array(repeating: 1, count: 1000)]))
        #expect(try router.awaitMessage().last?.count == 1000)
        #expect(try offender.send([[1], Array(repeating: 1, count: 1001)]))
        _ = try router.awaitEvent(.disconnected)
        offender.close()
        let other = try Socket(.dealer, in: context)
        try other.connect(directory.endpoint("s"))
        #expect(try other.send([[2]]))
        #expect(try router.awaitMessage().last == [2])
        #expect(try router.receive(limits: .generous) == nil)
        other.close()
        router.close()
        context.close()
    }
}
