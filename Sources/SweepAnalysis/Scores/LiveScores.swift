package import SweepModel

/// Scores of models while a sweep goes on: the maximum over layer pairs, taken in tile by tile, in any order and as often as they come.
///
/// Where every tile is in, these are the scores of `ModelScores`. It holds as many numbers as there are pairs of models, and no layer pair.
package struct LiveScores: Sendable {
    package let plan: SweepPlan
    /// For each metric of the plan x models x y models, row-major; NaN where nothing is known yet.
    package private(set) var scores: [[Double]]
    /// Layers that are tied at each single k of the sweep, row by row: one flag for each layer of the plan.
    private var tied: [[Bool]]
    private let ignoresTies: Bool
    /// For each row and column of the score matrices the position of its model on its side.
    private let modelOfRow: [Int]
    private let modelOfColumn: [Int]

    package init(plan: SweepPlan, ignoresTies: Bool) {
        self.plan = plan
        self.ignoresTies = ignoresTies
        let count = plan.xModels.count * plan.yModels.count
        scores = plan.metrics.map { _ in [Double](repeating: .nan, count: count) }
        tied = plan.neighbourCounts.map { _ in [Bool](repeating: false, count: plan.layers.count) }
        modelOfRow = Self.models(plan.xModels, plan)
        modelOfColumn = Self.models(plan.yModels, plan)
    }

    /// Numbers that it holds for `plan`.
    package static func size(_ plan: SweepPlan) -> Int {
        plan.xModels.count * plan.yModels.count * plan.metrics.count
    }

    /// Takes note of a layer, before any tile that it is in.
    package mutating func take(layer: Int, _ summary: LayerSummary) {
        guard !ignoresTies, plan.layers.indices.contains(layer), let shares = summary.neighbourhood?.tiedShares else {
            return
        }
        for (position, share) in shares.enumerated() where tied.indices.contains(position) {
            tied[position][layer] = share > SweepPlan.tiedLimit
        }
    }

    /// Takes in scores of tiles; false, and none, where they do not fit the plan.
    package mutating func take(_ scores: TileScores) -> Bool { scores.forEachTile(of: plan) { take($0) } }

    private mutating func take(_ tile: TileValues) {
        let (layout, width) = (tile.layout, plan.yModels.count)
        tile.forEachMatrix { block, values in
            let metric = plan.metrics[block.position]
            let flags = metric.k.flatMap { plan.neighbourCounts.firstIndex(of: $0) }.map { tied[$0] }
            let isMirrored = plan.isSymmetric && metric.kind.isSymmetric
            // Released code starts its maximum at 0.
            let least = metric.kind.variant(plan.variant) == .reference ? 0 : -Double.infinity
            var next = 0
            for r in layout.rows {
                let isRowOut = flags?[plan.xLayers[r]] ?? false
                let x = modelOfRow[r]
                for c in layout.columns {
                    defer { next += 1 }
                    // The halves of a tile on the diagonal may differ in the last bit: the lower one counts, as in `ScoreTable`.
                    if isMirrored, c > r, layout.rows.contains(c) { continue }
                    if isRowOut || flags?[plan.yLayers[c]] ?? false { continue }
                    guard values[next].isFinite else { continue }
                    let score = max(values[next], least)
                    let y = modelOfColumn[c]
                    if !block.isReversed { raise(block.position, x * width + y, score) }
                    if block.isReversed || isMirrored { raise(block.position, y * width + x, score) }
                }
            }
        }
    }

    private mutating func raise(_ metric: Int, _ cell: Int, _ score: Double) {
        // Also where nothing is known: nothing compares with NaN.
        if !(scores[metric][cell] >= score) { scores[metric][cell] = score }
    }

    private static func models(_ side: [Int], _ plan: SweepPlan) -> [Int] {
        side.enumerated().flatMap { position, model in plan.models[model].layers.map { _ in position } }
    }
}
