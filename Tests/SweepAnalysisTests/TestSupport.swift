import SweepModel

@testable import SweepAnalysis

/// A plan of models with these layer indices; y nil for a symmetric sweep of all models.
func plan(
    _ models: [[Int]], x: [Int]? = nil, y: [Int]? = nil, metrics: [Metric] = [Metric(kind: .cka)],
    sampleCount: Int = 100
) -> SweepPlan {
    SweepPlan(
        sampleCount: sampleCount,
        models: models.enumerated().map { position, indices in
            ("m\(position)", "/m\(position).h5", 1, indices.map { (index: $0, name: "layer \($0)", width: 4) })
        },
        xModels: x ?? Array(models.indices), yModels: y, metrics: metrics)
}

/// A table whose cells come from a function of metric, row and column.
func table(_ plan: SweepPlan, _ score: (_ metric: Int, _ row: Int, _ column: Int) -> Double) -> ScoreTable {
    var table = ScoreTable(plan: plan)
    let grid = plan.grid
    for row in 0..<grid.blockRows {
        for column in grid.firstColumn(ofRow: row)..<grid.blockColumns {
            table.put(
                row: row, column: column,
                values: plan.metrics.indices.flatMap { metric in
                    grid.rowRange(row).flatMap { r in grid.columnRange(column).map { c in score(metric, r, c) } }
                })
        }
    }
    return table
}

/// A table of one metric with these scores, row by row.
func table(_ plan: SweepPlan, _ rows: [[Double]]) -> ScoreTable { table(plan) { _, r, c in rows[r][c] } }

/// A layer of which nothing is remarkable but what is given.
func findings(
    tied: [Double] = [], clipped: Double = 0, isConstant: Bool = false, chanceFactor: Double = .nan
) -> LayerFindings {
    LayerFindings(tiedShares: tied, clippedShare: clipped, isConstant: isConstant, chanceFactor: chanceFactor)
}

func sweep(_ plan: SweepPlan, _ layers: [LayerFindings], spec: SweepSpec = SweepSpec()) -> FinishedSweep {
    FinishedSweep(spec: spec, table: ScoreTable(plan: plan), layers: layers, sampleIDs: [], history: SweepHistory())
}
