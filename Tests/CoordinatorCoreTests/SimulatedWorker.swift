import SweepModel
import SweepProtocol
import SweepTestSupport
import WorkerCore

@testable import CoordinatorCore

/// A worker process of a simulation: the real `WorkerSession`, and a compute thread of one number for its speed.
struct SimulatedWorker {
    enum Character: Hashable {
        case honest
        /// Everything fails.
        case failing
        /// Results have the wrong shape.
        case misshapen
        /// Scores are not those that others find.
        case wrong
        /// Its compute thread makes no step.
        case hung
    }

    let id: String
    let processID: Int64
    let character: Character
    /// That of its OpenBLAS.
    let core: String
    let slowness: Double
    var session: WorkerSession
    var peer: Peer?
    var isAlive = true
    /// Nothing that it says or is told arrives until then.
    var cutUntil = Duration.zero
    var jobs = JobQueue()
    /// The job that is being computed, and its next column.
    var executing: (job: WorkerSession.Job, column: Int)?
    /// The plan of the job that is being computed: a sweep may be closed meanwhile.
    private var plan: SweepPlan?
    /// Counts what is being computed, so that an end that comes too late is noticed.
    var generation = 0
    var nextTick = Duration.zero

    init(number: Int, core: String?, generator: inout SeededGenerator, isCalm: Bool, now: Duration) {
        id = "worker \(number)"
        processID = Int64(number)
        let fate = isCalm ? 100 : Int.random(in: 0..<100, using: &generator)
        character =
            switch fate {
            case 0..<4: .failing
            case 4..<6: .misshapen
            case 6..<8: .wrong
            case 8..<11: .hung
            default: .honest
            }
        slowness = isCalm ? 1 : [0.3, 1, 1, 1, 4, 20][Int.random(in: 0..<6, using: &generator)]
        let hasLimit = !isCalm && Int.random(in: 0..<8, using: &generator) == 0
        let limits = WorkerSession.Limits(
            idleTimeout: isCalm || Int.random(in: 0..<8, using: &generator) > 0 ? nil : .seconds(3),
            deadline: hasLimit ? now + .seconds(Int.random(in: 2...20, using: &generator)) : nil,
            reconnectTimeout: .seconds(60), grace: .milliseconds(500))
        let memory: UInt64 = !isCalm && Int.random(in: 0..<10, using: &generator) == 0 ? 1 << 10 : 1 << 30
        self.core = core ?? (!isCalm && Int.random(in: 0..<12, using: &generator) == 0 ? "Zen" : "Haswell")
        session = WorkerSession(
            WorkerHello(
                software: "platonic test", workerID: id, host: "host \(number % 5)", processID: processID,
                blasCore: self.core, memoryBytes: memory), limits: limits, now: now)
    }

    /// What it is at.
    var item: WorkItem? {
        guard let (job, column) = executing else { return nil }
        let work = job.assignment.lease.work
        return if case .tiles(let row, _) = work { .tile(row: row, column: column) } else { work.firstItem }
    }

    /// Starts on the next job; how long its first item takes.
    mutating func begin() -> Double? {
        guard executing == nil, isAlive, !session.isFull, let (job, context) = jobs.begin() else { return nil }
        plan = context.plan
        if case .tiles(_, let columns) = job.assignment.lease.work {
            executing = (job, columns.lowerBound)
        } else {
            executing = (job, 0)
        }
        generation += 1
        return slowness
    }

    /// Ends the present item and returns its outcome; `isMore` where the next one of the same job follows.
    mutating func finish(broken: (WorkItem) -> Complaint?) -> (outcome: LeaseOutcome, isMore: Bool)? {
        guard let (job, column) = executing else { return nil }
        jobs.step()
        generation += 1
        let lease = job.assignment.lease
        executing = nil
        defer { if executing == nil { jobs.finish() } }
        guard jobs.context(of: lease.sweep) != nil, let plan else { return nil }
        var part = lease
        if case .tiles(let row, let columns) = lease.work {
            part = Lease(sweep: lease.sweep, number: lease.number, work: .tiles(row: row, columns: column..<column + 1))
            if columns.contains(column + 1), jobs.wants(column: column + 1) { executing = (job, column + 1) }
        }
        var found = outcome(part, plan, broken)
        if case .tiles(let scores) = found.result, scores.first == HonestWork.whole, isPartial(job, column) {
            found = LeaseOutcome(
                part: part, result: .tiles(scores.map { _ in HonestWork.partial }), seconds: found.seconds,
                flops: found.flops)
        }
        return (found, executing != nil)
    }

    /// Whether the worker was told of no artifacts for some layer of a tile.
    private func isPartial(_ job: WorkerSession.Job, _ column: Int) -> Bool {
        guard case .tiles(_, let columns) = job.assignment.lease.work else { return false }
        return (job.rows + job.columns[column - columns.lowerBound]).contains { $0.names.isEmpty }
    }

    private func outcome(_ part: Lease, _ plan: SweepPlan, _ broken: (WorkItem) -> Complaint?) -> LeaseOutcome {
        var outcome = HonestWork.outcome(part, plan, seconds: slowness * 0.05)
        var result = outcome.result
        if let complaint = broken(part.work.firstItem) { result = .failure(complaint) }
        switch (character, result) {
        case (.failing, _): result = .failure(.work("this host is broken", at: id))
        case (.misshapen, .tiles(let scores)): result = .tiles(scores + [1])
        case (.misshapen, .survey(let survey)):
            result = .survey(
                ModelSurvey(
                    clipThresholds: [], layerDigests: survey.layerDigests + ["one more"], warnings: survey.warnings))
        case (.wrong, .tiles(let scores)): result = .tiles(scores.map { _ in 8 })
        default: break
        }
        outcome = LeaseOutcome(part: part, result: result, seconds: outcome.seconds, flops: outcome.flops)
        return outcome
    }
}
