internal import CLinux
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
        case outcome(LeaseOutcome)
        case unfit(SweepID, Complaint)
        /// Where artifacts are from now on, for a person to read.
        case artifacts(String)
    }

    private struct State {
        var jobs: [WorkerSession.Job] = []
        var contexts: [SweepID: SweepContext] = [:]
        var artifacts: (directory: String, token: String) = ("", "")
        var results: [Result] = []
        var progress: UInt64 = 0
        /// The lease that is being computed, and the column at which it ends now.
        var executing: UInt64?
        var executingSweep: SweepID?
        var end = Int.max
        var isPaused = false
    }

    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    let wakeUp: WakeUp
    /// What is said about artifacts while it computes.
    let link: ArtifactLink
    private let allowance: ThreadAllowance

    /// - Parameter artifacts: where artifacts are kept if the coordinator's directory is out of sight.
    init(memoryBytes: Int, threads: Int, artifacts: WorkerArtifacts) throws(ZeroMQError) {
        wakeUp = try WakeUp()
        link = ArtifactLink(wakeUp: wakeUp)
        allowance = ThreadAllowance(threads)
        let team = ThreadTeam(allowance, most: max(threads, MachineResources.cores))
        let thread = Thread { [self] in
            clinux_name_thread("compute")
            compute(memoryBytes: memoryBytes, threads: team, ArtifactHomes(own: artifacts, link: link))
        }
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// There will be work of a sweep, with artifacts in `artifacts`.
    func open(_ sweep: SweepID, _ context: SweepContext, artifacts: (directory: String, token: String)) {
        state.withLock {
            $0.contexts[sweep] = context
            $0.artifacts = artifacts
        }
    }

    /// Nothing of a sweep is wanted any more.
    func close(_ sweep: SweepID) {
        state.withLock { state in
            state.contexts[sweep] = nil
            if state.executingSweep == sweep { link.set(isWanted: false) }
            state.jobs.removeAll { $0.assignment.lease.sweep == sweep }
        }
    }

    func run(_ job: WorkerSession.Job) {
        state.withLock { $0.jobs.append(job) }
        work.signal()
    }

    /// Tiles of a lease at `end` and beyond are not to be begun.
    func cut(_ lease: UInt64, end: Int) {
        state.withLock { state in
            if state.executing == lease {
                state.end = min(state.end, end)
                if end == 0 { link.set(isWanted: false) }
            }
            guard let index = state.jobs.firstIndex(where: { $0.assignment.lease.number == lease }) else { return }
            if let shorter = state.jobs[index].cut(at: end) {
                state.jobs[index] = shorter
            } else {
                state.jobs.remove(at: index)
            }
        }
    }

    /// It may use so many threads from now on, for what it is at too.
    func allow(threads: Int) { allowance.set(threads) }

    /// While paused, nothing new is begun.
    func pause(_ isPaused: Bool) {
        let wasPaused = state.withLock { state in
            defer { state.isPaused = isPaused }
            return state.isPaused
        }
        if wasPaused, !isPaused { work.signal() }
    }

    /// The results since the last call.
    func takeResults() -> [Result] {
        _ = wakeUp.drain()
        return state.withLock { state in
            defer { state.results = [] }
            return state.results
        }
    }

    /// Steps of work done; the lease that is being computed.
    var progress: (steps: UInt64, executing: UInt64?) { state.withLock { ($0.progress, $0.executing) } }

    // MARK: The thread

    private func compute(memoryBytes: Int, threads: ThreadTeam, _ homes: ArtifactHomes) {
        var runner: (sweep: SweepID, runner: TaskRunner)?
        while true {
            work.wait()
            while let (job, context, artifacts) = next() {
                let lease = job.assignment.lease
                if runner?.sweep != lease.sweep {
                    // What it keeps in memory goes before the next one begins to.
                    runner = nil
                    do {
                        let (home, news) = try homes.home(artifacts.directory, token: artifacts.token)
                        if let news { finish([.artifacts(news)]) }
                        let new = TaskRunner(
                            context: context, home: home, blasCore: Products.coreName, memoryBytes: memoryBytes,
                            threads: threads)
                        new.onStep = { [self] in state.withLock { $0.progress += 1 } }
                        home.onStep = new.onStep
                        runner = (lease.sweep, new)
                    } catch {
                        finish([.unfit(lease.sweep, error)])
                        close(lease.sweep)
                        continue
                    }
                }
                if let runner { run(job, runner.runner) }
                state.withLock { ($0.executing, $0.executingSweep) = (nil, nil) }
            }
        }
    }

    private func next() -> (WorkerSession.Job, SweepContext, (directory: String, token: String))? {
        state.withLock { state in
            while !state.isPaused, !state.jobs.isEmpty {
                let job = state.jobs.removeFirst()
                guard let context = state.contexts[job.assignment.lease.sweep] else { continue }
                state.executing = job.assignment.lease.number
                state.executingSweep = job.assignment.lease.sweep
                link.set(isWanted: true)
                state.end = .max
                state.progress += 1
                return (job, context, state.artifacts)
            }
            return nil
        }
    }

    private func run(_ job: WorkerSession.Job, _ runner: TaskRunner) {
        let lease = job.assignment.lease
        guard case .tiles(let row, let columns) = lease.work else {
            return finish([.outcome(runner.run(job.assignment))])
        }
        for (column, names) in zip(columns, job.columns) {
            let isWanted = state.withLock { $0.end > column && $0.contexts[lease.sweep] != nil }
            guard isWanted else { return }
            finish([.outcome(runner.run(lease, row: row, column: column, rows: job.rows, columns: names))])
        }
    }

    private func finish(_ results: [Result]) {
        let isNews = state.withLock { state in
            let wasEmpty = state.results.isEmpty
            for result in results {
                if let last = state.results.indices.last, let joined = state.results[last].joined(with: result) {
                    state.results[last] = joined
                } else {
                    state.results.append(result)
                }
            }
            state.progress += 1
            return wasEmpty
        }
        if isNews { wakeUp.signal() }
    }
}

extension ComputeThread.Result {
    /// Both as one, where they are tiles of one lease side by side.
    fileprivate func joined(with next: ComputeThread.Result) -> ComputeThread.Result? {
        guard case .outcome(let a) = self, case .outcome(let b) = next, a.part.number == b.part.number,
            case .tiles(let row, let left) = a.part.work, case .tiles(_, let right) = b.part.work,
            left.upperBound == right.lowerBound, case .tiles(let x) = a.result, case .tiles(let y) = b.result,
            x.count + y.count <= 1 << 20
        else { return nil }
        let part = Lease(
            sweep: a.part.sweep, number: a.part.number,
            work: .tiles(row: row, columns: left.lowerBound..<right.upperBound))
        return .outcome(
            LeaseOutcome(part: part, result: .tiles(x + y), seconds: a.seconds + b.seconds, flops: a.flops + b.flops))
    }
}

extension WorkerSession.Job {
    /// The job without tiles at `end` and beyond; nil where nothing is left.
    fileprivate func cut(at end: Int) -> WorkerSession.Job? {
        let lease = assignment.lease
        guard case .tiles(let row, let run) = lease.work, end > run.lowerBound else { return nil }
        let kept = run.lowerBound..<min(end, run.upperBound)
        let shorter = Lease(sweep: lease.sweep, number: lease.number, work: .tiles(row: row, columns: kept))
        return WorkerSession.Job(
            assignment: Assignment(lease: shorter, inputs: assignment.inputs), rows: rows,
            columns: Array(columns.prefix(kept.count)))
    }
}
