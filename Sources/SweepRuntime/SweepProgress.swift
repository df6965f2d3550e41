internal import CoordinatorCore
internal import SweepModel

extension SweepProgress {
    /// The progress that `coordinator` has made after `elapsed` seconds.
    init(_ coordinator: SweepCoordinator, plan: SweepPlan, elapsed: Double) {
        let ledger = coordinator.ledger
        let tiles = plan.grid.tileCount
        // Seconds of the kinds of items seen so far, carried over to those that are left.
        let perLayer = ledger.layersDone > 0 ? ledger.seconds.layers / Double(ledger.layersDone) : nil
        let perTile = ledger.tilesDone > 0 ? ledger.seconds.tiles / Double(ledger.tilesDone) : perLayer
        var remaining: Double?
        if let perLayer, let perTile, coordinator.workerCount > 0 {
            let left =
                perLayer * Double(plan.layers.count - ledger.layersDone) + perTile * Double(tiles - ledger.tilesDone)
            remaining = left / Double(coordinator.workerCount)
        }
        self.init(
            done: ledger.surveysDone + ledger.layersDone + ledger.tilesDone,
            total: plan.models.count + plan.layers.count + tiles, workers: coordinator.workerCount,
            gigaflops: elapsed > 0 ? ledger.flops / elapsed / 1e9 : 0, elapsed: elapsed, remaining: remaining)
    }
}
