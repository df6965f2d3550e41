internal import SweepModel
internal import SweepProtocol
internal import ZeroMQ

/// A DEALER that is, or soon will be, connected to one endpoint.
struct ClientConnection: ~Copyable {
    let endpoint: String
    let socket: Socket
    /// Whether messages can flow.
    private(set) var isOpen = false
    private var failedHandshakes = 0

    /// So many connections may fail in a row before the endpoint is believed to be something else, or to have another key.
    private static let handshakeLimit = 4
    /// The value of `handshakeProtocolError` where one side uses keys and the other does not.
    private static let mechanismMismatch: UInt32 = 0x1100_0002

    init(_ endpoint: String, _ credentials: ClientCredentials, in context: borrowing MessagingContext) throws {
        var options = SocketOptions()
        // What matters is sent again until it is answered.
        options.linger = .zero
        options.maxMessageSize = Int64(ProtocolLimits.frameBytes)
        options.reconnectIntervalMax = .seconds(2)
        try credentials.apply(to: &options, endpoint: endpoint)
        let socket = try Socket(
            .dealer, in: context, options: options,
            monitoring: [
                .handshakeSucceeded, .disconnected, .handshakeFailed, .handshakeProtocolError, .handshakeUnauthorized,
            ])
        do {
            try socket.connect(endpoint)
        } catch {
            throw Complaint(
                .request, "the endpoint cannot be connected to: \(error.code)", at: endpoint,
                advice: "give an endpoint such as tcp://HOST:7070 or ipc:///PATH")
        }
        self.endpoint = endpoint
        self.socket = socket
    }

    /// Looks at what happened to the connection; whether it is new. Throws where it will never be one.
    mutating func follow() throws -> Bool {
        var isNew = false
        while let event = try socket.receiveEvent() {
            switch event.kind {
            case .handshakeSucceeded:
                isOpen = true
                isNew = true
                failedHandshakes = 0
            case .disconnected: isOpen = false
            // After these two libzmq does not try again.
            case .handshakeUnauthorized:
                throw Complaint(
                    .request, "the coordinator does not admit this key", at: endpoint,
                    advice: "it was revoked, or never issued there: ask for one with 'platonic keys issue'")
            case .handshakeProtocolError:
                guard event.value == Self.mechanismMismatch else { throw stranger }
                throw Complaint(
                    .request, "one side uses keys, and the other does not", at: endpoint,
                    advice: "give --keys for a coordinator with keys, and --insecure for one without")
            case .handshakeFailed:
                failedHandshakes += 1
                if failedHandshakes == Self.handshakeLimit { throw stranger }
            default: break
            }
        }
        return isNew
    }
    private var stranger: Complaint {
        Complaint(
            .request, "every connection ends before the handshake", at: endpoint,
            advice: "this is no coordinator, or it has another key than --keys says, or keys where --insecure was given"
        )
    }
}
