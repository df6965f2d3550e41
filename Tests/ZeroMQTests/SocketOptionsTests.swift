import Glibc
import Testing

@testable import ZeroMQ

@Suite(.timeLimit(.minutes(1))) struct SocketOptionsTests {
    @Test(
        arguments: [
            (.zero, 0), (.milliseconds(-5), 0), (.nanoseconds(1), 1), (.milliseconds(1), 1),
            (.microseconds(1001), 2), (.seconds(3), 3000), (.seconds(1 << 40), Int32.max),
        ] as [(Duration, Int32)])
    func millisecondsRoundUpAndSaturate(duration: Duration, milliseconds: Int32) {
        #expect(duration.wholeMilliseconds == milliseconds)
    }

    @Test func immediateQueuesNothingWithoutAPeer() throws {
        let directory = try TemporaryDirectory()
        let context = try MessagingContext()
        var options = SocketOptions()
        options.linger = .zero
        let eager = try Socket(.dealer, in: context, options: options)
        options.immediate = true
        let immediate = try Socket(.dealer, in: context, options: options)
        try eager.connect(directory.endpoint("nobody"))
        try immediate.connect(directory.endpoint("nobody"))
        #expect(try eager.send([[1]]))
        #expect(try immediate.send([[1]]) == false)
        eager.close()
        immediate.close()
        context.close()
    }

    @Test func muteConnectionIsDroppedAfterTheHandshakeInterval() throws {
        let context = try MessagingContext()
        var options = SocketOptions()
        options.handshakeInterval = .milliseconds(40)
        let router = try Socket(.router, in: context, options: options, monitoring: [.accepted, .disconnected])
        try router.bind("tcp://127.0.0.1:*")
        let port = try #require(UInt16(try router.lastEndpoint().split(separator: ":").last ?? ""))
        let descriptor = try connectMutely(port: port)
        _ = try router.awaitEvent(.accepted)
        _ = try router.awaitEvent(.disconnected)
        close(descriptor)
        router.close()
        context.close()
    }

    @Test func reconnectionBacksOffUpToTheLongestInterval() throws {
        let context = try MessagingContext()
        let reserved = try Socket(.router, in: context)
        try reserved.bind("tcp://127.0.0.1:*")
        let endpoint = try reserved.lastEndpoint()
        reserved.close()
        var options = SocketOptions()
        options.reconnectInterval = .milliseconds(5)
        options.reconnectIntervalMax = .milliseconds(40)
        let dealer = try Socket(.dealer, in: context, options: options, monitoring: .connectRetried)
        try dealer.connect(endpoint)
        var waits: [UInt32] = []
        for _ in 0..<6 { waits.append(try dealer.awaitEvent(.connectRetried).value) }
        #expect(waits[0] < 15)
        #expect(waits[5] >= 20 && waits.allSatisfy { $0 <= 50 })
        dealer.close()
        context.close()
    }

    private func connectMutely(port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(status == 0)
        return descriptor
    }
}
