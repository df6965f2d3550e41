internal import PermutationStatistics
internal import SweepModel

/// One metric's expected scores of galleries of several sizes, of every pair of models' best layers: filled tile by tile (Schemas/metrics.md,
/// *Gallery curves*).
package struct GalleryScores: Sendable {
    /// Position of the metric in the plan.
    package let metric: Int
    private let plan: GalleryPlan
    private var best: BestLayerValues

    init(metric: Int, gallery: GalleryPlan, plan: SweepPlan) {
        self.metric = metric
        self.plan = gallery
        best = BestLayerValues(metric: metric, count: 2 * gallery.sizes.count, plan: plan)
    }

    mutating func merge(_ found: TileValues.Best, _ layout: TileLayout, scores: [Double]) {
        best.merge(found, layout, scores: scores)
    }

    /// Sizes x models x models: with k neighbours in every gallery, or with as large a share of it.
    private func scores(isProportional: Bool) -> [Double] {
        let (sizes, pairs) = (plan.sizes.count, best.cells.count)
        return (0..<sizes).flatMap { size in
            (0..<pairs).map { best.values[$0 * 2 * sizes + (isProportional ? sizes : 0) + size] }
        }
    }

    /// All that is known of them, as files have it.
    func scored(_ sweep: SweepPlan) -> ScoredGallery {
        let (n, k) = (sweep.sampleCount, sweep.metrics[metric].k ?? 1)
        func bounds(_ k: (Int) -> Int) -> [Double] {
            plan.sizes.map { m in
                let samples = sweep.queries.map { $0.galleries[$0.gallery(serving: m)] } ?? n
                return GalleryTable.truncationBound(
                    sampleCount: samples, subsetSize: m, k: k(m), reach: min(plan.reach, samples - 1))
            }
        }
        let share = { GalleryPlan.proportional(k: k, size: $0, of: n) }
        return ScoredGallery(
            sizes: plan.sizes, ks: plan.sizes.map { _ in k }, scores: scores(isProportional: false),
            bounds: bounds { _ in k }, proportionalKs: plan.sizes.map(share),
            proportionalScores: scores(isProportional: true), proportionalBounds: bounds(share))
    }
}

/// The expected scores of one metric in galleries of several sizes, G of them.
package struct ScoredGallery: Sendable {
    /// Samples m of each gallery, the sample itself among them; ascending.
    package var sizes: [Int]
    /// Neighbours in each: the metric's k.
    package var ks: [Int]
    /// G x X x Y, row-major; NaN where there is none.
    package var scores: [Double]
    /// The most by which scores of each size are too small, since lists end.
    package var bounds: [Double]
    /// The same with as large a share of the gallery as k is of all samples, at least 1.
    package var proportionalKs: [Int]
    package var proportionalScores: [Double]
    package var proportionalBounds: [Double]

    package init(
        sizes: [Int], ks: [Int], scores: [Double], bounds: [Double], proportionalKs: [Int],
        proportionalScores: [Double],
        proportionalBounds: [Double]
    ) {
        self.sizes = sizes
        self.ks = ks
        self.scores = scores
        self.bounds = bounds
        self.proportionalKs = proportionalKs
        self.proportionalScores = proportionalScores
        self.proportionalBounds = proportionalBounds
    }

    /// The score of unrelated layers in a gallery of m: k/(m - 1).
    package static func chance(size m: Int, k: Int) -> Double { GalleryTable.chance(subsetSize: m, k: k) }
}

extension FinishedSweep {
    /// The gallery curves of metric `position`; nil where it has none.
    package func scoredGallery(metric position: Int) -> ScoredGallery? {
        table.galleries.first { $0.metric == position }?.scored(plan)
    }
}
