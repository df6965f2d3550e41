/// Where everything stands in a tile of permutations.
///
/// For each calibrated metric (in a symmetric sweep those that are not symmetric come a second time with x and y exchanged), each
/// permutation of the tile's run and each plane come row models x column models values, row-major: what the tile's layer pairs add to
/// those of their models.
package struct NullTileLayout: Hashable, Sendable {
    /// What is known of a pair of models under one permutation, from the layer pairs of one tile; tiles add up.
    package enum Plane: Int, CaseIterable, Sendable {
        /// The largest score; NaN where no layer pair has one.
        case maximum
        /// The largest (score - mean)/sd by the moments under random matching; NaN where they are not known.
        case studentisedMaximum
        /// The score of the last layers; NaN where they are not in the tile.
        case lastLayers
        /// The sum over layers at matched relative depth, and how many such pairs of layers have a score.
        case matchedDepthSum
        case matchedDepthCount
        /// The sum of all scores that take part in the maximum, and how many there are.
        case sum
        case count

        /// How the values of two tiles become one.
        package func joined(_ a: Double, _ b: Double) -> Double {
            switch self {
            case .maximum, .studentisedMaximum, .lastLayers: a.isNaN || b > a ? b : a
            case .matchedDepthSum, .matchedDepthCount, .sum, .count: a + b
            }
        }

        /// The value where no tile added anything.
        package var nothing: Double {
            switch self {
            case .maximum, .studentisedMaximum, .lastLayers: .nan
            case .matchedDepthSum, .matchedDepthCount, .sum, .count: 0
            }
        }
    }

    package let rows: Range<Int>
    package let columns: Range<Int>
    /// The numbers of the tile's permutations, 0 for the identity.
    package let permutations: Range<Int>
    package let blocks: [TileLayout.Block]
    /// Positions in the x side's models (`SweepPlan.xModels`) of those with layers among the rows; of the y side's among the columns.
    package let rowModels: [Int]
    package let columnModels: [Int]
    /// For each row and column of the tile its position in `rowModels` and `columnModels`.
    package let modelOfRow: [Int]
    package let modelOfColumn: [Int]

    /// Nil where the tile is not one of permutations.
    package init?(_ plan: SweepPlan, row: Int, column: Int) {
        let grid = plan.grid
        guard let calibrated = plan.permutations?.metrics, let run = grid.permutations(ofRow: row) else { return nil }
        permutations = run
        rows = grid.rowRange(row)
        columns = grid.columnRange(column, ofRow: row)
        blocks = TileLayout.blocks(plan.metrics.map(\.kind), plan).filter { calibrated.contains($0.position) }
        (rowModels, modelOfRow) = TileLayout.models(plan.xLayers[rows], plan.xModels, plan)
        (columnModels, modelOfColumn) = TileLayout.models(plan.yLayers[columns], plan.yModels, plan)
    }

    /// Values of one plane.
    package var planeSize: Int { rowModels.count * columnModels.count }
    package var valueCount: Int { blocks.count * permutations.count * Plane.allCases.count * planeSize }
}

/// What a tile of permutations found, as numbers.
package struct NullTileValues: Sendable {
    package let layout: NullTileLayout
    private let values: [Double]

    init(_ layout: NullTileLayout, _ values: [Double]) {
        self.layout = layout
        self.values = values
    }

    /// Hands over each plane of each permutation of each of the layout's blocks: row models x column models, row-major.
    package func forEachPlane(
        _ body: (TileLayout.Block, _ permutation: Int, NullTileLayout.Plane, ArraySlice<Double>) -> Void
    ) {
        var start = 0
        for block in layout.blocks {
            for permutation in layout.permutations {
                for plane in NullTileLayout.Plane.allCases {
                    body(block, permutation, plane, values[start..<start + layout.planeSize])
                    start += layout.planeSize
                }
            }
        }
    }
}
