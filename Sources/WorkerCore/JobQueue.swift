package import SweepModel
package import SweepProtocol

/// The jobs in a worker's hands as whoever computes sees them: those that wait, the one that is being computed, and where that one ends
/// by now.
///
/// A `WorkerSession` says what is to be done (`Effect.compute`, `cut`, `open`, `close`); this is where it is done in order. It has no
/// thread and does no work: a worker process computes what it hands out, a simulation lets the time pass that it would take.
package struct JobQueue {
    private var waiting: [WorkerSession.Job] = []
    private var contexts: [SweepID: SweepContext] = [:]
    /// What is being computed, and the column at which it ends now.
    private var present: (lease: Lease, end: Int)?
    /// Steps of work done: a sign that it goes on.
    package private(set) var progress: UInt64 = 0
    /// While paused, nothing new is begun.
    package var isPaused = false

    package init() {}

    /// The lease that is being computed.
    package var executing: Lease? { present?.lease }

    /// There will be work of a sweep.
    package mutating func open(_ sweep: SweepID, _ context: SweepContext) { contexts[sweep] = context }

    /// Nothing of a sweep is wanted any more.
    package mutating func close(_ sweep: SweepID) {
        contexts[sweep] = nil
        waiting.removeAll { $0.assignment.lease.sweep == sweep }
    }

    /// The context of a sweep that is open.
    package func context(of sweep: SweepID) -> SweepContext? { contexts[sweep] }

    package mutating func add(_ job: WorkerSession.Job) { waiting.append(job) }

    /// Tiles of a lease at `end` and beyond are not to be begun.
    package mutating func cut(_ number: UInt64, end: Int) {
        if let (lease, last) = present, lease.number == number { present = (lease, min(last, end)) }
        guard let index = waiting.firstIndex(where: { $0.assignment.lease.number == number }) else { return }
        if let shorter = waiting[index].cut(at: end) {
            waiting[index] = shorter
        } else {
            waiting.remove(at: index)
        }
    }

    /// Begins the next job; nil where there is none that may be begun.
    package mutating func begin() -> (job: WorkerSession.Job, context: SweepContext)? {
        while !isPaused, !waiting.isEmpty {
            let job = waiting.removeFirst()
            guard let context = contexts[job.assignment.lease.sweep] else { continue }
            present = (job.assignment.lease, .max)
            progress += 1
            return (job, context)
        }
        return nil
    }

    /// Whether the tile in `column` of what is being computed is still wanted.
    package func wants(column: Int) -> Bool {
        present.map { $0.end > column && contexts[$0.lease.sweep] != nil } ?? false
    }

    /// Some of the work is done.
    package mutating func step() { progress += 1 }

    /// Nothing is being computed any more.
    package mutating func finish() { present = nil }
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
