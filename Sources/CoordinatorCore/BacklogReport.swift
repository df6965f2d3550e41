internal import SweepModel
package import SweepProtocol

extension Coordinator {
    /// What is left to do in all sweeps that are not over.
    package var backlog: Backlog {
        var backlog = Backlog(
            tiles: 0, items: 0, seconds: 0, workers: workers.count { $0?.isUsable == true }, activeSweeps: active.count,
            workerBytes: 0)
        for id in active {
            guard let state = sweeps[id] else { continue }
            let left = state.remainder
            backlog.tiles += left.tiles
            backlog.items += left.surveys + state.layerItems(left.layers) + left.tiles
            backlog.workerBytes = max(backlog.workerBytes, state.workerBytes)
            // One sweep of which nothing is known makes the whole unknown: better a late worker than a hundred idle ones.
            backlog.seconds = backlog.seconds.flatMap { sum in state.secondsLeft.map { sum + $0 } }
        }
        return backlog
    }
}

extension SweepState {
    /// Work items that are neither done nor given up.
    var remainder: (surveys: Int, layers: Int, tiles: Int) {
        var (surveys, layers) = (plan.models.count - ledger.surveysDone, plan.layers.count - ledger.layersDone)
        for item in ledger.failures.keys {
            switch item {
            case .survey: surveys -= 1
            case .layer: layers -= 1
            case .step, .tile: break
            }
        }
        return (surveys, layers, plan.grid.tileCount - tiles.doneCount - ledger.failedTiles)
    }

    /// Work items that `layers`, those that are left, would be if they were all shared: more workers than layers are of use then.
    func layerItems(_ layers: Int) -> Int {
        guard let steps = plan.neighbourSteps else { return layers }
        let divided = preparation.divided.values
        let whole = layers - divided.count
        return whole * (steps.count + 1) + divided.reduce(0) { $0 + $1.itemsLeft }
    }

    /// Seconds of one worker for what is left, carried over from the kinds of items seen so far; nil while there are none.
    var secondsLeft: Double? {
        let left = remainder
        guard left.surveys + left.layers + left.tiles > 0 else { return 0 }
        let perSurvey = ledger.surveysDone > 0 ? ledger.surveySeconds / Double(ledger.surveysDone) : 0
        let perLayer = ledger.layersDone > 0 ? ledger.layerSeconds / Double(ledger.layersDone) : steppedLayerSeconds
        let scored = tiles.doneCount - ledger.tilesReused
        // While none is scored, a tile is taken for a layer's work, beside which it is nothing where layers can be shared.
        let unscored = plan.neighbourSteps == nil ? perLayer : perLayer.map { _ in 0 }
        let perTile = scored > 0 ? ledger.tileSeconds / Double(scored) : unscored
        guard let perLayer = perLayer ?? perTile, let perTile else { return nil }
        return perSurvey * Double(left.surveys) + perLayer * layersLeft(left.layers) + perTile * Double(left.tiles)
    }

    /// `layers`, those that are left, less what is done of those that workers share.
    private func layersLeft(_ layers: Int) -> Double {
        preparation.divided.values.reduce(Double(layers)) { $0 - $1.shareDone }
    }

    /// What a layer takes, by the steps that are done while no layer is; nil while no step is either.
    private var steppedLayerSeconds: Double? {
        guard let layer = preparation.divided.keys.min(), let steps = plan.neighbourSteps else { return nil }
        let seconds = (0..<steps.count).compactMap { costs.seconds(.step(layer: layer, index: $0)) }
        return seconds.isEmpty ? nil : seconds.reduce(0, +)
    }
}
