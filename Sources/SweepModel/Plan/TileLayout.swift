/// Where everything stands in one tile of scores.
///
/// For each metric comes a rows x columns matrix, row-major; in a symmetric sweep those of the metrics that are not symmetric
/// come a second time with x and y exchanged, for the tile's mirror image. Then, for each curve (and again exchanged) and each k
/// of it, come two row models x column models matrices: the maximum over the layer pairs that are in the tile, and the score of the
/// last layers where both are. Then, for each plan of subsamples and each metric of it, three rows x columns matrices: the mean and the
/// standard deviation of scores in subsamples, and the share of samples that these left out since lists ran out (`SubsamplePlan.reach`); and row models x column models of the best layer pair in
/// the tile: its row and its column, from the tile's first, -1 where there is none, and its scores in each subsample, one after another. Then, for
/// each metric that has gallery curves, the same of its expected scores in a gallery of each size: with k neighbours, and with as large a share.
package struct TileLayout: Hashable, Sendable {
    /// A metric or a curve, by its position in the plan.
    package struct Block: Hashable, Sendable {
        package let position: Int
        /// Whether the tile's rows are y and its columns x.
        package let isReversed: Bool

        package init(position: Int, isReversed: Bool) {
            self.position = position
            self.isReversed = isReversed
        }
    }

    /// A metric that is scored in so many subsamples, by its position in the plan.
    package struct Subsampled: Hashable, Sendable {
        package let design: SubsamplePlan.Design
        package let metric: Int
        package let count: Int

        package init(design: SubsamplePlan.Design, metric: Int, count: Int) {
            self.design = design
            self.metric = metric
            self.count = count
        }
    }

    package let rows: Range<Int>
    package let columns: Range<Int>
    package let matrices: [Block]
    package let curves: [Block]
    /// Positions in the x side's models (`SweepPlan.xModels`) of those with layers among the rows; of the y side's among the columns.
    package let rowModels: [Int]
    package let columnModels: [Int]
    /// For each row and column of the tile its position in `rowModels` and `columnModels`.
    package let modelOfRow: [Int]
    package let modelOfColumn: [Int]
    package let curveLengths: [Int]
    /// Metrics that are scored in subsamples.
    package let subsampled: [Subsampled]
    /// Metrics that have gallery curves, and the sizes of each.
    package let galleries: [Int]
    package let gallerySizes: Int

    package init(_ plan: SweepPlan, row: Int, column: Int) {
        let grid = plan.grid
        rows = grid.rowRange(row)
        columns = grid.columnRange(column, ofRow: row)
        matrices = Self.blocks(plan.metrics.map(\.kind), plan)
        curves = Self.blocks(plan.curves.map(\.kind), plan)
        curveLengths = curves.map { plan.curves[$0.position].ks.count }
        subsampled = plan.subsamples.flatMap { drawn in
            drawn.metrics.map { Subsampled(design: drawn.design, metric: $0, count: drawn.count) }
        }
        galleries = plan.gallery?.metrics ?? []
        gallerySizes = plan.gallery?.sizes.count ?? 0
        (rowModels, modelOfRow) = Self.models(plan.xLayers[rows], plan.xModels, plan)
        (columnModels, modelOfColumn) = Self.models(plan.yLayers[columns], plan.yModels, plan)
    }

    /// Values of all layer matrices, of all curves, of all subsamples, of all galleries, and of everything.
    package var matrixValueCount: Int { matrices.count * rows.count * columns.count }
    package var curveValueCount: Int { curveLengths.reduce(0, +) * 2 * rowModels.count * columnModels.count }
    package var subsampleValueCount: Int {
        subsampled.reduce(0) {
            $0 + 3 * rows.count * columns.count + (2 + $1.count) * rowModels.count * columnModels.count
        }
    }
    package var galleryValueCount: Int {
        galleries.count * (2 + 2 * gallerySizes) * rowModels.count * columnModels.count
    }
    package var valueCount: Int { matrixValueCount + curveValueCount + subsampleValueCount + galleryValueCount }

    static func blocks(_ kinds: [MetricKind], _ plan: SweepPlan) -> [Block] {
        let forward = kinds.indices.map { Block(position: $0, isReversed: false) }
        guard plan.isSymmetric else { return forward }
        return forward + kinds.indices.filter { !kinds[$0].isSymmetric }.map { Block(position: $0, isReversed: true) }
    }

    static func models(
        _ layers: ArraySlice<Int>, _ side: [Int], _ plan: SweepPlan
    ) -> (models: [Int], ofLayer: [Int]) {
        var models: [Int] = []
        var ofLayer: [Int] = []
        var last = -1
        for layer in layers {
            let model = plan.layers[layer].model
            if model != last {
                models.append(side.firstIndex(of: model) ?? 0)
                last = model
            }
            ofLayer.append(models.count - 1)
        }
        return (models, ofLayer)
    }
}

extension SweepPlan {
    /// How many float64 values the scores of the tile at block (`row`, `column`) are.
    package func tileValueCount(row: Int, column: Int) -> Int {
        if let layout = NullTileLayout(self, row: row, column: column) { return layout.valueCount }
        guard curves.isEmpty, subsamples.isEmpty, gallery == nil else {
            return TileLayout(self, row: row, column: column).valueCount
        }
        let reversed = isSymmetric ? metrics.count { !$0.kind.isSymmetric } : 0
        let grid = grid
        return (metrics.count + reversed) * grid.rowRange(row).count * grid.columnRange(column, ofRow: row).count
    }
}
