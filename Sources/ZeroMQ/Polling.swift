import CZeroMQ

/// What a poll asks of a socket or descriptor, and what it found.
package struct Readiness: OptionSet, Sendable, Hashable {
    package let rawValue: Int16

    package init(rawValue: Int16) {
        self.rawValue = rawValue
    }

    /// A message, or a byte, can be received without waiting.
    package static let receive = Readiness(rawValue: Int16(ZMQ_POLLIN))
    /// A message, or a byte, can be sent without waiting.
    package static let send = Readiness(rawValue: Int16(ZMQ_POLLOUT))
    /// A descriptor is closed, hung up or in error; reported unasked, and never for sockets.
    package static let failure = Readiness(rawValue: Int16(ZMQ_POLLERR))
}

/// A socket or file descriptor to poll, which must stay open while the item is in use.
package struct PollItem {
    let item: zmq_pollitem_t

    /// A file descriptor.
    package init(descriptor: Int32, _ events: Readiness) {
        item = zmq_pollitem_t(socket: nil, fd: descriptor, events: events.rawValue, revents: 0)
    }

    init(_ socket: borrowing SocketHandle, _ events: Readiness) {
        item = zmq_pollitem_t(socket: socket.pointer, fd: -1, events: events.rawValue, revents: 0)
    }
}

extension Socket {
    /// The socket as something to poll, on the thread that owns it.
    package borrowing func pollItem(_ events: Readiness) -> PollItem {
        PollItem(handle, events)
    }
}

/// Waits until an item is ready or the time is up (nil: for ever) and returns what each item is ready for.
///
/// A signal ends the wait with nothing ready, as if the time were up: the loop around it knows its deadlines and
/// computes the next timeout anyway, and gets to see what the signal handler has changed.
package func poll(_ items: [PollItem], timeout: Duration?) throws(ZeroMQError) -> [Readiness] {
    var pollItems = items.map(\.item)
    let milliseconds = timeout.map { Int($0.wholeMilliseconds) } ?? -1
    switch CallOutcome(of: { zmq_poll(&pollItems, Int32(pollItems.count), milliseconds) }) {
    case .value: return pollItems.map { Readiness(rawValue: $0.revents) }
    case .failure(.interrupted): return items.map { _ in [] }
    case .failure(let code): throw ZeroMQError(code: code, operation: "zmq_poll")
    }
}
