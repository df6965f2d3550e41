package import SweepModel

/// The scores of every layer pair of a sweep, for every metric: filled tile by tile, mirrored in a symmetric sweep.
package struct ScoreTable: Sendable {
    package let plan: SweepPlan
    /// For each metric of the plan a layers x layers matrix, row-major; NaN where nothing was computed.
    package private(set) var scores: [[Double]]
    /// One for each curve of the plan.
    package private(set) var curves: [CurveScores]
    /// Whether a tile was put in, by block row and column.
    private var isDone: [Bool]

    package init(plan: SweepPlan) {
        self.plan = plan
        let count = plan.xLayers.count * plan.yLayers.count
        scores = plan.metrics.map { _ in [Double](repeating: .nan, count: count) }
        curves = plan.curves.map { CurveScores($0, plan: plan) }
        isDone = [Bool](repeating: false, count: plan.grid.blockRows * plan.grid.blockColumns)
    }

    /// Whether the layer pair at `row` and `column` was computed, whatever came of it.
    package func isComputed(_ row: Int, _ column: Int) -> Bool {
        let (edge, blocks) = (TileGrid.edge, plan.grid.blockColumns)
        let (r, c) = (row / edge, column / edge)
        return isDone[r * blocks + c] || plan.isSymmetric && isDone[c * blocks + r]
    }

    /// Puts in the scores of the tile at block (`row`, `column`), laid out as `TileLayout` says.
    package mutating func put(row: Int, column: Int, values: [Double]) {
        let layout = TileLayout(plan, row: row, column: column)
        precondition(
            values.count == layout.matrixValueCount + layout.curveValueCount, "the tile has the grid's shape")
        isDone[row * plan.grid.blockColumns + column] = true
        let width = plan.yLayers.count
        var next = 0
        for block in layout.matrices {
            let isMirrored = plan.isSymmetric && plan.metrics[block.position].kind.isSymmetric
            for r in layout.rows {
                for c in layout.columns {
                    if !block.isReversed { scores[block.position][r * width + c] = values[next] }
                    if block.isReversed || isMirrored { scores[block.position][c * width + r] = values[next] }
                    next += 1
                }
            }
        }
        for block in layout.curves {
            curves[block.position].merge(values, from: &next, layout, isReversed: block.isReversed)
        }
    }
}
