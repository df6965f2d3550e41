import CZeroMQ

/// Options a socket has from its first moment, before it is bound or connected.
///
/// Defaults are libzmq's except where those are traps: it lingers for ever, drops what a ROUTER cannot route, and
/// accepts frames of any size. Routing ids are left to libzmq, so that two peers cannot claim one.
package struct SocketOptions: Sendable, Equatable {
    /// How long a closed socket goes on delivering in the background; there is no endless linger.
    package var linger: Duration = .seconds(1)
    /// Messages queued per peer before a send would block; 0 is no limit.
    package var sendHighWaterMark: Int32 = 1000
    /// Messages queued per peer before the peer is no longer read; 0 is no limit.
    package var receiveHighWaterMark: Int32 = 1000
    /// Whether a ROUTER reports `.hostUnreachable` and a full peer instead of dropping the message.
    package var routerMandatory = true
    /// Bytes of the largest frame accepted from a network peer, who is disconnected at a larger one; -1 is no limit.
    package var maxMessageSize: Int64 = 1 << 20
    /// Wait before the first attempt to connect again; libzmq adds up to as much again at random.
    package var reconnectInterval: Duration = .milliseconds(100)
    /// Longest wait between attempts, which double up to it; zero keeps them at `reconnectInterval`.
    package var reconnectIntervalMax: Duration = .zero
    /// How long a new connection may take to shake hands; zero is for ever.
    package var handshakeInterval: Duration = .seconds(30)
    /// How often the peer's I/O thread is asked for a sign of life; zero is never.
    package var heartbeatInterval: Duration = .zero
    /// A connection whose peer has not answered for so long ends.
    package var heartbeatTimeout: Duration = .zero
    /// Whether messages queue on completed connections only.
    package var immediate = false
    /// Connections the kernel holds until they are accepted.
    package var backlog: Int32 = 100

    /// How peers prove who they are.
    package var security = Security.none

    /// CURVE: both sides have keys, everything is encrypted, and an `Authenticator` of the context decides who is let in.
    package enum Security: Sendable, Equatable {
        case none
        /// - Parameter domain: what the authenticator sees; without a domain libzmq would not ask it.
        case curveServer(secretKey: CurveKey, domain: String)
        case curveClient(serverKey: CurveKey, publicKey: CurveKey, secretKey: CurveKey)
    }

    package init() {}

    func apply(to socket: borrowing SocketHandle, kind: Socket.Kind) throws(ZeroMQError) {
        try socket.set(ZMQ_LINGER, to: linger.wholeMilliseconds)
        try socket.set(ZMQ_SNDHWM, to: sendHighWaterMark)
        try socket.set(ZMQ_RCVHWM, to: receiveHighWaterMark)
        if kind == .router { try socket.set(ZMQ_ROUTER_MANDATORY, to: Int32(routerMandatory ? 1 : 0)) }
        // libzmq looks at the frame as it comes over the wire: encrypted, it is a little longer.
        let overhead: Int64 = security == .none || maxMessageSize < 0 ? 0 : 64
        try socket.set(ZMQ_MAXMSGSIZE, to: maxMessageSize + overhead)
        try socket.set(ZMQ_RECONNECT_IVL, to: reconnectInterval.wholeMilliseconds)
        try socket.set(ZMQ_RECONNECT_IVL_MAX, to: reconnectIntervalMax.wholeMilliseconds)
        try socket.set(ZMQ_HANDSHAKE_IVL, to: handshakeInterval.wholeMilliseconds)
        if heartbeatInterval > .zero {
            try socket.set(ZMQ_HEARTBEAT_IVL, to: heartbeatInterval.wholeMilliseconds)
            try socket.set(ZMQ_HEARTBEAT_TIMEOUT, to: heartbeatTimeout.wholeMilliseconds)
        }
        try socket.set(ZMQ_IMMEDIATE, to: Int32(immediate ? 1 : 0))
        try socket.set(ZMQ_BACKLOG, to: backlog)
        // A peer whose host is gone is noticed by the kernel, if by nobody else.
        try socket.set(ZMQ_TCP_KEEPALIVE, to: Int32(1))
        switch security {
        case .none: break
        case .curveServer(let secretKey, let domain):
            try socket.set(ZMQ_CURVE_SERVER, to: Int32(1))
            try socket.set(ZMQ_CURVE_SECRETKEY, bytes: secretKey.bytes)
            try socket.set(ZMQ_ZAP_DOMAIN, bytes: Array(domain.utf8))
            try socket.set(czmq_zap_enforce_domain(), to: Int32(1))
        case .curveClient(let serverKey, let publicKey, let secretKey):
            try socket.set(ZMQ_CURVE_SERVERKEY, bytes: serverKey.bytes)
            try socket.set(ZMQ_CURVE_PUBLICKEY, bytes: publicKey.bytes)
            try socket.set(ZMQ_CURVE_SECRETKEY, bytes: secretKey.bytes)
        }
    }
}

extension Duration {
    /// Milliseconds for libzmq: rounded up, so that a short wait does not become none, and within an `int`.
    var wholeMilliseconds: Int32 {
        guard self > .zero else { return 0 }
        guard self < .milliseconds(Int32.max) else { return .max }
        let (seconds, attoseconds) = components
        let attosecondsPerMillisecond: Int64 = 1_000_000_000_000_000
        return Int32(seconds * 1000 + (attoseconds + attosecondsPerMillisecond - 1) / attosecondsPerMillisecond)
    }
}
