internal import SweepProtocol

/// Jobs and workers, counted.
struct Census {
    /// Jobs that have, or wait for, nodes, the oldest first.
    let active: [WorkerJob]
    /// Active jobs but those whose workers are there and get no work: leaving, hung or set aside.
    let supply: Int
    /// Workers that get work and are in no job of ours.
    let foreignWorkers: Int

    var pending: [WorkerJob] { active.filter { $0.state == .pending } }
    var standing: [WorkerJob] { active.filter(\.isStanding) }

    init(_ seen: ScalingObservation, without ended: Set<String>) {
        active = seen.jobs.filter { $0.isActive && !ended.contains($0.id) }
            .sorted { ($0.id.utf8.count, $0.id) < ($1.id.utf8.count, $1.id) }
        let ours = Set(seen.jobs.map(\.id))
        let workersOfJob = Dictionary(grouping: seen.workers.filter { $0.job != nil }) { $0.job ?? "" }
        supply = active.count { job in
            guard job.state == .running, let workers = workersOfJob[job.id] else { return true }
            return workers.contains(where: \.isUsable)
        }
        foreignWorkers = seen.workers.count { $0.isUsable && !($0.job.map { ours.contains($0) } ?? false) }
    }
}

extension Duration {
    /// Seconds, rounded up.
    var inWholeSeconds: Int64 { components.seconds + (components.attoseconds > 0 ? 1 : 0) }
}
