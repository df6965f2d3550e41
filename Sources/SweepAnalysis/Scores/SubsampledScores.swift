package import SweepModel

/// What subsamples say of one metric's scores: filled tile by tile, mirrored in a symmetric sweep (Schemas/metrics.md, *Intervals by
/// subsamples* and *Splits*).
package struct SubsampledScores: Sendable {
    /// Which subsamples of which metric, by its position in the plan.
    package let drawn: TileLayout.Subsampled
    /// x layers x y layers, row-major: mean and standard deviation of each score among subsamples; NaN where they are not known.
    package private(set) var means: [Double]
    package private(set) var deviations: [Double]
    /// Likewise the share of samples that a subsample's score leaves out on average, since lists ran out.
    package private(set) var leftOut: [Double]
    private var best: BestLayerValues
    private let width: Int
    private let isMirrored: Bool

    init(_ drawn: TileLayout.Subsampled, plan: SweepPlan) {
        self.drawn = drawn
        width = plan.yLayers.count
        isMirrored = plan.isSymmetric && plan.metrics[drawn.metric].kind.isSymmetric
        means = Array(repeating: .nan, count: plan.xLayers.count * width)
        (deviations, leftOut) = (means, means)
        best = BestLayerValues(metric: drawn.metric, count: drawn.count, plan: plan)
    }

    /// Takes in what one tile says; the best of its layer pairs where no other tile has a better one.
    /// - Parameter scores: x layers x y layers, the tile's own among them.
    mutating func merge(_ found: TileValues.Subsampled, _ layout: TileLayout, scores: [Double]) {
        put(found.means, layout, \.means)
        put(found.deviations, layout, \.deviations)
        put(found.leftOut, layout, \.leftOut)
        best.merge(found.best, layout, scores: scores)
    }

    private mutating func put(
        _ values: ArraySlice<Double>, _ layout: TileLayout, _ matrix: WritableKeyPath<Self, [Double]>
    ) {
        var next = values.startIndex
        for r in layout.rows {
            for c in layout.columns {
                self[keyPath: matrix][r * width + c] = values[next]
                if isMirrored { self[keyPath: matrix][c * width + r] = values[next] }
                next += 1
            }
        }
    }

    /// x models x y models x subsamples: the scores of the layer pair that attains the maximum over all samples.
    package var replicates: [Double] { best.values }

    /// Of each pair of models the deviation of these: x models x y models.
    package var bestDeviations: [Double] {
        best.cells.map { $0.map { deviations[$0.row * width + $0.column] } ?? .nan }
    }
}

extension FinishedSweep {
    /// What subsamples of `design` say of the scores of metric `position`; nil where it is not scored in such.
    package func subsampled(_ design: SubsamplePlan.Design, metric position: Int) -> SubsampledScores? {
        table.subsampled.first { $0.drawn.design == design && $0.drawn.metric == position }
    }
}
