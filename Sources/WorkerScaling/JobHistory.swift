/// What is remembered of jobs from one look at the batch system to the next.
struct JobHistory {
    struct Entry: Hashable {
        /// Whether a worker of it has been seen at the coordinator since it was last started.
        var hasRegistered = false
        /// Since when it runs without that.
        var runningSince: Duration?
        /// Whether it was ended on purpose, or what became of it has been taken note of.
        var isSettled = false
        var isOver = false
    }

    /// What has happened to a job since the last look.
    enum Change: Hashable {
        case registered
        case interrupted
        case ended(String)
        case endedUnregistered(String)
    }

    private(set) var entries: [String: Entry] = [:]

    /// A job that was submitted just now.
    mutating func noteSubmitted(_ id: String) { entries[id] = Entry() }

    /// A job that is ended on purpose: how it ends says nothing.
    mutating func settle(_ id: String) { entries[id, default: Entry()].isSettled = true }

    func isSettled(_ id: String) -> Bool { entries[id]?.isSettled ?? false }

    func hasRegistered(_ id: String) -> Bool { entries[id]?.hasRegistered ?? false }

    /// Running for so long without a worker at the coordinator; nil where it is not.
    func unregisteredTime(_ id: String, _ now: Duration) -> Duration? {
        guard let entry = entries[id], !entry.hasRegistered, !entry.isSettled else { return nil }
        return entry.runningSince.map { now - $0 }
    }

    /// Takes in what the batch system and the coordinator show, and returns what is new, in the order of `jobs`.
    mutating func update(_ jobs: [WorkerJob], registered: Set<String>, _ now: Duration) -> [(String, Change)] {
        var changes: [(String, Change)] = []
        for job in jobs {
            // One that was over before anybody looked says nothing about now.
            guard job.isActive || entries[job.id] != nil else { continue }
            changes += update(job, isRegistered: registered.contains(job.id), now).map { (job.id, $0) }
        }
        let present = Set(jobs.map(\.id))
        for id in entries.keys.sorted() where !present.contains(id) {
            if let change = ending(entries[id], "it is gone from the queue") { changes.append((id, change)) }
            entries[id] = nil
        }
        return changes
    }

    private mutating func update(_ job: WorkerJob, isRegistered: Bool, _ now: Duration) -> [Change] {
        var entry = entries[job.id] ?? Entry()
        // Slurm calls a job that is being requeued complete for a moment.
        if job.isActive, entry.isOver { entry = Entry() }
        defer { entries[job.id] = entry }
        switch job.state {
        case .pending:
            let wasRunning = entry.runningSince != nil
            // Started again after a requeue, it has to show anew that it works.
            if wasRunning { entry = Entry(isSettled: entry.isSettled) }
            return wasRunning ? [.interrupted] : []
        case .running, .ending:
            if job.state == .running { entry.runningSince = entry.runningSince ?? now }
            guard isRegistered, !entry.hasRegistered else { return [] }
            entry.hasRegistered = true
            return [.registered]
        case .interrupted:
            defer { (entry.isSettled, entry.isOver) = (true, true) }
            return entry.isSettled ? [] : [.interrupted]
        case .over(let how):
            if isRegistered { entry.hasRegistered = true }
            defer { (entry.isSettled, entry.isOver) = (true, true) }
            return ending(entry, how).map { [$0] } ?? []
        }
    }

    private func ending(_ entry: Entry?, _ how: String) -> Change? {
        guard let entry, !entry.isSettled else { return nil }
        return entry.hasRegistered ? .ended(how) : .endedUnregistered(how)
    }
}
