package import SweepModel

/// The scores of every layer pair of a sweep, for every metric: filled tile by tile, mirrored in a symmetric sweep.
package struct ScoreTable: Sendable {
    package let plan: SweepPlan
    /// For each metric of the plan a layers x layers matrix, row-major; NaN where nothing was computed.
    package private(set) var scores: [[Double]]

    package init(plan: SweepPlan) {
        self.plan = plan
        let count = plan.xLayers.count * plan.yLayers.count
        scores = plan.metrics.map { _ in [Double](repeating: .nan, count: count) }
    }

    /// Puts in the scores of the tile at block (`row`, `column`): for each metric its rows x columns, end to end.
    package mutating func put(row: Int, column: Int, values: [Double]) {
        let grid = plan.grid
        let (rows, columns) = (grid.rowRange(row), grid.columnRange(column))
        let width = plan.yLayers.count
        precondition(values.count == plan.metrics.count * rows.count * columns.count, "the tile has the grid's shape")
        var next = 0
        for metric in plan.metrics.indices {
            for r in rows {
                for c in columns {
                    scores[metric][r * width + c] = values[next]
                    if plan.isSymmetric { scores[metric][c * width + r] = values[next] }
                    next += 1
                }
            }
        }
    }
}
