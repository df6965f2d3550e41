import CZeroMQ
import Synchronization

/// A libzmq context: the I/O threads, and the `inproc://` name space, that its sockets share.
///
/// Every socket keeps the underlying context alive. Without `close()`, a context therefore ends where the last of it,
/// value or socket, goes away: a `deinit` can neither free a context under a socket nor wait for a socket that
/// the waiting thread itself still holds. What it may wait for is the linger of closed sockets, which is finite here.
///
/// A context must not be used in a child after `fork`.
package struct MessagingContext: ~Copyable, Sendable {
    let handle: ContextHandle

    /// Makes a context; its I/O threads start with its first socket.
    package init(maxSockets: Int32 = 1023, ioThreads: Int32 = 1) throws(ZeroMQError) {
        handle = try ContextHandle(maxSockets: maxSockets, ioThreads: ioThreads)
    }

    /// Makes every present and later operation on the context's sockets, a waiting one included, throw `.terminated`.
    ///
    /// Any thread may call it. The sockets still have to be closed by their owners.
    package borrowing func shutDown() {
        handle.shutDown()
    }

    /// Shuts the context down and waits until its sockets are closed and their linger is over.
    ///
    /// The caller must have closed its own sockets, or it waits for itself.
    package consuming func close() {
        handle.terminate()
    }
}

extension MessagingContext {
    /// libzmq's version, such as `4.3.4`.
    package static var libraryVersion: String {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        zmq_version(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }
}

/// Owner of the C context, shared by the context and its sockets.
final class ContextHandle: Sendable {
    // The pointer never changes, and the calls made on a context are thread-safe by libzmq's contract.
    nonisolated(unsafe) let pointer: UnsafeMutableRawPointer
    private let isTerminated = Atomic(false)

    init(maxSockets: Int32, ioThreads: Int32) throws(ZeroMQError) {
        guard let pointer = zmq_ctx_new() else {
            throw ZeroMQError(code: .init(rawValue: zmq_errno()), operation: "zmq_ctx_new")
        }
        self.pointer = pointer
        try set(ZMQ_MAX_SOCKETS, to: maxSockets)
        try set(ZMQ_IO_THREADS, to: ioThreads)
    }

    deinit {
        terminate()
    }

    private func set(_ option: Int32, to value: Int32) throws(ZeroMQError) {
        _ = try CallOutcome(of: { zmq_ctx_set(pointer, option, value) }).value(of: "zmq_ctx_set")
    }

    func shutDown() {
        let status = zmq_ctx_shutdown(pointer)
        precondition(status == 0, "zmq_ctx_shutdown of something that is not a context")
    }

    func terminate() {
        guard !isTerminated.exchange(true, ordering: .acquiringAndReleasing) else { return }
        if case .failure(let code) = CallOutcome(retryingInterrupts: { zmq_ctx_term(pointer) }) {
            preconditionFailure("zmq_ctx_term: \(code)")
        }
    }
}
