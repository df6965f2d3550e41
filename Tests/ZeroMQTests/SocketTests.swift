import Glibc
import Testing

@testable import ZeroMQ

@Suite(.timeLimit(.minutes(1))) struct SocketTests {
    @Test func wildcardResolvesAndUnbindFreesTheAddress() throws {
        let context = try MessagingContext()
        let first = try Socket(.router, in: context, monitoring: .closed)
        let second = try Socket(.router, in: context)
        try first.bind("tcp://127.0.0.1:*")
        let endpoint = try first.lastEndpoint()
        #expect(endpoint.hasPrefix("tcp://127.0.0.1:") && !endpoint.hasSuffix("*"))
        #expect(throws: ZeroMQError(code: .addressInUse, operation: "zmq_bind", endpoint: endpoint)) {
            try second.bind(endpoint)
        }
        try first.unbind(endpoint)
        _ = try first.awaitEvent(.closed)
        try second.bind(endpoint)
        first.close()
        second.close()
        context.close()
    }

    @Test func ipcAddressInUseIsRefusedAndStillServed() throws {
        let directory = try TemporaryDirectory()
        let endpoint = directory.endpoint("s")
        let context = try MessagingContext()
        let first = try Socket(.router, in: context)
        let second = try Socket(.router, in: context)
        let client = try Socket(.dealer, in: context)
        try first.bind(endpoint)
        #expect(throws: ZeroMQError(code: .addressInUse, operation: "zmq_bind", endpoint: endpoint)) {
            try second.bind(endpoint)
        }
        try client.connect(endpoint)
        #expect(try client.send([[7]]))
        #expect(try first.awaitMessage().last == [7])
        client.close()
        second.close()
        first.close()
        context.close()
    }

    @Test func aFileAtAnIpcPathIsNotDeleted() throws {
        let directory = try TemporaryDirectory()
        let (endpoint, path) = (directory.endpoint("s"), "\(directory.path)/s")
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        #expect(descriptor >= 0 && write(descriptor, "precious", 8) == 8)
        close(descriptor)
        let context = try MessagingContext()
        let socket = try Socket(.router, in: context)
        #expect(throws: ZeroMQError(code: .alreadyExists, operation: "zmq_bind", endpoint: endpoint)) {
            try socket.bind(endpoint)
        }
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_size == 8)
        socket.close()
        context.close()
    }

    @Test func staleIpcFileIsReplaced() throws {
        let directory = try TemporaryDirectory()
        let endpoint = directory.endpoint("s")
        try leaveStaleSocket(at: "\(directory.path)/s")
        let context = try MessagingContext()
        let socket = try Socket(.router, in: context)
        try socket.bind(endpoint)
        #expect(try socket.lastEndpoint() == endpoint)
        socket.close()
        context.close()
    }

    @Test(arguments: [
        ("ipc:///tmp/" + String(repeating: "x", count: 120), ZeroMQError.Code.nameTooLong),
        ("tcp://127.0.0.1", .invalidArgument),
        ("carrier-pigeon://home", .protocolNotSupported),
        ("tcp://no-such-interface:1", .noSuchInterface),
    ])
    func impossibleEndpointIsNamed(endpoint: String, code: ZeroMQError.Code) throws {
        let context = try MessagingContext()
        let socket = try Socket(.router, in: context)
        #expect(throws: ZeroMQError(code: code, operation: "zmq_bind", endpoint: endpoint)) {
            try socket.bind(endpoint)
        }
        socket.close()
        context.close()
    }

    @Test func onlyWhatIsConnectedCanBeDisconnected() throws {
        let context = try MessagingContext()
        let socket = try Socket(.dealer, in: context)
        let endpoint = "tcp://127.0.0.1:9"
        #expect(throws: ZeroMQError(code: .noSuchEndpoint, operation: "zmq_disconnect", endpoint: endpoint)) {
            try socket.disconnect(endpoint)
        }
        try socket.connect(endpoint)
        #expect(try socket.send([[1]]))
        try socket.disconnect(endpoint)
        #expect(try socket.send([[1]]) == false)
        socket.close()
        context.close()
    }

    @Test(arguments: Socket.Kind.allCases)
    func closedSocketFreesItsInprocName(kind: Socket.Kind) throws {
        let context = try MessagingContext()
        let first = try Socket(kind, in: context)
        try first.bind("inproc://name")
        first.close()
        let second = try Socket(kind, in: context)
        // Closing goes on in the background.
        try eventually { try? second.bind("inproc://name") }
        second.close()
        context.close()
    }
}
