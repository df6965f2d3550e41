import CZeroMQ
import Glibc

/// An eventfd with which any thread ends the poll of another.
///
/// Sendable because it holds nothing but a descriptor that never changes, and the kernel orders reads and writes of it.
package final class WakeUp: Sendable {
    /// The descriptor to poll for `.receive`; close-on-exec and non-blocking.
    package let descriptor: Int32

    /// Opens the eventfd.
    package init() throws(ZeroMQError) {
        let flags = Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)
        descriptor = Int32(try CallOutcome(of: { eventfd(0, flags) }).value(of: "eventfd"))
    }

    deinit {
        _ = close(descriptor)
    }

    /// Makes the descriptor ready; signals given before the next `drain()` count as one.
    package func signal() {
        switch CallOutcome(retryingInterrupts: { eventfd_write(descriptor, 1) }) {
        // A full counter is a signal that waits already.
        case .value, .failure(.again): return
        case .failure(let code): preconditionFailure("eventfd_write: \(code)")
        }
    }

    /// Takes the signals given so far and tells whether there were any.
    ///
    /// Drain first and look at the shared state second, or a signal given in between is lost.
    @discardableResult
    package func drain() -> Bool {
        var count: eventfd_t = 0
        switch CallOutcome(retryingInterrupts: { eventfd_read(descriptor, &count) }) {
        case .value: return true
        case .failure(.again): return false
        case .failure(let code): preconditionFailure("eventfd_read: \(code)")
        }
    }

    /// The wake-up as something to poll.
    package var pollItem: PollItem {
        PollItem(descriptor: descriptor, .receive)
    }
}
