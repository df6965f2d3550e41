internal import SweepModel
internal import SweepProtocol

/// Results that come in.
extension Coordinator {
    mutating func take(_ outcomes: [LeaseOutcome], from slot: Int, _ now: Duration) {
        guard let peer = workers[slot]?.peer else { return }
        var touched: [SweepID] = []
        for outcome in outcomes {
            if touched.last != outcome.part.sweep { touched.append(outcome.part.sweep) }
            take(outcome, from: slot, now)
        }
        // What was fenced off is acknowledged as well, so that it is forgotten.
        effects.append(.sendAfterCommit(.acknowledgement(outcomes.map(\.part)), to: peer))
        noteProgress(slot, nil, now)
        workers[slot]?.answeredAt = now
        enqueue(slot)
        for sweep in Set(touched).sorted() { endIfFinished(sweep, now) }
    }

    private mutating func take(_ outcome: LeaseOutcome, from slot: Int, _ now: Duration) {
        let part = outcome.part
        guard let state = sweeps[part.sweep], state.isActive else { return }
        // Scores of two kinds of kernels would differ in their last bits: the first result decides.
        if let core = state.ledger.blasCores.first, let worker = workers[slot], worker.hello.blasCore != core,
            leases[part.number]?.worker == slot
        {
            return takeBack(part.number)
        }
        let record = leases[part.number].flatMap { $0.worker == slot && $0.sweep == part.sweep ? $0 : nil }
        switch (outcome.result, part.work) {
        case (.tiles(let scores), .tiles(let row, let columns)):
            guard state.contains(.tile(row: row, column: columns.lowerBound)),
                state.contains(.tile(row: row, column: columns.upperBound - 1))
            else { return }
            take(TileScores(row: row, columns: columns, bytes: scores), outcome, record, from: slot, now)
        case (.survey(let survey), .survey(let model)):
            guard let record, record.kind == .survey(model) else { return }
            guard survey.fits(state.plan, model: model) else {
                return fail(part.work.firstItem, of: part, Self.misfit, slot, now)
            }
            succeed(part.work.firstItem, of: part, seconds: outcome.seconds, slot)
            workers[slot]?.surveyed[part.sweep, default: []].insert(model)
            apply(survey, of: model, sweep: part.sweep, seconds: outcome.seconds)
            persist(.survey(part.sweep, model: model, survey, seconds: outcome.seconds))
        case (.layer(let summary), .layer(let layer)):
            guard let record, record.kind == .layer(layer) else { return }
            guard summary.fits(state.plan) else {
                return fail(part.work.firstItem, of: part, Self.misfit, slot, now)
            }
            participate(slot, in: part.sweep)
            // Where it was divided, little was left to do, and what its steps took is its own.
            let steps = state.preparation.close(layer: layer)
            succeed(part.work.firstItem, of: part, seconds: outcome.seconds, slot, learns: steps == nil)
            let (seconds, flops) = (outcome.seconds + (steps?.seconds ?? 0), steps?.flops ?? outcome.flops)
            apply(summary, of: layer, sweep: part.sweep, seconds: seconds, flops: flops)
            persist(.layer(part.sweep, layer: layer, summary, seconds: seconds, flops: flops))
            let left = (steps?.artifacts ?? []).subtracting(summary.artifacts.values)
            if !left.isEmpty { effects.append(.discard(left.sorted())) }
        case (.step, .step(let layer, let index)):
            guard let record, record.kind == .step(layer: layer, index: index) else { return }
            participate(slot, in: part.sweep)
            succeed(part.work.firstItem, of: part, seconds: outcome.seconds, slot)
            state.preparation.finish(step: index, of: layer, seconds: outcome.seconds, flops: outcome.flops)
        case (.failure(let complaint), _):
            let item = part.work.firstItem
            guard let record, record.items.contains(item) else { return }
            fail(item, of: part, complaint, slot, now)
        default: return
        }
    }

    // MARK: Tiles

    private mutating func take(
        _ scores: TileScores, _ outcome: LeaseOutcome, _ record: LeaseRecord?, from slot: Int, _ now: Duration
    ) {
        let (part, row, columns) = (outcome.part, scores.row, scores.columns)
        guard let plan = sweeps[part.sweep]?.plan else { return }
        guard scores.fits(plan) else {
            if let record, record.items.contains(part.work.firstItem) {
                fail(part.work.firstItem, of: part, Self.misfit, slot, now)
            }
            return
        }
        var taken: [Range<Int>] = []
        if let record, record.kind == .tiles(row: row) {
            taken = leases[part.number]?.open.remove(columns) ?? []
            leases[part.number]?.answeredAt = now
        }
        for range in taken {
            for (run, isPartial) in runs(of: range, row, in: part.sweep) {
                guard let scores = scores.part(run, of: plan) else { continue }
                let share = Double(run.count) / Double(columns.count)
                commit(
                    scores, of: part, seconds: outcome.seconds * share, flops: outcome.flops * share,
                    isPartial: isPartial, by: slot)
            }
        }
        if taken != [columns] { compare(scores, plan, without: taken, part, slot) }
        if leases[part.number]?.open.isEmpty == true { detach(part.number) }
    }

    /// Tiles side by side that are all whole or all partial: the journal lets go of either as one.
    private func runs(of columns: Range<Int>, _ row: Int, in sweep: SweepID) -> [(columns: Range<Int>, isPartial: Bool)]
    {
        guard let state = sweeps[sweep], !state.ledger.failures.isEmpty else { return [(columns, false)] }
        var runs: [(columns: Range<Int>, isPartial: Bool)] = []
        for column in columns {
            let isPartial = state.isPartial(row: row, column: column)
            if let last = runs.last, last.isPartial == isPartial {
                runs[runs.count - 1].columns = last.columns.lowerBound..<column + 1
            } else {
                runs.append((column..<column + 1, isPartial))
            }
        }
        return runs
    }

    private mutating func commit(
        _ scores: TileScores, of part: Lease, seconds: Double, flops: Double, isPartial: Bool, by slot: Int
    ) {
        let (sweep, row, columns) = (part.sweep, scores.row, scores.columns)
        participate(slot, in: sweep)
        let first = WorkItem.tile(row: row, column: columns.lowerBound)
        learn(first, count: columns.count, of: sweep, seconds: seconds, slot)
        workers[slot]?.tilesScored += columns.count
        for column in columns {
            if sweeps[sweep]?.doubled.isEmpty == true, sweeps[sweep]?.troubled.isEmpty == true { break }
            let item = WorkItem.tile(row: row, column: column)
            settle(item, of: sweep, by: part.number)
            clear(item, of: sweep, slot)
        }
        sweeps[sweep]?.tiles.finish(row: row, columns: columns, isPartial: isPartial)
        let areScores = sweeps[sweep]?.plan.grid.isOfScores(row) ?? true
        sweeps[sweep]?.ledger.noteTiles(seconds: seconds, flops: flops, areScores: areScores)
        persist(.tiles(sweep, scores, seconds: seconds, flops: flops, isPartial: isPartial))
    }

    /// Scores of tiles that are done already must be the same; so few are looked at that nobody can keep the journal busy.
    private mutating func compare(
        _ scores: TileScores, _ plan: SweepPlan, without taken: [Range<Int>], _ part: Lease, _ slot: Int
    ) {
        guard let worker = workers[slot] else { return }
        var left = 2
        for column in scores.columns where left > 0 && !taken.contains(where: { $0.contains(column) }) {
            guard sweeps[part.sweep]?.tiles.isDone(row: scores.row, column: column) == true,
                let tile = scores.part(column..<column + 1, of: plan)
            else { continue }
            left -= 1
            effects.append(.compare(part.sweep, tile, host: worker.hello.host))
        }
    }

    /// Scores that earlier sweeps had, or that could not be had.
    mutating func reuse(_ sweep: SweepID, _ row: Int, _ column: Int, _ scores: TileScores?, _ now: Duration) {
        guard let state = sweeps[sweep], state.isActive, state.reusing > 0,
            !state.tiles.isDone(row: row, column: column)
        else { return }
        sweeps[sweep]?.reusing -= 1
        guard let scores, scores.fits(state.plan) else {
            sweeps[sweep]?.donors?.dropAll()
            sweeps[sweep]?.putBack(.tile(row: row, column: column))
            return
        }
        sweeps[sweep]?.tiles.finish(row: row, columns: column..<column + 1)
        sweeps[sweep]?.ledger.noteReuse()
        persist(.tiles(sweep, scores, seconds: 0, flops: 0))
        endIfFinished(sweep, now)
    }

    // MARK: Success

    private mutating func succeed(
        _ item: WorkItem, of part: Lease, seconds: Double, _ slot: Int, learns: Bool = true
    ) {
        if learns { learn(item, count: 1, of: part.sweep, seconds: seconds, slot) }
        sweeps[part.sweep]?.deaths[WorkStage(item)] = nil
        settle(item, of: part.sweep, by: part.number)
        clear(item, of: part.sweep, slot)
        close(item, of: part.number)
    }

    private mutating func learn(_ item: WorkItem, count: Int, of sweep: SweepID, seconds: Double, _ slot: Int) {
        let expected = sweeps[sweep]?.costs.seconds(item).map { $0 * Double(count) }
        workers[slot]?.learn(seconds: seconds, expected: expected)
        workers[slot]?.failuresInRow = 0
        sweeps[sweep]?.deaths[WorkStage(item)] = nil
        sweeps[sweep]?.costs.learn(item, count: count, seconds: seconds)
    }

    /// An item that others failed is done: it was not the item's fault.
    private mutating func clear(_ item: WorkItem, of sweep: SweepID, _ slot: Int) {
        guard let index = sweeps[sweep]?.troubled.firstIndex(where: { $0.item == item }),
            let trouble = sweeps[sweep]?.troubled.remove(at: index)
        else { return }
        for id in trouble.workers.sorted() {
            guard let other = slotOfWorker[id], other != slot else { continue }
            workers[other]?.failuresInRow += 1
            setAsideIfNeeded(other)
        }
    }

    mutating func apply(_ survey: ModelSurvey, of model: Int, sweep: SweepID, seconds: Double) {
        sweeps[sweep]?.ledger.note(survey: survey, of: model, seconds: seconds)
        sweeps[sweep]?.preparation.release(layersOf: model)
    }

    mutating func apply(_ summary: LayerSummary, of layer: Int, sweep: SweepID, seconds: Double, flops: Double) {
        sweeps[sweep]?.ledger.note(layer: summary, of: layer, seconds: seconds, flops: flops)
        sweeps[sweep]?.complete(layer: layer)
    }

    static let misfit = Complaint(
        .work, "a worker's result has another shape than its work item", at: "worker",
        advice: "run the same build on every host", code: .misfit)
}
