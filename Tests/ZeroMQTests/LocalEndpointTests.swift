import Glibc
import Testing

@testable import ZeroMQ

/// Leaves what a crashed process leaves: a socket file with nobody listening.
func leaveStaleSocket(at path: String) throws {
    let descriptor = try listeningSocket(at: path)
    close(descriptor)
}

private func listeningSocket(at path: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let status = withUnsafePointer(to: address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    try #require(status == 0)
    try #require(listen(descriptor, 0) == 0)
    return descriptor
}

@Suite struct LocalEndpointTests {
    @Test(
        arguments: [
            ("ipc:///tmp/s", "/tmp/s"), ("ipc://relative", "relative"), ("ipc://*", nil), ("ipc://@abstract", nil),
            ("ipc://", nil), ("tcp://127.0.0.1:1", nil), ("inproc://ipc", nil),
        ] as [(String, String?)])
    func pathsOfFileSystem(endpoint: String, path: String?) {
        #expect(LocalEndpoint.path(of: endpoint) == path)
    }

    @Test func tellsLiveFromStaleListeners() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/s"
        #expect(!LocalEndpoint.hasListener(at: path))
        let descriptor = try listeningSocket(at: path)
        // The second and third question find the backlog of 0 full.
        for _ in 0..<3 { #expect(LocalEndpoint.hasListener(at: path)) }
        close(descriptor)
        #expect(!LocalEndpoint.hasListener(at: path))
        #expect(!LocalEndpoint.hasListener(at: String(repeating: "x", count: 108)))
    }
}
