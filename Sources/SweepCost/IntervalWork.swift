package import SweepModel

/// What the subsamples of a sweep take, counted from its plan alone.
package struct IntervalWork: Hashable, Sendable {
    /// Seconds of an ordinary core.
    package let seconds: Double
    /// Bytes of the scores of model pairs in all subsamples, which are kept until the sweep is over.
    package let bytes: Int

    package init(_ plan: SweepPlan) {
        guard let intervals = plan.intervals else {
            (seconds, bytes) = (0, 0)
            return
        }
        seconds = TileShapes(plan.grid).shapes.reduce(0) {
            $0 + intervals.seconds(of: plan, rows: $1.rows, columns: $1.columns) * Double($1.count)
        }
        bytes =
            plan.xModels.count * plan.yModels.count * intervals.metrics.count * intervals.count
            * MemoryLayout<Double>.size
    }
}
