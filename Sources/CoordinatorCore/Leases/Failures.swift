internal import SweepModel
internal import SweepProtocol

/// Work items that fail, workers that keep failing, and sweeps that end.
extension Coordinator {
    /// An attempt failed: the item is tried again elsewhere, or given up with its cause.
    mutating func fail(_ item: WorkItem, of part: Lease, _ complaint: Complaint, _ slot: Int, _ now: Duration) {
        guard let worker = workers[slot], var state = sweeps[part.sweep] else { return }
        close(item, of: part.number)
        // Whoever waits for a sweep that fails fast is told at its end.
        if !(state.failsFast && complaint.kind == .request) {
            report(
                "attempt-failed", "\(state.name(of: item)) failed on \(worker.hello.host): \(complaint)",
                isWarning: true, sweep: part.sweep, worker: worker)
        }
        // A store that is not as it has to be is no fault of whoever finds out.
        if complaint.kind == .work { workers[slot]?.failures += 1 }
        state = sweeps[part.sweep] ?? state
        let isElsewhere = state.doubled[item] != nil
        if isElsewhere { sweeps[part.sweep]?.doubled[item] = nil }
        var trouble =
            state.troubled.first { $0.item == item } ?? SweepState.Troubled(item: item)
        trouble.failures += 1
        trouble.workers.insert(worker.hello.workerID)
        trouble.hosts.insert(worker.hello.host)
        trouble.isOut = isElsewhere
        sweeps[part.sweep]?.troubled.removeAll { $0.item == item }
        if complaint.kind == .work {
            workers[slot]?.failuresInRow += 1
            setAsideIfNeeded(slot)
        }
        if isHopeless(trouble, complaint) {
            // Whoever else has it is told to drop it.
            for (number, record) in leases where record.sweep == part.sweep && isElsewhere {
                if record.items.contains(item) {
                    close(item, of: number)
                    break
                }
            }
            giveUp(item, of: part.sweep, because: complaint, now)
        } else {
            sweeps[part.sweep]?.ledger.noteRetry()
            sweeps[part.sweep]?.troubled.append(trouble)
        }
    }

    /// A store that breaks a rule breaks it on every host; everything else deserves some tries.
    private func isHopeless(_ trouble: SweepState.Troubled, _ complaint: Complaint) -> Bool {
        if trouble.failures >= settings.failureLimit { return true }
        guard complaint.kind == .request else { return false }
        let isOnOtherHost = workers.contains {
            $0.map { $0.isUsable && !trouble.hosts.contains($0.hello.host) } ?? false
        }
        return trouble.hosts.count > 1 || !isOnOtherHost
    }

    mutating func setAsideIfNeeded(_ slot: Int) {
        guard let worker = workers[slot], worker.condition == .fine,
            worker.failuresInRow >= settings.workerFailureLimit,
            workers.indices.contains(where: { $0 != slot && workers[$0]?.isUsable == true })
        else { return }
        workers[slot]?.condition = .setAside
        report(
            "worker-set-aside",
            "\(worker.title) failed \(worker.failuresInRow) work items in a row and gets no more: look at host \(worker.hello.host)",
            isWarning: true, worker: worker)
    }

    /// Marks an item as failed for good; what depends on it goes on without it.
    mutating func giveUp(_ item: WorkItem, of sweep: SweepID, because cause: Complaint, _ now: Duration) {
        guard let state = sweeps[sweep], state.isActive else { return }
        if case .step(let layer, _) = item { return giveUp(.layer(layer), of: sweep, because: cause, now) }
        state.troubled.removeAll { $0.item == item }
        if case .layer(let layer) = item { dropSteps(of: layer, sweep) }
        record(failure: item, cause, of: sweep)
        persist(.failure(sweep, item, cause))
        let key = SweepState.StageCause(stage: WorkStage(item), cause: cause.cause)
        let count = (state.giveUpCounts[key] ?? 0) + 1
        state.giveUpCounts[key] = count
        if state.failsFast, cause.kind == .request, case .survey = item {
            // Whoever mends one store wants to know of all that are to be mended: the others are read, and nothing else is done.
            state.refusal = state.refusal ?? cause
            return endIfFinished(sweep, now)
        }
        if state.failsFast, cause.kind == .request || count >= settings.sameCauseLimit {
            return end(sweep, .refused(cause), now)
        }
        report("quarantined", "\(state.name(of: item)) is given up: \(cause)", isWarning: true, sweep: sweep)
        endIfFinished(sweep, now)
    }

    /// A layer takes its steps along, whoever has them.
    private mutating func dropSteps(of layer: Int, _ sweep: SweepID) {
        func isStep(_ item: WorkItem) -> Bool { if case .step(layer, _) = item { true } else { false } }
        guard let state = sweeps[sweep] else { return }
        state.troubled.removeAll { isStep($0.item) }
        state.doubled = state.doubled.filter { !isStep($0.key) }
        let numbers = leases.keys.filter { number in
            leases[number].map { $0.sweep == sweep && isStep($0.currentItem) } ?? false
        }
        for number in numbers.sorted() {
            if let record = leases[number], let peer = workers[record.worker]?.peer {
                send(.shrink(lease: number, end: 0), to: peer)
            }
            detach(number)
        }
    }

    /// Takes note of a failure, and of the layers that cannot be without their model's survey.
    mutating func record(failure item: WorkItem, _ cause: Complaint, of sweep: SweepID) {
        guard let state = sweeps[sweep], state.ledger.failures[item] == nil else { return }
        // A layer can fail that was done before, if its artifacts were lost; a tile that is done stays so.
        if case .layer(let layer) = item { state.ledger.forget(layer: layer) }
        if case .tile = item, state.isDone(item) { return }
        state.ledger.noteFailure(of: item, cause)
        switch item {
        case .survey(let model):
            for layer in state.plan.models[model].layers where state.ledger.failures[.layer(layer)] == nil {
                sweeps[sweep]?.ledger.noteFailure(of: .layer(layer), cause)
                sweeps[sweep]?.complete(layer: layer)
            }
        case .layer(let layer): sweeps[sweep]?.complete(layer: layer)
        case .step, .tile: break
        }
    }

    // MARK: The end of a sweep

    mutating func endIfFinished(_ sweep: SweepID, _ now: Duration) {
        guard let state = sweeps[sweep], state.isActive else { return }
        if let refusal = state.refusal {
            if state.isRead { end(sweep, .refused(refusal), now) }
        } else if state.isFinished {
            end(sweep, .done, now)
        }
    }

    mutating func end(_ sweep: SweepID, _ ending: SweepEnding, _ now: Duration) {
        guard let state = sweeps[sweep], state.isActive else { return }
        sweeps[sweep]?.ending = ending
        sweeps[sweep]?.endedAt = now
        sweeps[sweep]?.troubled = []
        sweeps[sweep]?.doubled = [:]
        active.removeAll { $0 == sweep }
        for slot in workers.indices {
            guard let worker = workers[slot] else { continue }
            for number in worker.leases where leases[number]?.sweep == sweep { detach(number) }
            if worker.latestRow?.sweep == sweep { workers[slot]?.latestRow = nil }
            workers[slot]?.surveyed[sweep] = nil
            workers[slot]?.knownBlocks[sweep] = nil
            if workers[slot]?.knownSweeps.remove(sweep) != nil { send(.closed(sweep), to: worker.peer) }
        }
        persist(.ended(sweep, ending))
        let failures = state.ledger.failures.count
        let words =
            switch ending {
            case .done: failures == 0 ? "complete" : "done, but for \(failures.counted("work item")) given up"
            case .refused(let complaint): "given up: \(complaint)"
            case .cancelled(let name): "cancelled by \(name)"
            }
        report(
            "sweep-ended", "sweep \(sweep) (\(state.name)) is \(words)",
            isWarning: ending != .done || failures > 0, sweep: sweep)
        effects.append(.ended(sweep, ending))
    }
}
