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
        guard let steps = preparation.steps else { return layers }
        let divided = preparation.divided.values
        let whole = layers - divided.count
        return whole * (steps.count + 1) + divided.reduce(0) { $0 + $1.itemsLeft }
    }

    /// Seconds of one worker for what is left; nil while nothing is measured that it could be told by.
    var secondsLeft: Double? {
        let left = remainder
        guard left.surveys + left.layers + left.tiles > 0 else { return 0 }
        let load = Workload(self)
        return load.isMeasured ? load.left : nil
    }
}
