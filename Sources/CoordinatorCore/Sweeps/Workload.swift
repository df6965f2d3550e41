internal import SweepCost
internal import SweepModel

/// How much work a sweep is, in expected seconds of one average worker.
///
/// The plan's own weights are corrected, stage by stage, by what was measured of the stage; while nothing of a stage is done, layers and
/// tiles lend each other their correction, which is the host's speed.
struct Workload {
    private(set) var done = 0.0
    /// What is neither done nor given up.
    private(set) var left = 0.0
    /// Everything, with what was given up.
    private(set) var total = 0.0
    /// Whether some layer, step or tile was measured, so that seconds are this host's.
    let isMeasured: Bool
    private let scales: (survey: Double, layer: Double, tile: Double, nullTile: Double)

    init(_ state: SweepState) {
        let (ledger, work, plan) = (state.ledger, state.work, state.plan)
        var (surveys, layers) = (Stage(), Stage())
        for model in plan.models.indices {
            surveys.add(
                work.surveys[model], isDone: ledger.surveys[model] != nil, ledger.failures[.survey(model: model)] != nil
            )
        }
        let divided = state.preparation.divided
        for layer in plan.layers.indices {
            layers.add(work.layers[layer], isDone: ledger.layers[layer] != nil, ledger.failures[.layer(layer)] != nil)
        }
        for (layer, steps) in divided where ledger.layers[layer] == nil {
            let part = work.layers[layer] * steps.shareDone
            layers.done += part
            layers.left -= part
        }
        var tiles = Stage()
        tiles.total = work.allTiles
        tiles.done = state.tiles.doneWeight(work.tile)
        var failed = (scores: 0.0, nulls: 0.0)
        for case .tile(let row, let column) in ledger.failures.keys {
            let weight = work.tile(row: row, column: column)
            if plan.grid.isOfScores(row) { failed.scores += weight } else { failed.nulls += weight }
        }
        tiles.left = max(0, tiles.total - tiles.done - failed.scores)
        var nulls = Stage()
        let nullCount = plan.grid.tileCount - plan.grid.scoreTileCount
        nulls.total = work.allNullTiles
        nulls.done = nulls.total * Double(state.tiles.doneCount - state.tiles.doneScores) / Double(max(nullCount, 1))
        nulls.left = max(0, nulls.total - nulls.done - failed.nulls)
        let scored = state.tiles.doneScores - ledger.tilesReused
        let scoredShare = Double(scored) / Double(max(state.tiles.doneScores, 1))
        let layerSeconds = divided.values.reduce(ledger.layerSeconds) { $0 + $1.seconds }
        let survey = Self.scale(ledger.surveySeconds, surveys.done)
        let layer = Self.scale(layerSeconds, layers.done)
        let tile = Self.scale(ledger.tileSeconds, tiles.done * scoredShare)
        let nullTile = Self.scale(ledger.permutationSeconds, nulls.done)
        isMeasured = layer != nil || tile != nil
        // Permutations are counted in whole numbers, at a rate of their own.
        scales = (survey ?? 1, layer ?? tile ?? 1, tile ?? layer ?? 1, nullTile ?? 1)
        for (stage, scale) in [
            (surveys, scales.survey), (layers, scales.layer), (tiles, scales.tile), (nulls, scales.nullTile),
        ] {
            done += stage.done * scale
            left += max(0, stage.left) * scale
            total += stage.total * scale
        }
    }

    /// Expected seconds of one item.
    func seconds(_ item: WorkItem, of state: SweepState) -> Double {
        switch item {
        case .survey(let model): state.work.surveys[model] * scales.survey
        // Of a layer that was shared, what its steps have left over.
        case .layer(let layer):
            state.work.layers[layer] * scales.layer * (1 - (state.preparation.divided[layer]?.shareDone ?? 0))
        case .step(let layer, let index):
            state.work.layers[layer] * scales.layer * (state.preparation.steps?.share(index) ?? 1)
        case .tile(let row, let column):
            state.work.tile(row: row, column: column)
                * (state.plan.grid.isOfScores(row) ? scales.tile : scales.nullTile)
        }
    }

    private static func scale(_ seconds: Double, _ nominal: Double) -> Double? {
        seconds > 0 && seconds.isFinite && nominal > 0 ? seconds / nominal : nil
    }

    /// One stage by the plan's weights.
    private struct Stage {
        var done = 0.0
        var left = 0.0
        var total = 0.0

        mutating func add(_ weight: Double, isDone: Bool, _ isGivenUp: Bool) {
            total += weight
            if isDone { done += weight } else if !isGivenUp { left += weight }
        }
    }
}

extension Coordinator {
    /// How far a sweep is: the share of its work that is done, and the expected seconds to its end.
    ///
    /// What workers are at counts by the time that it has taken, so that long items do not stand still.
    func advance(of state: SweepState, holders: Int, _ now: Duration) -> (share: Double, remaining: Double?) {
        let left = state.remainder
        let isEverythingDone =
            state.ledger.surveysDone == state.plan.models.count && state.ledger.layersDone == state.plan.layers.count
            && state.tiles.doneCount == state.plan.grid.tileCount
        if isEverythingDone { return (1, state.isActive ? 0 : nil) }
        let load = Workload(state)
        var (underway, longest) = (0.0, 0.0)
        for (number, lease) in leases where lease.sweep == state.id {
            guard let worker = workers[lease.worker], worker.leases.first == number else { continue }
            let expected = load.seconds(lease.currentItem, of: state)
            let elapsed = (now - max(lease.answeredAt, worker.answeredAt)).inSeconds
            // Who is late is nearly done, and no more than that.
            let part = min(max(elapsed, 0), 0.95 * expected)
            underway += part
            longest = max(longest, expected - part)
        }
        underway = min(underway, load.left)
        let share = load.total > 0 ? (load.done + underway) / load.total : 0
        var remaining: Double?
        if left.surveys + left.layers + left.tiles == 0 {
            remaining = 0
        } else if holders > 0 {
            // Until something is measured, by the plan's weights: those of an ordinary core.
            remaining = max((load.left - underway) / Double(holders), longest)
        }
        // Only what is done is 100 %.
        return (min(share, 0.999), state.isActive ? remaining : nil)
    }
}
