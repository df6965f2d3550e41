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
        var jobs = JobQueue()
        var artifacts: (directory: String, token: String) = ("", "")
        var results: [Result] = []
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
            $0.jobs.open(sweep, context)
            $0.artifacts = artifacts
        }
    }

    /// Nothing of a sweep is wanted any more.
    func close(_ sweep: SweepID) {
        state.withLock { state in
            if state.jobs.executing?.sweep == sweep { link.set(isWanted: false) }
            state.jobs.close(sweep)
        }
    }

    func run(_ job: WorkerSession.Job) {
        state.withLock { $0.jobs.add(job) }
        work.signal()
    }

    /// Tiles of a lease at `end` and beyond are not to be begun.
    func cut(_ lease: UInt64, end: Int) {
        state.withLock { state in
            if state.jobs.executing?.number == lease, end == 0 { link.set(isWanted: false) }
            state.jobs.cut(lease, end: end)
        }
    }

    /// It may use so many threads from now on, for what it is at too.
    func allow(threads: Int) { allowance.set(threads) }

    /// While paused, nothing new is begun.
    func pause(_ isPaused: Bool) {
        let wasPaused = state.withLock { state in
            defer { state.jobs.isPaused = isPaused }
            return state.jobs.isPaused
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
    var progress: (steps: UInt64, executing: UInt64?) {
        state.withLock { ($0.jobs.progress, $0.jobs.executing?.number) }
    }

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
                        new.onStep = { [self] in state.withLock { $0.jobs.step() } }
                        home.onStep = new.onStep
                        runner = (lease.sweep, new)
                    } catch {
                        finish([.unfit(lease.sweep, error)])
                        close(lease.sweep)
                        continue
                    }
                }
                if let runner { run(job, runner.runner) }
                state.withLock { $0.jobs.finish() }
            }
        }
    }

    private func next() -> (WorkerSession.Job, SweepContext, (directory: String, token: String))? {
        state.withLock { state in
            guard let (job, context) = state.jobs.begin() else { return nil }
            link.set(isWanted: true)
            return (job, context, state.artifacts)
        }
    }

    private func run(_ job: WorkerSession.Job, _ runner: TaskRunner) {
        let lease = job.assignment.lease
        guard case .tiles(let row, let columns) = lease.work else {
            return finish([.outcome(runner.run(job.assignment))])
        }
        for (column, names) in zip(columns, job.columns) {
            let isWanted = state.withLock { $0.jobs.wants(column: column) }
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
            state.jobs.step()
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
