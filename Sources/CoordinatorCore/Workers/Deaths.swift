internal import SweepModel
internal import SweepProtocol

/// Workers that die, and the work that they were at.
extension Coordinator {
    /// A worker is gone without a word. Only what it was executing is suspect, and that only if it died: `isDeath`.
    mutating func lose(
        _ slot: Int, because reason: String, isDeath: Bool = true, ending: ProcessEnding? = nil, _ now: Duration
    ) {
        guard let worker = workers[slot] else { return }
        // Once they are told to stop, workers go because of that.
        guard !isStopping else { return remove(slot) }
        let count = worker.leases.reduce(0) { $0 + (leases[$1]?.itemCount ?? 0) }
        report(
            "worker-lost", "\(worker.title) is lost: \(reason); \(count.counted("work item")) to be done by others",
            isWarning: true,
            worker: worker)
        var touched: Set<SweepID> = []
        for (position, number) in worker.leases.enumerated() {
            guard let record = leases[number] else { continue }
            touched.insert(record.sweep)
            sweeps[record.sweep]?.ledger.noteRetry(record.itemCount)
            if position == 0, isDeath { suspect(record, worker, ending, now) }
        }
        for sweep in touched.sorted() { sweeps[sweep]?.ledger.noteLostWorker() }
        remove(slot)
    }

    /// What a worker was at when it died goes to others after everything else, and is given up when it has killed too many. Where
    /// it makes no difference which work item it is, a sweep that fails fast ends, and another gives items up sooner.
    private mutating func suspect(
        _ record: LeaseRecord, _ worker: WorkerRecord, _ ending: ProcessEnding?, _ now: Duration
    ) {
        let item = record.currentItem
        guard let state = sweeps[record.sweep], state.isActive else { return }
        let stage = WorkStage(item)
        let losses = (state.losses[item] ?? 0) + 1
        state.losses[item] = losses
        var streak = state.deaths[stage] ?? DeathStreak()
        streak.note(
            item, begunAt: max(record.sentAt, record.answeredAt), host: worker.hello.host, ending: ending, now: now)
        state.deaths[stage] = streak
        guard state.doubled[item] == nil else { return }
        let isOfTheStage = streak.isOfTheStage(limit: settings.streakLimit) && !hasOlderWork(stage, than: streak, state)
        if isOfTheStage, state.failsFast {
            return end(state.id, .refused(Self.stageKills(streak, stage)), now)
        }
        guard losses >= (isOfTheStage ? settings.lossLimitInStreak : settings.lossLimit) else {
            return postpone(item, state)
        }
        close(item, of: record.number)
        giveUp(item, of: state.id, because: Self.itemKills(item, state, losses, streak), now)
    }

    /// Whether somebody has been at work of the stage since before the streak: it may still get something done.
    private func hasOlderWork(_ stage: WorkStage, than streak: DeathStreak, _ state: SweepState) -> Bool {
        leases.values.contains {
            $0.sweep == state.id && WorkStage($0.currentItem) == stage && $0.sentAt < streak.since
        }
    }

    /// Others take `item` up when nothing else is left, one such item after the other.
    private func postpone(_ item: WorkItem, _ state: SweepState) {
        var trouble = SweepState.Troubled(item: item)
        if let index = state.troubled.firstIndex(where: { $0.item == item }) {
            trouble = state.troubled.remove(at: index)
        }
        trouble.kills = true
        // Its lease is about to be taken back.
        trouble.isOut = true
        state.troubled.append(trouble)
    }

    // MARK: In words

    private static func stageKills(_ streak: DeathStreak, _ stage: WorkStage) -> Complaint {
        Complaint(
            .work,
            "\(streak.count) workers in a row \(fate(streak.ending)) while they \(stage.words), "
                + "whichever of \(streak.items.count) work items it was",
            at: streak.hosts.sorted().joined(separator: ", "), advice: advice(streak.ending), code: .workerDied)
    }

    private static func itemKills(
        _ item: WorkItem, _ state: SweepState, _ losses: Int, _ streak: DeathStreak
    ) -> Complaint {
        Complaint(
            .work, "\(losses) workers \(fate(streak.ending)) while they were at \(state.name(of: item))",
            at: streak.hosts.sorted().joined(separator: ", "), advice: advice(streak.ending), code: .workerDied)
    }

    private static func fate(_ ending: ProcessEnding?) -> String { ending.map { "died (\($0))" } ?? "were lost" }

    private static func advice(_ ending: ProcessEnding?) -> String {
        switch ending {
        case .killed(signal: 9):
            "SIGKILL is mostly the kernel's, for want of memory: give less --memory or start fewer workers, and see its log"
        case .killed, .exited: "see the workers' logs; if they do not say why, report this as a bug"
        case nil: "look for a crash, for too little memory, or for a time limit on these hosts"
        }
    }
}
