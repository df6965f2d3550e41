internal import Foundation
internal import LinearAlgebra
internal import SweepModel
internal import SweepProtocol
internal import Synchronization
internal import WorkerCore
internal import ZeroMQ

/// The one thread of a worker that reads stores and computes; the thread that owns the socket hands it work and is woken by results.
final class ComputeThread: Sendable {
    /// What comes out.
    enum Result: Sendable {
        case outcome(AttemptOutcome)
        /// The sweep cannot be worked on here.
        case unusable(Complaint)
    }

    private enum Job: Sendable {
        case begin(SweepContext)
        case run(Assignment)
    }

    private struct State {
        var jobs: [Job] = []
        var results: [Result] = []
        var progress: UInt64 = 0
    }

    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    let wakeUp: WakeUp

    init(memoryBytes: Int) throws(ZeroMQError) {
        wakeUp = try WakeUp()
        let thread = Thread { [self] in compute(memoryBytes: memoryBytes) }
        thread.name = "compute"
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Drops what is queued and starts on another sweep.
    func begin(_ context: SweepContext) {
        state.withLock {
            $0.jobs = [.begin(context)]
            $0.results = []
        }
        work.signal()
    }

    func run(_ assignment: Assignment) {
        state.withLock { $0.jobs.append(.run(assignment)) }
        work.signal()
    }

    /// The results since the last call.
    func takeResults() -> [Result] {
        _ = wakeUp.drain()
        return state.withLock { state in
            defer { state.results = [] }
            return state.results
        }
    }

    /// Counts work items begun and finished.
    var progress: UInt64 { state.withLock { $0.progress } }

    private func compute(memoryBytes: Int) {
        var runner: TaskRunner?
        let blasCore = Products.coreName
        while true {
            work.wait()
            let job = state.withLock { state -> Job? in
                state.progress += 1
                return state.jobs.isEmpty ? nil : state.jobs.removeFirst()
            }
            switch job {
            case .begin(let context):
                do {
                    runner = try TaskRunner(context: context, blasCore: blasCore, memoryBytes: memoryBytes)
                } catch {
                    finish(.unusable(error))
                }
            case .run(let assignment):
                if let runner { finish(.outcome(runner.run(assignment))) }
            case nil: break
            }
        }
    }

    private func finish(_ result: Result) {
        state.withLock {
            $0.results.append(result)
            $0.progress += 1
        }
        wakeUp.signal()
    }
}
