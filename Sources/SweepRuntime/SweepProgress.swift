internal import CoordinatorCore
internal import SweepModel

/// How far a sweep is.
package struct SweepProgress: Hashable, Sendable {
    package let done: Int
    package let total: Int
    package let workers: Int
    /// Billions of operations of large products a second since the start, and seconds since the start.
    package let gigaflops: Double
    package let elapsed: Double
    /// Expected seconds to the end; nil while there is nothing to go by.
    package let remaining: Double?

    init(_ coordinator: SweepCoordinator, plan: SweepPlan, elapsed: Double) {
        let ledger = coordinator.ledger
        let tiles = plan.grid.tileCount
        done = ledger.surveysDone + ledger.layersDone + ledger.tilesDone
        total = plan.models.count + plan.layers.count + tiles
        workers = coordinator.workerCount
        self.elapsed = elapsed
        gigaflops = elapsed > 0 ? ledger.flops / elapsed / 1e9 : 0
        // Seconds of the kinds of items seen so far, carried over to those that are left.
        let perLayer = ledger.layersDone > 0 ? ledger.seconds.layers / Double(ledger.layersDone) : nil
        let perTile = ledger.tilesDone > 0 ? ledger.seconds.tiles / Double(ledger.tilesDone) : perLayer
        if let perLayer, let perTile, workers > 0 {
            let left = perLayer * Double(plan.layers.count - ledger.layersDone) + perTile * Double(tiles - ledger.tilesDone)
            remaining = left / Double(workers)
        } else {
            remaining = nil
        }
    }
}

/// Whoever watches a sweep: told on the thread that runs it.
package protocol SweepObserver: AnyObject {
    /// Something happened that a person may want to know.
    func note(_ text: String, isWarning: Bool)
    /// The sweep went on.
    func progress(_ progress: SweepProgress)
}
