internal import SweepCost
internal import SweepModel
internal import SweepProtocol

/// Everything the coordinator knows of one sweep. A class, since its arrays are large and never copied.
final class SweepState {
    let id: SweepID
    let name: String
    let owner: String
    let priority: Int32
    let submitted: Double
    let workerBytes: UInt64
    let failsFast: Bool
    let algorithmVersion: UInt32
    let context: SweepContext
    let work: NominalWork

    var ledger: SweepLedger
    var preparation: PreparationQueue
    var tiles: TileQueue
    var readiness: BlockReadiness
    var costs: CostModel
    var ending: SweepEnding?
    /// Why a sweep that fails fast will end, once the stores of all its models have been read.
    var refusal: Complaint?
    var donors: ScoreDonors?
    /// Work items that failed and are tried again, each by workers that have not failed it.
    var troubled: [Troubled] = []
    /// How often an item was being executed when its worker was lost.
    var losses: [WorkItem: Int] = [:]
    /// Workers that died one after the other in each stage.
    var deaths: [WorkStage: DeathStreak] = [:]
    /// How many items of a stage were given up for a cause, without those that only depended on them.
    var giveUpCounts: [StageCause: Int] = [:]
    /// Items that two workers have, each with the numbers of their leases.
    var doubled: [WorkItem: [UInt64]] = [:]
    /// Leases that are out, and tiles whose scores are being looked up.
    var leaseCount = 0
    var reusing = 0
    /// Leases with lower numbers were given out before the latest retry.
    var fence: UInt64 = 0
    /// What tells the names of its layers' artifacts from those that workers were told before it began anew.
    var generation: UInt64 = 0
    /// When something of it was first handed out.
    var startedAt: Duration?
    var endedAt: Duration?

    struct StageCause: Hashable {
        let stage: WorkStage
        let cause: Complaint.Cause
    }

    struct Troubled {
        let item: WorkItem
        /// Whether workers died while they were at it: then everything else goes first.
        var kills = false
        var failures = 0
        /// Workers that failed it, and their hosts.
        var workers: Set<String> = []
        var hosts: Set<String> = []
        /// Whether somebody has it at the moment.
        var isOut = false
    }

    /// Why the sweep cannot go on here, if it was begun by another version of the algorithms.
    var otherVersion: Complaint? {
        guard algorithmVersion != SweepProtocol.algorithmVersion else { return nil }
        return Complaint(
            .request,
            "it was begun by algorithm version \(algorithmVersion), and this program computes by \(SweepProtocol.algorithmVersion): scores of "
                + "both would be mixed", at: "sweep \(id)",
            advice: "submit it again, or go on with the release that began it")
    }

    init(_ record: SweepRecord, context: SweepContext) {
        id = record.id
        name = record.name
        owner = record.owner
        priority = record.priority
        submitted = record.submitted
        workerBytes = record.workerBytes
        failsFast = record.failsFast
        algorithmVersion = record.algorithmVersion
        self.context = context
        let plan = context.plan
        work = NominalWork(plan)
        ledger = SweepLedger(plan: plan)
        preparation = PreparationQueue(plan: plan)
        tiles = TileQueue(grid: plan.grid)
        readiness = BlockReadiness(plan: plan)
        costs = CostModel(plan: plan, neighbourSteps: preparation.steps)
    }

    var plan: SweepPlan { context.plan }
    var isActive: Bool { ending == nil }

    /// Work items that could be handed out now.
    var readyCount: Int { preparation.waitingCount + tiles.readyCount + troubled.count { !$0.isOut } }

    /// Whether all layers are made.
    var isPrepared: Bool { ledger.layersDone == plan.layers.count }

    /// Whether every tile is done or given up.
    var isFinished: Bool { tiles.doneCount + ledger.failedTiles == plan.grid.tileCount }

    /// Once every tile of scores is done or given up, permutations may begin: scores are what is waited for.
    func openNullTiles() {
        guard tiles.doneScores + ledger.failedTiles >= plan.grid.scoreTileCount, tiles.areBlocksReady else { return }
        tiles.markNullTilesReady()
    }

    /// Whether every model's store was read, or given up.
    var isRead: Bool {
        plan.models.indices.allSatisfy {
            ledger.surveys[$0] != nil || ledger.failures[.survey(model: $0)] != nil
        }
    }

    /// Layer `layer` is done or given up: tiles may become ready.
    func complete(layer: Int) {
        let blocks = readiness.finish(layer: layer)
        preparation.close(layer: layer)
        if let row = blocks.row { tiles.markRowReady(row) }
        if let column = blocks.column { tiles.markColumnReady(column) }
    }

    /// Whether `item` is done.
    func isDone(_ item: WorkItem) -> Bool {
        switch item {
        case .survey(let model): ledger.surveys[model] != nil
        case .layer(let layer): ledger.layers[layer] != nil
        case .step(let layer, let index): ledger.layers[layer] != nil || preparation.isDone(step: index, of: layer)
        case .tile(let row, let column): tiles.isDone(row: row, column: column)
        }
    }

    /// Whether the plan has `item`.
    func contains(_ item: WorkItem) -> Bool {
        switch item {
        case .survey(let model): plan.models.indices.contains(model)
        case .layer(let layer): plan.layers.indices.contains(layer)
        case .step(let layer, let index):
            plan.layers.indices.contains(layer) && (0..<(preparation.steps?.count ?? 0)).contains(index)
        case .tile(let row, let column): tiles.contains(row: row, column: column)
        }
    }

    /// Takes `item` out of its queue; false where it does not wait.
    func claim(_ item: WorkItem) -> Bool {
        if let index = troubled.firstIndex(where: { $0.item == item && !$0.isOut }) {
            troubled[index].isOut = true
            return true
        }
        if case .tile(let row, let column) = item { return tiles.claim(row: row, column: column) }
        return preparation.claim(item)
    }

    /// Gives back `item`, which was leased and is not done.
    func putBack(_ item: WorkItem) {
        if let index = troubled.firstIndex(where: { $0.item == item }) {
            troubled[index].isOut = false
        } else if case .tile(let row, let column) = item {
            tiles.putBack(row: row, columns: column..<column + 1)
        } else {
            preparation.putBack(item)
        }
    }

    /// Whether layers that were given up are missing from a tile.
    func isPartial(row: Int, column: Int) -> Bool {
        guard !ledger.failures.isEmpty else { return false }
        return plan.grid.rowRange(row).contains { ledger.failures[.layer(plan.xLayers[$0])] != nil }
            || plan.grid.columnRange(column, ofRow: row).contains { ledger.failures[.layer(plan.yLayers[$0])] != nil }
    }

    /// `item` as a person would name it.
    func name(of item: WorkItem) -> String {
        switch item {
        case .survey(let model): "reading \(plan.models[model].name)"
        case .layer(let layer): plan.label(ofLayer: layer)
        case .step(let layer, let index):
            "\(plan.label(ofLayer: layer)), step \(index) of \(preparation.steps?.count ?? 0)"
        case .tile(let row, let column):
            plan.grid.permutations(ofRow: row).map {
                "permutations \($0.lowerBound) to \($0.upperBound - 1), tile (\(row), \(column))"
            } ?? "tile (\(row), \(column))"
        }
    }
}

extension SweepState {
    /// Everything that is not done waits again; nothing is given up any more. Where that is a second try, tiles that were scored
    /// without layers that were given up are not done either.
    func restart(isRetry: Bool) {
        ending = nil
        refusal = nil
        endedAt = nil
        ledger.forgetFailures()
        troubled = []
        doubled = [:]
        losses = [:]
        deaths = [:]
        giveUpCounts = [:]
        leaseCount = 0
        reusing = 0
        let finished = tiles
        tiles = TileQueue(grid: plan.grid)
        tiles.takeOver(doneOf: finished, keepingPartial: !isRetry)
        preparation = PreparationQueue(plan: plan)
        readiness = BlockReadiness(plan: plan)
        for model in plan.models.indices where ledger.surveys[model] != nil {
            _ = preparation.claim(.survey(model: model))
            preparation.release(layersOf: model) { ledger.layers[$0] == nil }
        }
        for layer in plan.layers.indices where ledger.layers[layer] != nil { complete(layer: layer) }
    }
}
