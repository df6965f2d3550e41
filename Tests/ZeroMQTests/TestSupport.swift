import Glibc
import Synchronization
import Testing

@testable import ZeroMQ

/// A thread of its own, as sockets and signals need one; joined before the test ends.
final class TestThread: Sendable {
    private let identifier: pthread_t
    private let body: Body

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        let isFinished = Atomic(false)

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    init(_ run: @escaping @Sendable () -> Void) throws {
        let body = Body(run)
        var identifier = pthread_t()
        let status = pthread_create(
            &identifier, nil,
            { argument in
                guard let argument else { return nil }
                let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                // The threads tests run on block all signals, and new threads inherit that.
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGUSR1)
                pthread_sigmask(SIG_UNBLOCK, &signals, nil)
                body.run()
                body.isFinished.store(true, ordering: .releasing)
                return nil
            }, Unmanaged.passRetained(body).toOpaque())
        try #require(status == 0)
        self.identifier = identifier
        self.body = body
    }

    var isFinished: Bool { body.isFinished.load(ordering: .acquiring) }

    func interrupt() {
        pthread_kill(identifier, SIGUSR1)
    }

    func join() {
        pthread_join(identifier, nil)
    }
}

/// Counts SIGUSR1, whose handler is installed without SA_RESTART so that it interrupts calls.
enum SignalCounter {
    static let count = Atomic(0)

    static func install() throws {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in SignalCounter.count.add(1, ordering: .relaxed) }
        try #require(sigaction(SIGUSR1, &action, nil) == 0)
    }
}

/// A directory for ipc endpoints that goes away with the test.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/platonic-zmq-XXXXXX".utf8CString)
        let path = try #require(mkdtemp(&template))
        self.path = String(cString: path)
    }

    func endpoint(_ name: String) -> String { "ipc://\(path)/\(name)" }

    deinit {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                unlink("\(path)/\(name)")
            }
            closedir(directory)
        }
        rmdir(path)
    }
}

extension MessageLimits {
    static let generous = MessageLimits(maxParts: 100, maxBytes: 1 << 24)
}

/// Tries until `body` returns something, for at most five seconds.
@discardableResult
func eventually<Value: ~Copyable>(_ body: () throws -> Value?) throws -> Value {
    let deadline = ContinuousClock.now + .seconds(5)
    repeat {
        if let value = try body() { return value }
        usleep(2000)
    } while ContinuousClock.now < deadline
    throw DeadlineExceeded()
}

/// A context that several threads open sockets in and one of them closes.
final class SharedContext: Sendable {
    private let context: Mutex<MessagingContext?>

    init() throws {
        context = Mutex(try MessagingContext())
    }

    func socket(
        _ kind: Socket.Kind, options: SocketOptions = SocketOptions(), monitoring events: MonitorEvent.Kind = []
    ) throws -> Socket {
        try context.withLock { context in
            switch context {
            case .some(let context): try Socket(kind, in: context, options: options, monitoring: events)
            case .none: throw ZeroMQError(code: .terminated, operation: "zmq_socket")
            }
        }
    }

    func close() {
        context.withLock { $0.take() }?.close()
    }
}

struct DeadlineExceeded: Error {}

extension Socket {
    /// The next message or report of an oversized one.
    borrowing func awaitReceived(limits: MessageLimits = .generous) throws -> Received {
        let deadline = ContinuousClock.now + .seconds(5)
        repeat {
            if let received = try receive(limits: limits) { return received }
            _ = try poll([pollItem(.receive)], timeout: .milliseconds(50))
        } while ContinuousClock.now < deadline
        throw DeadlineExceeded()
    }

    /// The next message, which must be within the limits.
    borrowing func awaitMessage(limits: MessageLimits = .generous) throws -> [[UInt8]] {
        guard case .message(let frames) = try awaitReceived(limits: limits) else { throw DeadlineExceeded() }
        return frames
    }

    /// The next event of one of the kinds.
    borrowing func awaitEvent(_ kind: MonitorEvent.Kind) throws -> MonitorEvent {
        let deadline = ContinuousClock.now + .seconds(5)
        repeat {
            while let event = try receiveEvent() {
                if event.kind.isSubset(of: kind) { return event }
            }
            _ = try poll([monitorPollItem()], timeout: .milliseconds(50))
        } while ContinuousClock.now < deadline
        throw DeadlineExceeded()
    }
}
