package import SweepModel

/// What subsamples of a sweep's samples take, counted from its plan alone.
package struct SubsampleWork: Hashable, Sendable {
    /// Seconds of an ordinary core.
    package let seconds: Double
    /// Bytes of the scores of model pairs in all subsamples, which are kept until the sweep is over.
    package let bytes: Int

    package init(_ drawn: SubsamplePlan, _ plan: SweepPlan) {
        seconds = TileShapes(plan.grid).shapes.reduce(0) {
            $0 + drawn.seconds(of: plan, rows: $1.rows, columns: $1.columns) * Double($1.count)
        }
        bytes =
            plan.xModels.count * plan.yModels.count * drawn.metrics.count * drawn.count * MemoryLayout<Double>.size
    }

    /// Seconds of an ordinary core for all subsamples of a sweep.
    package static func seconds(_ plan: SweepPlan) -> Double {
        plan.subsamples.reduce(0) { $0 + SubsampleWork($1, plan).seconds }
    }
}
