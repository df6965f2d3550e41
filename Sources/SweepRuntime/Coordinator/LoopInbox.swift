internal import Synchronization
internal import ZeroMQ

/// Work that other threads leave for the thread of a coordinator's loop.
final class LoopInbox: Sendable {
    typealias Task = @Sendable (CoordinatorLoop) throws -> Void

    private let tasks = Mutex<[Task]>([])
    let wakeUp: WakeUp

    init() throws(ZeroMQError) { wakeUp = try WakeUp() }

    /// Has `task` run on the loop's thread.
    func post(_ task: @escaping Task) {
        tasks.withLock { $0.append(task) }
        wakeUp.signal()
    }

    /// The tasks since the last call, in order.
    func take() -> [Task] {
        _ = wakeUp.drain()
        return tasks.withLock { tasks in
            defer { tasks = [] }
            return tasks
        }
    }
}
