internal import SweepModel
internal import SweepProtocol

/// Why something is not running.
extension Coordinator {
    func explain(_ id: SweepID?, _ item: WorkItem?, _ now: Duration) -> Explanation {
        if let id, let state = sweeps[id] {
            return item.map { explain($0, of: state, now) } ?? explain(state)
        }
        guard !active.isEmpty else {
            return Explanation(
                sweeps.isEmpty ? "nothing was submitted" : "every sweep is over", reasons: [workersInWords()])
        }
        return Explanation(
            active.count == 1 ? "one sweep is not over" : "\(active.count) sweeps are not over, served in this order",
            reasons: active.compactMap { id in
                sweeps[id].map { "sweep \(id) (\($0.name)): \(explain($0).conclusion)" }
            } + [workersInWords()])
    }

    private func explain(_ state: SweepState) -> Explanation {
        guard state.isActive else {
            let failures = state.ledger.failures
            let groups = Dictionary(grouping: failures.keys.sorted()) { failures[$0]?.cause }.values
                .sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
            let words =
                switch state.ending {
                case .done:
                    failures.isEmpty
                        ? "it is complete" : "it is done, but for \(failures.count.counted("work item")) given up"
                case .refused(let complaint): "it could not go on: \(complaint)"
                case .cancelled(let name): "\(name) cancelled it"
                case nil: ""
                }
            return Explanation(
                words,
                reasons: groups.map { "\($0.count.counted("work item")): \(failures[$0[0]].map(\.description) ?? "")" }
                    + (failures.isEmpty ? [] : ["'platonic retry \(state.id)' tries them again"]))
        }
        var reasons: [String] = []
        let out = leases.values.reduce(0) { $0 + ($1.sweep == state.id ? $1.itemCount : 0) }
        let holders = workers.compactMap { $0 }.filter { $0.leases.contains { leases[$0]?.sweep == state.id } }
        reasons.append(
            "\(state.ledger.surveysDone) of \(state.plan.models.count.counted("model")) surveyed, "
                + "\(state.ledger.layersDone) of \(state.plan.layers.count.counted("layer")) prepared, "
                + "\(state.tiles.doneCount) of \(state.plan.grid.tileCount.counted("tile")) scored"
        )
        if !state.ledger.failures.isEmpty {
            reasons.append("given up so far: \(state.ledger.failures.count.counted("work item"))")
        }
        for trouble in state.troubled.prefix(5) {
            if trouble.failures > 0 {
                reasons.append(
                    "\(state.name(of: trouble.item)) failed \(trouble.failures.counted("time")) on \(trouble.hosts.sorted().joined(separator: ", ")) and is tried again"
                )
            }
            if let losses = state.losses[trouble.item] {
                reasons.append(
                    "\(losses.counted("worker")) lost while at \(state.name(of: trouble.item)): it comes last")
            }
        }
        if out > 0 {
            reasons += holders.prefix(10).map {
                "\($0.title): \($0.leases.compactMap { describe($0) }.joined(separator: "; "))"
            }
            return Explanation(
                "it is running: \(holders.count.counted("worker")) at \(out.counted("work item")) of it",
                reasons: reasons)
        }
        let (conclusion, more) = idleness(of: state)
        return Explanation(conclusion, reasons: reasons + more)
    }

    /// Why nobody works on a sweep that is not over.
    private func idleness(of state: SweepState) -> (String, [String]) {
        guard active.contains(state.id) else { return ("it is being written to the disk", []) }
        let all = workers.compactMap { $0 }
        guard !all.isEmpty else {
            return ("no worker is registered", ["start one: platonic worker --connect …"])
        }
        var reasons: [String] = []
        var able = 0
        for worker in all {
            if let obstacle = obstacle(worker, state) {
                reasons.append("\(worker.title): \(obstacle)")
            } else if !worker.isUsable {
                reasons.append("\(worker.title): \(words(worker))")
            } else {
                able += 1
            }
        }
        if able == 0 {
            return (
                all.count == 1 ? "the one worker cannot work on it" : "none of the \(all.count) workers can work on it",
                Array(reasons.prefix(20))
            )
        }
        if let ahead = active.first, ahead != state.id, let other = sweeps[ahead], other.readyCount > 0 {
            let why = other.priority > state.priority ? "has a higher priority" : "came first"
            return ("sweep \(ahead) (\(other.name)) \(why), and its work keeps the workers busy", reasons)
        }
        if state.readyCount == 0, state.reusing > 0 { return ("scores are being taken from earlier sweeps", reasons) }
        if state.readyCount == 0 { return ("what is left waits for results that are being committed", reasons) }
        let short = all.filter { $0.deadline != nil && $0.isUsable }
        if short.count == able {
            return (
                "no worker has enough time left for the next work item",
                reasons + ["start workers with a longer --time-limit"]
            )
        }
        return (
            able == 1 ? "a worker can take it and is about to" : "\(able) workers can take it and are about to", reasons
        )
    }

    private func explain(_ item: WorkItem, of state: SweepState, _ now: Duration) -> Explanation {
        let name = state.name(of: item)
        if state.isDone(item) { return Explanation("\(name) is done") }
        if let cause = state.ledger.failures[item] {
            return Explanation(
                "\(name) was given up: \(cause)", reasons: ["'platonic retry \(state.id)' tries it again"])
        }
        for slot in workers.indices {
            guard let worker = workers[slot] else { continue }
            for (position, number) in worker.leases.enumerated() {
                guard let record = leases[number], record.sweep == state.id, record.items.contains(item) else {
                    continue
                }
                let seconds = Int((now - max(record.answeredAt, record.sentAt)).inSeconds)
                return position == 0 && record.currentItem == item
                    ? Explanation("\(worker.title) is at it, for \(seconds) s")
                    : Explanation(
                        "\(worker.title) has it and is at something else first",
                        reasons: [describe(worker.leases[0]) ?? ""])
            }
        }
        let missing = prerequisites(of: item, state)
        if !missing.isEmpty {
            return Explanation(
                "\(name) waits for \(missing.count.counted("result"))", reasons: Array(missing.prefix(20)))
        }
        let whole = explain(state)
        return Explanation("\(name) is ready and waits for a worker", reasons: [whole.conclusion] + whole.reasons)
    }

    private func prerequisites(of item: WorkItem, _ state: SweepState) -> [String] {
        func isMissing(_ item: WorkItem) -> Bool { !state.isDone(item) && state.ledger.failures[item] == nil }
        switch item {
        case .survey: return []
        case .layer(let layer):
            let survey = WorkItem.survey(model: state.plan.layers[layer].model)
            return isMissing(survey) ? [state.name(of: survey)] : missingSteps(of: layer, state)
        case .step(let layer, let index):
            guard let progress = state.preparation.divided[layer] else {
                return [
                    "\(state.name(of: .layer(layer))) in one piece: workers share a layer where they outnumber those left"
                ]
            }
            return progress.left.contains(index) ? [] : missingSteps(of: layer, state)
        case .tile(let row, let column):
            let plan = state.plan
            let layers =
                plan.grid.rowRange(row).map { plan.xLayers[$0] }
                + plan.grid.columnRange(column, ofRow: row).map { plan.yLayers[$0] }
            let unscored = plan.grid.scoreTileCount - state.tiles.doneScores - state.ledger.failedTiles
            if !plan.grid.isOfScores(row), unscored > 0 { return ["\(unscored.counted("tile")) of scores"] }
            return Set(layers).sorted().filter { isMissing(.layer($0)) }.map { state.name(of: .layer($0)) }
        }
    }

    /// Steps of the present phase that are not done, of a layer that several workers share.
    private func missingSteps(of layer: Int, _ state: SweepState) -> [String] {
        (state.preparation.divided[layer]?.left ?? []).sorted().map { state.name(of: .step(layer: layer, index: $0)) }
    }

    private func words(_ worker: WorkerRecord) -> String {
        switch worker.condition {
        case .leaving: "it is leaving"
        case .hung: "it is alive and makes no progress"
        case .setAside:
            "it failed \(worker.failuresInRow) work items in a row and was set aside; look at host \(worker.hello.host)"
        case .fine: worker.isDraining ? "it is being drained" : "it is fine"
        }
    }

    private func workersInWords() -> String {
        let all = workers.compactMap { $0 }
        let usable = all.count(where: \.isUsable)
        let busy = all.count { !$0.leases.isEmpty }
        return all.isEmpty
            ? "no worker is registered"
            : "registered: \(all.count.counted("worker")), of which \(usable) can be given work and \(busy) \(busy == 1 ? "has" : "have") some"
    }
}
