import SweepModel

@testable import SweepAnalysis

/// A plan of models with these layer indices; y nil for a symmetric sweep of all models.
func plan(
    _ models: [[Int]], x: [Int]? = nil, y: [Int]? = nil, metrics: [Metric] = [Metric(kind: .cka)],
    curves: [MetricCurve] = [], variant: Variant = .exact, sampleCount: Int = 100
) -> SweepPlan {
    SweepPlan(
        sampleCount: sampleCount,
        models: models.enumerated().map { position, indices in
            ("m\(position)", "/m\(position).h5", 1, indices.map { (index: $0, name: "layer \($0)", width: 4) })
        },
        xModels: x ?? Array(models.indices), yModels: y, metrics: metrics, curves: curves, variant: variant)
}

/// A table whose cells come from a function of metric, row and column, rows being x.
func table(_ plan: SweepPlan, _ score: (_ metric: Int, _ row: Int, _ column: Int) -> Double) -> ScoreTable {
    var table = ScoreTable(plan: plan)
    let grid = plan.grid
    for row in 0..<grid.blockRows {
        for column in grid.tileColumns(ofRow: row) {
            let layout = TileLayout(plan, row: row, column: column)
            let values = layout.matrices.flatMap { block in
                layout.rows.flatMap { r in
                    layout.columns.map { c in
                        block.isReversed ? score(block.position, c, r) : score(block.position, r, c)
                    }
                }
            }
            let missing = [Double](repeating: .nan, count: layout.curveValueCount)
            precondition(table.put(TileScores(row: row, column: column, values: values + missing)))
        }
    }
    return table
}

/// A table of one metric with these scores, row by row.
func table(_ plan: SweepPlan, _ rows: [[Double]]) -> ScoreTable { table(plan) { _, r, c in rows[r][c] } }

/// A layer of which nothing is remarkable but what is given.
func findings(
    tied: [Double]? = nil, cycle: [Double]? = nil, clipped: Double = 0, isConstant: Bool = false,
    chanceFactors: [ArtifactKind: Double] = [:]
) -> LayerSummary {
    let shares = tied ?? cycle?.map { _ in 0 }
    return LayerSummary(
        diagnostics: .init(clippedShare: clipped, isConstant: isConstant, effectiveRank: 1, meanCosine: 0),
        neighbourhood: shares.map {
            .init(tiedShares: $0, cycleChances: cycle ?? $0.map { _ in 0 }, largestInDegree: 0)
        },
        chanceFactors: chanceFactors, artifacts: [:])
}

func sweep(
    _ plan: SweepPlan, _ layers: [LayerSummary?], spec: SweepSpec = SweepSpec(), groupSizes: [Int]? = nil
) -> FinishedSweep {
    sweep(ScoreTable(plan: plan), layers, spec: spec, groupSizes: groupSizes)
}

func sweep(
    _ table: ScoreTable, _ layers: [LayerSummary?], spec: SweepSpec = SweepSpec(), groupSizes: [Int]? = nil
) -> FinishedSweep {
    FinishedSweep(
        spec: spec, table: table, layers: layers, sampleIDs: [], groupSizes: groupSizes, history: SweepHistory())
}

/// Equal, or both not a number.
func same(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
}
