import CZeroMQ

/// A libzmq socket, owned and used by one thread at a time.
///
/// The type is neither copyable nor Sendable: it has one owner, and where the owner's value ends the socket is closed.
/// `close()` ends it at a place, and on a thread, that the code names; that is the rule. A socket that was dropped
/// instead, by an error thrown past it for instance, is closed by its `deinit`, since an open socket would keep its
/// context from ever terminating. That is safe on any thread: destroying the only reference proves that no other thread
/// is inside the socket, and libzmq lets a socket change threads across a full fence, which the last release of an
/// enclosing object is. It is a last resort because the place is then the optimiser's choice.
package struct Socket: ~Copyable {
    /// The messaging pattern a socket takes part in.
    package enum Kind: Sendable, CaseIterable {
        /// Addresses each of its peers by routing id, the first frame of every message.
        case router
        /// Spreads messages over its peers in turn, and reads from them fairly.
        case dealer
        /// Talks to exactly one peer, which must not be replaced; within a process.
        case pair

        var type: Int32 {
            switch self {
            case .router: ZMQ_ROUTER
            case .dealer: ZMQ_DEALER
            case .pair: ZMQ_PAIR
            }
        }
    }

    /// The kind the socket was opened as.
    package let kind: Kind
    let handle: SocketHandle
    let monitor: SocketHandle?

    /// Opens a socket and, if events are named, a monitor that sees them from the first bind or connect on.
    package init(
        _ kind: Kind, in context: borrowing MessagingContext, options: SocketOptions = SocketOptions(),
        monitoring events: MonitorEvent.Kind = []
    ) throws(ZeroMQError) {
        let handle = try SocketHandle(type: kind.type, in: context.handle)
        try options.apply(to: handle, kind: kind)
        monitor = events.isEmpty ? nil : try handle.openMonitor(events)
        self.kind = kind
        self.handle = handle
    }

    deinit {
        // Before the monitor's reader closes: an event without a reader blocks the I/O thread of the whole context.
        if monitor != nil { handle.stopMonitor() }
    }

    /// Closes the socket; what it has queued is delivered in the background for as long as it lingers.
    ///
    /// Its endpoints, and its place in the context, become free a moment later.
    package consuming func close() {}

    /// Closes the socket with another linger than it was opened with.
    package consuming func close(linger: Duration) throws(ZeroMQError) {
        try handle.set(ZMQ_LINGER, to: linger.wholeMilliseconds)
    }

    /// Listens at an endpoint: `tcp://127.0.0.1:7070`, `tcp://[::1]:*`, `ipc:///path`, `inproc://name`. libzmq takes no host names here.
    package borrowing func bind(_ endpoint: String) throws(ZeroMQError) {
        if let path = LocalEndpoint.path(of: endpoint) {
            if LocalEndpoint.isForeign(at: path) {
                throw ZeroMQError(code: .alreadyExists, operation: "zmq_bind", endpoint: endpoint)
            }
            if LocalEndpoint.hasListener(at: path) {
                throw ZeroMQError(code: .addressInUse, operation: "zmq_bind", endpoint: endpoint)
            }
        }
        try setFamily(of: endpoint)
        try handle.call("zmq_bind", endpoint: endpoint, zmq_bind)
    }

    /// Connects to an endpoint, in the background and again whenever the connection is lost.
    package borrowing func connect(_ endpoint: String) throws(ZeroMQError) {
        try setFamily(of: endpoint)
        try handle.call("zmq_connect", endpoint: endpoint, zmq_connect)
    }

    /// libzmq looks for addresses of one family only, and is told which before it is told the endpoint.
    private borrowing func setFamily(of endpoint: String) throws(ZeroMQError) {
        try handle.set(ZMQ_IPV6, to: Int32(HostAddress.isIPv6(endpoint: endpoint) ? 1 : 0))
    }

    /// Stops listening at an endpoint; a wildcard is named as `lastEndpoint()` resolved it.
    ///
    /// Like all closing, this goes on in the background; `MonitorEvent.Kind.closed` tells when the address is free.
    package borrowing func unbind(_ endpoint: String) throws(ZeroMQError) {
        try handle.call("zmq_unbind", endpoint: endpoint, zmq_unbind)
    }

    /// Gives up a connection that `connect` asked for.
    package borrowing func disconnect(_ endpoint: String) throws(ZeroMQError) {
        try handle.call("zmq_disconnect", endpoint: endpoint, zmq_disconnect)
    }

    /// The endpoint last bound or connected, with wildcards resolved.
    package borrowing func lastEndpoint() throws(ZeroMQError) -> String {
        try handle.string(ZMQ_LAST_ENDPOINT)
    }
}
