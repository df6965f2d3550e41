internal import SweepProtocol

/// Decides how many jobs with workers there should be: (what is left to do, jobs, workers, now) → actions.
///
/// It has no clock, and what it remembers is of use but not needed: the batch system is the truth about jobs, the coordinator about
/// work. Idle workers leave by themselves, so that shrinking means to cancel what is pending.
package struct WorkerScaler: Sendable {
    package let policy: ScalingPolicy
    private var history = JobHistory()
    /// Submissions that failed since the last that did not.
    package private(set) var failedSubmissions = 0
    /// Jobs that ended without a registered worker since the last that had one.
    package private(set) var unregisteredInRow = 0
    private var pausedUntil = Duration.zero
    private var surplusSince: Duration?

    package init(_ policy: ScalingPolicy) { self.policy = policy }

    // MARK: What became of actions

    /// The batch system has taken a job in.
    package mutating func noteSubmitted(_ id: String) {
        history.noteSubmitted(id)
        failedSubmissions = 0
    }

    /// The batch system has refused a job. Returns for how long nothing is submitted.
    package mutating func noteFailedSubmission(_ now: Duration) -> Duration {
        failedSubmissions += 1
        let pause = policy.backoff.pause(after: failedSubmissions)
        pausedUntil = max(pausedUntil, now + pause)
        return pause
    }

    /// Whether nothing is submitted at the moment, because it would fail.
    package func isPaused(_ now: Duration) -> Bool { now < pausedUntil }

    // MARK: Deciding

    /// What is to be done now.
    package mutating func decide(_ seen: ScalingObservation, _ now: Duration) -> ScalingDecision {
        var actions: [ScalingAction] = []
        var notes = judge(seen, now)
        let stuck = seen.jobs.filter { job in
            job.state == .running
                && history.unregisteredTime(job.id, now).map { $0 > policy.registrationLimit } ?? false
        }
        for job in stuck {
            notes += noteUnregistered(job.id, "it ran for \(policy.registrationLimit.inWholeSeconds) s", now)
            history.settle(job.id)
        }
        if !stuck.isEmpty { actions.append(.end(stuck.map(\.id))) }

        let census = Census(seen, without: Set(stuck.map(\.id)))
        let wanted = wantedJobs(seen.backlog, census)
        if notes.contains(where: { if case .startsPaused = $0 { true } else { false } }) {
            // They would start and end like the others.
            cancel(census.pending, &actions)
        } else if census.supply > wanted {
            shrink(seen.backlog, census, wanted, now, &actions)
        } else {
            surplusSince = nil
            grow(census, wanted, now, &actions)
        }
        return ScalingDecision(
            wanted: wanted, reason: reason(seen.backlog, census, wanted, now), actions: actions, notes: notes)
    }

    /// Jobs that there should be, those of others' workers left out.
    private func wantedJobs(_ backlog: Backlog, _ census: Census) -> Int {
        let limit = policy.most * policy.workersPerJob + census.foreignWorkers
        let workers = backlog.workersWanted(target: policy.target, limit: limit) - census.foreignWorkers
        let jobs = (max(workers, 0) + policy.workersPerJob - 1) / policy.workersPerJob
        return min(max(jobs, policy.least), policy.most)
    }

    private mutating func grow(_ census: Census, _ wanted: Int, _ now: Duration, _ actions: inout [ScalingAction]) {
        guard !isPaused(now) else { return }
        var count = min(wanted - census.supply, policy.most - census.active.count, policy.burst)
        // While it is not known whether submitting works again, one will tell; so will few while starts go wrong.
        if failedSubmissions > 0 { count = min(count, 1) }
        if unregisteredInRow > 0 {
            let unproven = census.active.count { !history.hasRegistered($0.id) }
            count = min(count, max(policy.startLimit - unregisteredInRow, 1) - unproven)
        }
        let standing = min(max(policy.least - census.standing.count, 0), count)
        if standing > 0 { actions.append(.submit(standing, isStanding: true)) }
        if count > standing { actions.append(.submit(count - max(standing, 0), isStanding: false)) }
    }

    private mutating func shrink(
        _ backlog: Backlog, _ census: Census, _ wanted: Int, _ now: Duration, _ actions: inout [ScalingAction]
    ) {
        let since = surplusSince ?? now
        surplusSince = since
        guard backlog.items == 0 || now - since >= policy.shrinkDelay else { return }
        let surplus = census.supply - wanted
        // The youngest first, which would have waited longest; standing ones only where there are too many of those.
        let ordinary = census.pending.filter { !$0.isStanding }.suffix(surplus)
        cancel(Array(ordinary), &actions)
        let tooMany = census.standing.suffix(
            min(max(census.standing.count - policy.least, 0), surplus - ordinary.count))
        cancel(tooMany.filter { $0.state == .pending }, &actions)
        // Once only: told a second time, a worker leaves at once.
        let running = tooMany.filter { $0.state == .running && !history.isSettled($0.id) }.map(\.id)
        for id in running { history.settle(id) }
        if !running.isEmpty { actions.append(.drain(running)) }
    }

    private mutating func cancel(_ jobs: [WorkerJob], _ actions: inout [ScalingAction]) {
        guard !jobs.isEmpty else { return }
        for job in jobs { history.settle(job.id) }
        actions.append(.cancelPending(jobs.map(\.id)))
    }

    // MARK: What became of jobs

    private mutating func judge(_ seen: ScalingObservation, _ now: Duration) -> [ScalingNote] {
        var notes: [ScalingNote] = []
        for (id, change) in history.update(seen.jobs, registered: Set(seen.workers.compactMap(\.job)), now) {
            switch change {
            case .registered:
                unregisteredInRow = 0
                notes.append(.registered(job: id))
            case .interrupted: notes.append(.interrupted(job: id))
            case .ended(let how): notes.append(.ended(job: id, how: how))
            case .endedUnregistered(let how): notes += noteUnregistered(id, how, now)
            }
        }
        return notes
    }

    private mutating func noteUnregistered(_ id: String, _ how: String, _ now: Duration) -> [ScalingNote] {
        unregisteredInRow += 1
        let note = ScalingNote.neverRegistered(job: id, how: how, inRow: unregisteredInRow)
        // Those that were under way when the pause began make it no longer.
        guard unregisteredInRow >= policy.startLimit, now >= pausedUntil else { return [note] }
        let pause = policy.backoff.pause(after: unregisteredInRow - policy.startLimit + 1)
        pausedUntil = now + pause
        return [note, .startsPaused(pause, inRow: unregisteredInRow, lastJob: id)]
    }

    private func reason(_ backlog: Backlog, _ census: Census, _ wanted: Int, _ now: Duration) -> String {
        var parts = [
            backlog.items == 0
                ? "nothing is left to do"
                : "\(backlog.items) work items are left (\(backlog.tiles) tiles, "
                    + (backlog.seconds.map { "about \(Self.minutes($0)) min of one worker" } ?? "time not known yet")
                    + ")"
        ]
        if census.foreignWorkers > 0 { parts.append("\(census.foreignWorkers) workers are from elsewhere") }
        let pending = census.pending.count
        parts.append("\(wanted) jobs wanted, \(census.active.count - pending) running, \(pending) pending")
        if now < pausedUntil, census.supply < wanted {
            parts.append("submitting is paused for \((pausedUntil - now).inWholeSeconds) s")
        }
        return parts.joined(separator: "; ")
    }

    private static func minutes(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 1e12 else { return "?" }
        let tenths = Int((seconds / 6).rounded(.up))
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10)" : "\(tenths / 10)"
    }
}
