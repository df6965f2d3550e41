package import SweepModel

/// The scores of every layer pair of a sweep, for every metric: filled tile by tile, mirrored in a symmetric sweep.
package struct ScoreTable: Sendable {
    package let plan: SweepPlan
    /// For each metric of the plan a layers x layers matrix, row-major; NaN where nothing was computed.
    package private(set) var scores: [[Double]]
    /// One for each curve of the plan.
    package private(set) var curves: [CurveScores]
    /// What subsamples say, for each plan of these and each metric of it.
    package private(set) var subsampled: [SubsampledScores]
    /// Expected scores in galleries, one for each metric of the plan that has such curves.
    package private(set) var galleries: [GalleryScores]
    /// Whether a tile was put in, by block row and column.
    private var isDone: [Bool]

    package init(plan: SweepPlan) {
        self.plan = plan
        let count = plan.xLayers.count * plan.yLayers.count
        scores = plan.metrics.map { _ in [Double](repeating: .nan, count: count) }
        curves = plan.curves.map { CurveScores($0, plan: plan) }
        subsampled = plan.subsamples.flatMap { drawn in
            drawn.metrics.map { metric in
                SubsampledScores(.init(design: drawn.design, metric: metric, count: drawn.count), plan: plan)
            }
        }
        galleries =
            plan.gallery.map { gallery in
                gallery.metrics.map { GalleryScores(metric: $0, gallery: gallery, plan: plan) }
            } ?? []
        isDone = [Bool](repeating: false, count: plan.grid.blockRows * plan.grid.blockColumns)
    }

    /// Whether the layer pair at `row` and `column` was computed, whatever came of it.
    package func isComputed(_ row: Int, _ column: Int) -> Bool {
        let (edge, blocks) = (TileGrid.edge, plan.grid.blockColumns)
        let (r, c) = (row / edge, column / edge)
        return isDone[r * blocks + c] || plan.isSymmetric && isDone[c * blocks + r]
    }

    /// Puts in scores of tiles; false, and none, where they do not fit the plan, or are of permutations.
    package mutating func put(_ tiles: TileScores) -> Bool {
        guard tiles.forEachTile(of: plan, { put($0) }) else { return false }
        for column in tiles.columns { isDone[tiles.row * plan.grid.blockColumns + column] = true }
        return true
    }

    private mutating func put(_ tile: TileValues) {
        let (layout, width) = (tile.layout, plan.yLayers.count)
        tile.forEachMatrix { block, values in
            let isMirrored = plan.isSymmetric && plan.metrics[block.position].kind.isSymmetric
            var next = 0
            for r in layout.rows {
                for c in layout.columns {
                    if !block.isReversed { scores[block.position][r * width + c] = values[next] }
                    if block.isReversed || isMirrored { scores[block.position][c * width + r] = values[next] }
                    next += 1
                }
            }
        }
        tile.forEachCurve { block, position, maxima, lastLayers in
            curves[block.position].merge(
                position: position, maxima: maxima, lastLayers: lastLayers, layout, isReversed: block.isReversed)
        }
        tile.forEachSubsampled { drawn, found in
            guard let position = subsampled.firstIndex(where: { $0.drawn == drawn }) else { return }
            subsampled[position].merge(found, layout, scores: scores[drawn.metric])
        }
        tile.forEachGallery { metric, found in
            guard let position = galleries.firstIndex(where: { $0.metric == metric }) else { return }
            galleries[position].merge(found, layout, scores: scores[metric])
        }
    }
}
