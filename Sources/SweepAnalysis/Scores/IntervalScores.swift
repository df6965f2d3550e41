internal import SweepModel

/// What subsamples say of one metric's scores: filled tile by tile, mirrored in a symmetric sweep (Schemas/metrics.md, *Intervals by
/// subsamples*).
package struct IntervalScores: Sendable {
    /// Position of the metric in the plan.
    package let metric: Int
    /// Subsamples B.
    package let count: Int
    /// x layers x y layers, row-major: the standard error of each score; NaN where it is not known.
    package private(set) var standardErrors: [Double]
    /// Likewise the share of samples that a subsample's score leaves out on average, since lists ran out.
    package private(set) var leftOut: [Double]
    private var best: BestLayerValues
    private let width: Int
    private let isMirrored: Bool

    init(metric: Int, plan: SweepPlan) {
        self.metric = metric
        count = plan.intervals?.count ?? 0
        width = plan.yLayers.count
        isMirrored = plan.isSymmetric && plan.metrics[metric].kind.isSymmetric
        standardErrors = Array(repeating: .nan, count: plan.xLayers.count * width)
        leftOut = standardErrors
        best = BestLayerValues(metric: metric, count: count, plan: plan)
    }

    /// Takes in what one tile says; the best of its layer pairs where no other tile has a better one.
    /// - Parameter scores: x layers x y layers, the tile's own among them.
    mutating func merge(_ found: TileValues.Interval, _ layout: TileLayout, scores: [Double]) {
        var next = 0
        for r in layout.rows {
            for c in layout.columns {
                put(found.standardErrors[found.standardErrors.startIndex + next], r, c, \.standardErrors)
                put(found.leftOut[found.leftOut.startIndex + next], r, c, \.leftOut)
                next += 1
            }
        }
        best.merge(found.best, layout, scores: scores)
    }

    private mutating func put(_ value: Double, _ r: Int, _ c: Int, _ matrix: WritableKeyPath<Self, [Double]>) {
        self[keyPath: matrix][r * width + c] = value
        if isMirrored { self[keyPath: matrix][c * width + r] = value }
    }

    /// x models x y models x subsamples: the scores of the layer pair that attains the maximum over all samples.
    package var replicates: [Double] { best.values }

    /// The standard error of the maximum of each pair of models, the layers that attain it held fixed: x models x y models.
    package var bestStandardErrors: [Double] {
        best.cells.map { $0.map { standardErrors[$0.row * width + $0.column] } ?? .nan }
    }
}

extension FinishedSweep {
    /// What subsamples say of the scores of metric `position`; nil where it has no intervals.
    package func intervals(metric position: Int) -> IntervalScores? { table.intervals.first { $0.metric == position } }
}
