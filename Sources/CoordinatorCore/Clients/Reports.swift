package import SweepModel
package import SweepProtocol

/// What is known, for people and programs that ask.
extension Coordinator {
    /// The status of a sweep; nil where there is none of this id.
    package func status(of id: SweepID, now: Duration) -> SweepStatus? { sweeps[id].map { status(of: $0, now) } }

    /// Everything but the dossier that is known of a sweep beside its scores.
    package func findings(of id: SweepID, now: Duration) -> SweepFindings? { sweeps[id].map { findings(of: $0, now) } }

    /// Ids of all sweeps.
    package var sweepIDs: [SweepID] { sweeps.keys.sorted() }

    /// The plan of a sweep.
    package func plan(of id: SweepID) -> SweepPlan? { sweeps[id]?.plan }

    /// At most 20 of what was given up, and of each cause one before another has two.
    private static func examples(_ failures: [WorkItem: Complaint]) -> ArraySlice<WorkItem> {
        var seen: [Complaint.Cause: Int] = [:]
        let ranked = failures.keys.sorted().map { item -> (rank: Int, item: WorkItem) in
            guard let cause = failures[item] else { return (0, item) }
            seen[cause.cause, default: 0] += 1
            return (seen[cause.cause, default: 1], item)
        }
        return ranked.sorted { ($0.rank, $0.item) < ($1.rank, $1.item) }.map(\.item).prefix(20)
    }

    func status(of state: SweepState, _ now: Duration) -> SweepStatus {
        let plan = state.plan
        let holders = Set(leases.values.lazy.filter { $0.sweep == state.id }.map(\.worker)).count
        let advance = advance(of: state, holders: holders, now)
        let failures = state.ledger.failures
        let shown = Self.examples(failures)
        var reason: String?
        switch state.ending {
        case .refused(let complaint): reason = "\(complaint)"
        case .cancelled(let name): reason = "cancelled by \(name)"
        case .done, nil: break
        }
        return SweepStatus(
            id: state.id, name: state.name, owner: state.owner, priority: state.priority, state: Self.condition(state),
            submitted: state.submitted, modelsSurveyed: state.ledger.surveysDone, models: plan.models.count,
            layersPrepared: state.ledger.layersDone, layers: plan.layers.count, tilesScored: state.tiles.doneCount,
            tiles: plan.grid.tileCount, workers: holders, remainingSeconds: advance.remaining,
            flops: state.ledger.flops + state.preparation.divided.values.reduce(0) { $0 + $1.flops },
            retries: state.ledger.retries, failureCount: failures.count,
            failures: shown.compactMap { item in
                failures[item].map { FailedItem(item: item, name: state.name(of: item), cause: $0) }
            }, reason: reason, progress: advance.share)
    }

    private static func condition(_ state: SweepState) -> SweepStatus.State {
        switch state.ending {
        case .done: state.ledger.failures.isEmpty ? .complete : .partial
        case .refused: .failed
        case .cancelled: .cancelled
        case nil: state.startedAt == nil ? .queued : .running
        }
    }

    func findings(of state: SweepState, _ now: Duration) -> SweepFindings {
        let ledger = state.ledger
        let start = state.startedAt ?? now
        return SweepFindings(
            status: status(of: state, now), dossier: [], surveys: ledger.surveys, layers: ledger.layers,
            hosts: ledger.hosts.sorted(), blasCores: ledger.blasCores.sorted(), tilesDone: state.tiles.doneCount,
            retries: ledger.retries, lostWorkers: ledger.lostWorkers, surveySeconds: ledger.surveySeconds,
            layerSeconds: ledger.layerSeconds, tileSeconds: ledger.tileSeconds + ledger.permutationSeconds,
            flops: ledger.flops,
            wallSeconds: ((state.endedAt ?? now) - start).inSeconds,
            failures: ledger.failures.map { FailedItem(item: $0, name: state.name(of: $0), cause: $1) }
                .sorted { $0.name < $1.name })
    }

    static func state(of worker: WorkerRecord) -> WorkerStatus.State {
        switch worker.condition {
        case .leaving: .leaving
        case .hung: .hung
        case .setAside: .setAside
        case .fine where worker.isDraining: .draining
        case .fine: worker.leases.isEmpty ? .idle : .busy
        }
    }

    func status(of worker: WorkerRecord, _ now: Duration) -> WorkerStatus {
        WorkerStatus(
            id: worker.hello.workerID, key: worker.identity.name, host: worker.hello.host,
            processID: worker.hello.processID, state: Self.state(of: worker), software: worker.hello.software,
            blasCore: worker.hello.blasCore, memoryBytes: worker.hello.memoryBytes,
            holds: worker.leases.compactMap { describe($0) }, tilesScored: worker.tilesScored,
            failures: worker.failures, speed: worker.tilesScored > 0 ? 1 / worker.slowness : nil,
            secondsLeft: worker.deadline.map { ($0 - now).inSeconds },
            silentSeconds: (now - worker.lastSeen).inSeconds, job: worker.hello.job)
    }

    func describe(_ number: UInt64) -> String? {
        guard let record = leases[number], let state = sweeps[record.sweep] else { return nil }
        let count = record.itemCount
        return "sweep \(record.sweep): \(state.name(of: record.currentItem))"
            + (count > 1 ? " and \(count - 1) more" : "")
    }
}

extension Coordinator {
    /// Why a sweep could not go on; nil where it could.
    package func refusal(of id: SweepID) -> Complaint? {
        if case .refused(let complaint) = sweeps[id]?.ending { complaint } else { nil }
    }
}
