internal import SweepModel
package import SweepProtocol

/// Decides who does what in one sweep: a state machine over events and the time at which they come.
///
/// It has no clock, no socket and no disk. Execution is at least once and every result is committed exactly once: an attempt
/// number fences off answers to attempts that were given up.
package struct SweepCoordinator: Sendable {
    /// What a worker was given and did not finish when it was lost goes to others; an item that was being executed in this many
    /// losses, or failed this often, is given up.
    static let lossLimit = 12
    static let failureLimit = 3
    /// So many items given up for one cause at one place mean that the place, not the items, is at fault.
    static let sameCauseLimit = 3
    /// A worker that says nothing for this long is lost; it says something every second.
    static let silenceLimit = Duration.seconds(15)
    /// If the coordinator itself stood still for this long, nobody else's silence means anything.
    static let ownStallLimit = Duration.seconds(3)
    /// Unreadable messages are reported once a peer, and of so many peers.
    static let offenderLimit = 100

    package private(set) var ledger: SweepLedger
    private let context: SweepContext
    private let grid: TileGrid
    private var preparation: PreparationQueue
    private var tiles: TileQueue
    private var readiness: BlockReadiness
    private var workers: [Peer: WorkerRecord] = [:]
    /// The attempt number that counts, for items that are being executed or were tried before.
    private var attemptNumbers: [WorkItem: UInt32] = [:]
    private var losses: [WorkItem: Int] = [:]
    private var failureCounts: [WorkItem: Int] = [:]
    /// How many items were given up for a cause, without those that only depended on them.
    private var giveUpCounts: [Complaint: Int] = [:]
    /// Peers whose unreadable messages were reported.
    private var offenders: Set<Peer> = []
    private var ending: SweepEnding?
    private var lastTick: Duration?

    package init(context: SweepContext) {
        self.context = context
        let plan = context.plan
        grid = plan.grid
        ledger = SweepLedger(plan: plan)
        preparation = PreparationQueue(plan: plan)
        tiles = TileQueue(grid: grid)
        readiness = BlockReadiness(plan: plan)
    }

    /// How many workers are registered.
    package var workerCount: Int { workers.count }
    /// Whether the sweep is over.
    package var isFinished: Bool { ending != nil }
    /// The peers that are registered as workers, in the order in which they came: nothing depends on the order of a hash table.
    package private(set) var peers: [Peer] = []

    /// Takes in one event and returns what is to be done, in order.
    package mutating func handle(_ event: CoordinatorEvent, now: Duration) -> [CoordinatorEffect] {
        var effects: [CoordinatorEffect] = []
        switch event {
        case .message(let peer, let message):
            workers[peer]?.lastSeen = now
            receive(message, from: peer, now: now, &effects)
        case .unreadable(let peer, let reason):
            if offenders.count < Self.offenderLimit, offenders.insert(peer).inserted {
                effects.append(.report(.unreadable(reason: reason)))
            }
            effects.append(.send(.refusal(reason), to: peer))
            lose(peer, reason: "it sent a message that cannot be read: \(reason)", &effects)
        case .unreachable(let peer):
            lose(peer, reason: "its connection is gone", &effects)
        case .processEnded(let processID):
            for peer in peers where workers[peer]?.hello.processID == processID {
                lose(peer, reason: "its process ended", &effects)
            }
        case .tick:
            tick(now: now, &effects)
        case .interrupt:
            finish(.interrupted, &effects)
        }
        if ending == nil { distribute(&effects) }
        return effects
    }

    // MARK: Messages

    private mutating func receive(
        _ message: WorkerMessage, from peer: Peer, now: Duration, _ effects: inout [CoordinatorEffect]
    ) {
        switch message {
        case .hello(let hello): register(hello, peer, now: now, &effects)
        case .heartbeat:
            // It was lost and is back: its process has to make room for one that is registered.
            if workers[peer] == nil { effects.append(.send(.shutdown, to: peer)) }
        case .outcome(let outcome): take(outcome, from: peer, &effects)
        case .goodbye: lose(peer, reason: nil, &effects)
        }
    }

    private mutating func register(
        _ hello: WorkerHello, _ peer: Peer, now: Duration, _ effects: inout [CoordinatorEffect]
    ) {
        let reason: String? =
            if hello.protocolVersion != protocolVersion {
                "the worker speaks protocol version \(hello.protocolVersion), the coordinator \(protocolVersion)"
            } else if hello.algorithmVersion != algorithmVersion {
                "the worker computes by algorithm version \(hello.algorithmVersion), this sweep by \(algorithmVersion)"
            } else if let pinned = ledger.blasCores.first, pinned != hello.blasCore {
                "the worker's OpenBLAS uses \(hello.blasCore) kernels, this sweep \(pinned)"
            } else {
                nil
            }
        if let reason {
            effects.append(.report(.workerRefused(reason: reason)))
            effects.append(.send(.refusal(reason), to: peer))
            return
        }
        guard ending == nil else {
            effects.append(.send(.shutdown, to: peer))
            return
        }
        // A second hello means that the worker started over and holds nothing.
        if workers[peer] != nil { lose(peer, reason: "it registered anew", &effects) }
        workers[peer] = WorkerRecord(hello: hello, lastSeen: now)
        peers.append(peer)
        ledger.note(worker: hello.host, blasCore: hello.blasCore)
        effects.append(.report(.workerJoined(host: hello.host, processID: hello.processID)))
        effects.append(.send(.welcome(context), to: peer))
    }

    private mutating func take(_ outcome: AttemptOutcome, from peer: Peer, _ effects: inout [CoordinatorEffect]) {
        let attempt = outcome.attempt
        // What was fenced off or comes from a stranger is acknowledged, so that it is forgotten, and changes nothing.
        guard let position = workers[peer]?.assigned.firstIndex(of: attempt) else {
            effects.append(.send(.acknowledgement(attempt), to: peer))
            return
        }
        workers[peer]?.assigned.remove(at: position)
        switch outcome.result {
        case .survey(let survey): take(survey, outcome, from: peer, &effects)
        case .layer(let summary): take(summary, outcome, &effects)
        case .tile(let scores): take(scores, outcome, &effects)
        case .failure(let complaint): retry(attempt.item, after: complaint, &effects)
        }
        effects.append(.send(.acknowledgement(attempt), to: peer))
        finishIfDone(&effects)
    }

    private mutating func take(
        _ survey: ModelSurvey, _ outcome: AttemptOutcome, from peer: Peer, _ effects: inout [CoordinatorEffect]
    ) {
        guard case .survey(let model) = outcome.attempt.item else { return }
        guard survey.layerDigests.count == context.plan.models[model].layers.count else {
            return retry(outcome.attempt.item, after: Self.misfit, &effects)
        }
        attemptNumbers[outcome.attempt.item] = nil
        ledger.note(survey: survey, of: model, seconds: outcome.seconds)
        workers[peer]?.surveyed.insert(model)
        preparation.release(layersOf: model)
    }

    private mutating func take(
        _ summary: LayerSummary, _ outcome: AttemptOutcome, _ effects: inout [CoordinatorEffect]
    ) {
        guard case .layer(let layer) = outcome.attempt.item else { return }
        guard fits(summary) else { return retry(outcome.attempt.item, after: Self.misfit, &effects) }
        attemptNumbers[outcome.attempt.item] = nil
        ledger.note(layer: summary, of: layer, seconds: outcome.seconds, flops: outcome.flops)
        complete(layer: layer)
    }

    private mutating func take(
        _ scores: TileScores, _ outcome: AttemptOutcome, _ effects: inout [CoordinatorEffect]
    ) {
        guard case .tile(let row, let column) = outcome.attempt.item else { return }
        guard scores.fits(TileLayout(context.plan, row: row, column: column)) else {
            return retry(outcome.attempt.item, after: Self.misfit, &effects)
        }
        attemptNumbers[outcome.attempt.item] = nil
        ledger.noteTile(seconds: outcome.seconds, flops: outcome.flops)
        effects.append(.commit(row: row, column: column, scores))
    }

    /// Whether everything is there that the sweep's metrics need of a layer.
    private func fits(_ summary: LayerSummary) -> Bool {
        if summary.diagnostics.isConstant { return true }
        let plan = context.plan
        guard plan.artifactKinds.allSatisfy({ summary.artifacts[$0] != nil }) else { return false }
        let ks = plan.neighbourCounts.count
        guard plan.longestNeighbourList != nil else { return true }
        return summary.neighbourhood.map { $0.tiedShares.count == ks && $0.cycleChances.count == ks } ?? false
    }

    private static let misfit = Complaint(
        .work, "a worker's result has another shape than its work item", at: "worker",
        advice: "run the same build on every host")

    // MARK: Failure and loss

    private mutating func retry(
        _ item: WorkItem, after complaint: Complaint, _ effects: inout [CoordinatorEffect]
    ) {
        // A store that breaks a rule breaks it for every worker; the ending says what was wrong.
        if complaint.kind == .request { return finish(.refused(complaint), &effects) }
        effects.append(.report(.attemptFailed(item, complaint)))
        failureCounts[item, default: 0] += 1
        if failureCounts[item, default: 0] >= Self.failureLimit {
            giveUp(item, because: complaint, &effects)
        } else {
            putBack(item)
        }
    }

    private mutating func lose(_ peer: Peer, reason: String?, _ effects: inout [CoordinatorEffect]) {
        guard let worker = workers.removeValue(forKey: peer) else { return }
        peers.removeAll { $0 == peer }
        // Once the sweep is over, workers go because they were told to.
        guard ending == nil else { return }
        if let reason {
            ledger.noteLostWorker()
            effects.append(
                .report(
                    .workerLost(
                        host: worker.hello.host, processID: worker.hello.processID, reason: reason,
                        returned: worker.assigned.count)))
            // Only what it was executing is suspect.
            if let suspect = worker.assigned.first?.item { losses[suspect, default: 0] += 1 }
        }
        for attempt in worker.assigned {
            if losses[attempt.item, default: 0] >= Self.lossLimit {
                let cause = Complaint(
                    .work, "\(Self.lossLimit) workers died while they ran the \(attempt.item)", at: worker.hello.host,
                    advice: "look for a crash or for too little memory on that host")
                giveUp(attempt.item, because: cause, &effects)
            } else {
                putBack(attempt.item)
            }
        }
        finishIfDone(&effects)
    }

    private mutating func putBack(_ item: WorkItem) {
        ledger.noteRetry()
        if case .tile(let row, let column) = item {
            tiles.putBack(row: row, column: column)
        } else {
            preparation.putBack(item)
        }
    }

    /// Marks an item as failed for good; what depends on it goes on without it.
    private mutating func giveUp(_ item: WorkItem, because cause: Complaint, _ effects: inout [CoordinatorEffect]) {
        ledger.noteFailure(of: item, cause)
        giveUpCounts[cause, default: 0] += 1
        if giveUpCounts[cause, default: 0] >= Self.sameCauseLimit { return finish(.refused(cause), &effects) }
        switch item {
        case .survey(let model):
            for layer in context.plan.models[model].layers {
                ledger.noteFailure(of: .layer(layer), cause)
                complete(layer: layer)
            }
        case .layer(let layer): complete(layer: layer)
        case .tile: break
        }
    }

    private mutating func complete(layer: Int) {
        let blocks = readiness.finish(layer: layer)
        if let row = blocks.row { tiles.markRowReady(row) }
        if let column = blocks.column { tiles.markColumnReady(column) }
    }

    // MARK: Time

    private mutating func tick(now: Duration, _ effects: inout [CoordinatorEffect]) {
        defer { lastTick = now }
        if let lastTick, now - lastTick > Self.ownStallLimit {
            for peer in peers { workers[peer]?.lastSeen = now }
            return
        }
        for peer in peers {
            guard let worker = workers[peer], now - worker.lastSeen > Self.silenceLimit else { continue }
            lose(peer, reason: "it was silent for \(Self.silenceLimit.components.seconds) s", &effects)
        }
    }

    // MARK: Distribution

    private mutating func distribute(_ effects: inout [CoordinatorEffect]) {
        // One item each first, then a second one while there is plenty, so that no worker waits for the network.
        for credit in 1...2 {
            for peer in peers {
                guard credit == 1 || preparation.waitingCount + tiles.waitingCount > 4 * workers.count else { return }
                guard let worker = workers[peer], worker.assigned.count < credit else { continue }
                guard let item = nextItem(for: worker) else { continue }
                assign(item, to: peer, &effects)
            }
        }
    }

    private mutating func nextItem(for worker: WorkerRecord) -> WorkItem? {
        preparation.take(keeping: worker.surveyed)
            ?? tiles.take(preferring: worker.latestRow, avoiding: Set(workers.values.compactMap(\.latestRow)))
    }

    private mutating func assign(_ item: WorkItem, to peer: Peer, _ effects: inout [CoordinatorEffect]) {
        let number = attemptNumbers[item, default: 0] + 1
        attemptNumbers[item] = number
        let attempt = Attempt(item: item, number: number)
        workers[peer]?.assigned.append(attempt)
        if case .tile(let row, _) = item { workers[peer]?.latestRow = row }
        effects.append(.send(.assignment(Assignment(attempt: attempt, inputs: inputs(of: item))), to: peer))
    }

    private func inputs(of item: WorkItem) -> Assignment.Inputs {
        switch item {
        case .survey: return .survey
        case .layer(let layer):
            let planned = context.plan.layers[layer]
            let survey = ledger.surveys[planned.model]
            let position = layer - context.plan.models[planned.model].layers.lowerBound
            return .layer(
                clipThresholds: survey?.clipThresholds(of: planned) ?? [], digest: survey?.layerDigests[position] ?? "")
        case .tile(let row, let column):
            func names(_ layer: Int) -> ArtifactNames {
                ArtifactNames(ledger.layers[layer]?.artifacts ?? [:])
            }
            return .tile(
                rows: grid.rowRange(row).map { names(context.plan.xLayers[$0]) },
                columns: grid.columnRange(column).map { names(context.plan.yLayers[$0]) })
        }
    }

    // MARK: The end

    private mutating func finishIfDone(_ effects: inout [CoordinatorEffect]) {
        let failedTiles = ledger.failures.keys.count { if case .tile = $0 { true } else { false } }
        if ledger.tilesDone + failedTiles == grid.tileCount { finish(.done, &effects) }
    }

    private mutating func finish(_ ending: SweepEnding, _ effects: inout [CoordinatorEffect]) {
        guard self.ending == nil else { return }
        self.ending = ending
        for peer in peers { effects.append(.send(.shutdown, to: peer)) }
        effects.append(.finish(ending))
    }
}
