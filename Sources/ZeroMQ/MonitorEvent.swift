import CZeroMQ

/// Something that happened to a connection or listener of a monitored socket.
package struct MonitorEvent: Sendable, Equatable {
    /// What can happen; an event has one of them, a subscription any number.
    package struct Kind: OptionSet, Sendable, Hashable {
        package let rawValue: UInt16

        package init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        private init(_ event: Int32) {
            rawValue = UInt16(event)
        }

        /// A connection was made; the value is its descriptor.
        package static let connected = Kind(ZMQ_EVENT_CONNECTED)
        /// A connection could not be made at once and is awaited.
        package static let connectDelayed = Kind(ZMQ_EVENT_CONNECT_DELAYED)
        /// A connection will be tried again; the value is the wait in milliseconds.
        package static let connectRetried = Kind(ZMQ_EVENT_CONNECT_RETRIED)
        /// The socket listens; the value is the descriptor.
        package static let listening = Kind(ZMQ_EVENT_LISTENING)
        /// The socket could not listen; the value is an errno.
        package static let bindFailed = Kind(ZMQ_EVENT_BIND_FAILED)
        /// A connection was accepted; the value is its descriptor.
        package static let accepted = Kind(ZMQ_EVENT_ACCEPTED)
        /// A connection could not be accepted; the value is an errno.
        package static let acceptFailed = Kind(ZMQ_EVENT_ACCEPT_FAILED)
        /// A connection was closed by this side.
        package static let closed = Kind(ZMQ_EVENT_CLOSED)
        /// A connection could not be closed; the value is an errno.
        package static let closeFailed = Kind(ZMQ_EVENT_CLOSE_FAILED)
        /// A connection broke or was closed by the peer; which peer, libzmq does not say.
        package static let disconnected = Kind(ZMQ_EVENT_DISCONNECTED)
        /// The handshake failed for reasons of the system; the value is an errno.
        package static let handshakeFailed = Kind(ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL)
        /// The handshake succeeded: messages can flow.
        package static let handshakeSucceeded = Kind(ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
        /// The peer broke the protocol during the handshake; the value is a `ZMQ_PROTOCOL_ERROR_*`.
        package static let handshakeProtocolError = Kind(ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL)
        /// The peer was not let in; the value is the status ZAP returned.
        package static let handshakeUnauthorized = Kind(ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)

        /// Every kind; "monitor stopped" is none of them, as nobody is left to read it.
        package static let all: Kind = [
            .connected, .connectDelayed, .connectRetried, .listening, .bindFailed, .accepted, .acceptFailed, .closed,
            .closeFailed, .disconnected, .handshakeFailed, .handshakeSucceeded, .handshakeProtocolError,
            .handshakeUnauthorized,
        ]
    }

    /// What happened.
    package let kind: Kind
    /// A descriptor, errno, status or time, depending on the kind.
    package let value: UInt32
    /// The endpoint as bound or connected, not the address of the peer.
    package let endpoint: String

    /// Parses the two frames of an event: 16 bits of kind and 32 of value in host order, then the endpoint.
    init?(frames: [[UInt8]]) {
        guard frames.count == 2, frames[0].count == 6 else { return nil }
        let kind = frames[0].withUnsafeBytes { Kind(rawValue: $0.loadUnaligned(as: UInt16.self)) }
        guard kind.rawValue.nonzeroBitCount == 1, kind.isSubset(of: .all) else { return nil }
        guard let endpoint = String(validating: frames[1], as: UTF8.self) else { return nil }
        self.kind = kind
        self.value = frames[0].withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 2, as: UInt32.self) }
        self.endpoint = endpoint
    }
}
