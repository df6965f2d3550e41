import CZeroMQ
import Synchronization

/// Numbers the in-process endpoints of monitors, which share one name space per context.
private let monitorCount = Atomic<UInt64>(0)

extension SocketHandle {
    /// Makes libzmq publish events of this socket, and opens the PAIR that reads them.
    func openMonitor(_ events: MonitorEvent.Kind) throws(ZeroMQError) -> SocketHandle {
        let number = monitorCount.add(1, ordering: .relaxed).newValue
        let endpoint = "inproc://platonic-monitor-\(number)"
        let reader = try SocketHandle(type: ZMQ_PAIR, in: context)
        try reader.set(ZMQ_LINGER, to: Int32(0))
        // Events are sent with waiting: by the I/O thread, which a full queue would stop, and by bind on the thread that
        // should read them, which would then wait for itself. Hence no limit; reading promptly is the owner's part.
        try reader.set(ZMQ_RCVHWM, to: Int32(0))
        try call("zmq_socket_monitor", endpoint: endpoint) { zmq_socket_monitor($0, $1, Int32(events.rawValue)) }
        do throws(ZeroMQError) {
            try reader.call("zmq_connect", endpoint: endpoint, zmq_connect)
        } catch {
            stopMonitor()
            throw error
        }
        return reader
    }

    /// Ends the publication of events; fails only where a shut down context has ended it already.
    func stopMonitor() {
        zmq_socket_monitor(pointer, nil, 0)
    }
}

extension Socket {
    /// The monitor as something to poll; the socket was opened with `monitoring:`.
    package borrowing func monitorPollItem() -> PollItem {
        switch monitor {
        case .some(let reader): PollItem(reader, .receive)
        case .none: preconditionFailure("the socket is not monitored")
        }
    }

    /// Takes the next event of a socket opened with `monitoring:`, nil when there is none; never waits.
    package borrowing func receiveEvent() throws(ZeroMQError) -> MonitorEvent? {
        switch monitor {
        case .some(let reader): try reader.receiveEvent()
        case .none: preconditionFailure("the socket is not monitored")
        }
    }
}

extension SocketHandle {
    fileprivate func receiveEvent() throws(ZeroMQError) -> MonitorEvent? {
        let limits = MessageLimits(maxParts: 2, maxBytes: 4096)
        guard let received = try receive(limits: limits, startsWithRoutingID: false) else { return nil }
        guard case .message(let frames) = received.message, let event = MonitorEvent(frames: frames) else {
            throw ZeroMQError(code: .protocolViolation, operation: "zmq_msg_recv")
        }
        return event
    }
}
