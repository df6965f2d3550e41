import CZeroMQ
import Glibc

/// How much of one message is kept; what exceeds it is discarded as it is read.
package struct MessageLimits: Sendable, Equatable {
    /// Frames of a message, a ROUTER's routing id included.
    package var maxParts: Int
    /// Bytes of all frames together, a ROUTER's routing id included.
    package var maxBytes: Int

    package init(maxParts: Int, maxBytes: Int) {
        self.maxParts = maxParts
        self.maxBytes = maxBytes
    }
}

/// Who sent a message.
package struct Sender: Sendable, Equatable {
    /// The name under which an `Authenticator` has let it in; nil where there is none.
    package var userID: String?
    /// The descriptor of its connection, for `Socket.hangUp`; nil where it has none.
    package var descriptor: Int32?
}

/// What one call to `receive` took from a socket.
package enum Received: Sendable, Equatable {
    /// A whole message; the first frame of a ROUTER's is the routing id of the peer.
    case message([[UInt8]])
    /// A message beyond the limits, discarded: who sent it (to a ROUTER) and how large it was.
    case oversized(routingID: [UInt8]?, parts: Int, bytes: Int)
}

extension Socket {
    /// Takes the next message from the socket, nil when there is none; never waits.
    ///
    /// The limits bound what is copied out. libzmq itself hands over complete messages only and bounds each frame
    /// (`maxMessageSize`) and the number of complete messages, but not the number of frames of one: a peer who never
    /// ends a message grows libzmq's memory out of reach of this call, so peers must be authenticated.
    package borrowing func receive(limits: MessageLimits) throws(ZeroMQError) -> Received? {
        try handle.receive(limits: limits, startsWithRoutingID: kind == .router)?.message
    }

    /// The same with what is known of the sender.
    package borrowing func receiveAuthenticated(
        limits: MessageLimits
    ) throws(ZeroMQError) -> (message: Received, sender: Sender)? {
        try handle.receive(limits: limits, startsWithRoutingID: kind == .router, withSender: true)
    }
}

extension SocketHandle {
    /// Takes the next message from the socket, nil when there is none.
    func receive(
        limits: MessageLimits, startsWithRoutingID: Bool, withSender: Bool = false
    ) throws(ZeroMQError) -> (message: Received, sender: Sender)? {
        let frame = IncomingFrame()
        guard try frame.receive(from: self) else { return nil }
        let routingID = startsWithRoutingID ? frame.bytes : nil
        var frames: [[UInt8]] = []
        var parts = 1
        var bytes = frame.count
        while true {
            if parts <= limits.maxParts, bytes <= limits.maxBytes {
                frames.append(frame.bytes)
            } else {
                frames = []
            }
            guard frame.hasMore else { break }
            guard try frame.receive(from: self) else {
                throw ZeroMQError(code: .protocolViolation, operation: "zmq_msg_recv")
            }
            parts += 1
            bytes += frame.count
        }
        // The routing id is the socket's own; what came over the connection has the properties.
        let sender = withSender ? Sender(userID: frame.property("User-Id"), descriptor: frame.descriptor) : Sender()
        if parts > limits.maxParts || bytes > limits.maxBytes {
            return (.oversized(routingID: routingID, parts: parts, bytes: bytes), sender)
        }
        return (.message(frames), sender)
    }
}

/// A `zmq_msg_t` that receives one frame after the other; libzmq wants it to stay in place.
private struct IncomingFrame: ~Copyable {
    private let message: UnsafeMutablePointer<zmq_msg_t>

    init() {
        message = .allocate(capacity: 1)
        // Documented to succeed always.
        zmq_msg_init(message)
    }

    deinit {
        zmq_msg_close(message)
        message.deallocate()
    }

    /// Replaces the frame with the socket's next one, false when there is none.
    func receive(from socket: borrowing SocketHandle) throws(ZeroMQError) -> Bool {
        switch CallOutcome(retryingInterrupts: { zmq_msg_recv(message, socket.pointer, ZMQ_DONTWAIT) }) {
        case .value: return true
        case .failure(.again): return false
        case .failure(let code): throw ZeroMQError(code: code, operation: "zmq_msg_recv")
        }
    }

    /// What the connection says of itself, at most 256 bytes of it.
    func property(_ name: String) -> String? {
        guard let text = zmq_msg_gets(message, name) else { return nil }
        let length = strnlen(text, 257)
        guard length > 0, length <= 256 else { return nil }
        return String(validatingCString: text)
    }

    /// That of the connection over which it came; nil where there is none.
    var descriptor: Int32? {
        let descriptor = zmq_msg_get(message, ZMQ_SRCFD)
        return descriptor >= 0 ? descriptor : nil
    }

    var count: Int { zmq_msg_size(message) }
    var hasMore: Bool { zmq_msg_more(message) != 0 }
    var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: zmq_msg_data(message), count: count)) }
}
