internal import AlignmentMetrics
internal import PermutationStatistics
internal import SweepModel

/// The layers of a tile of permutations, ready for permutations.
final class PermutedSquare {
    let rows: [TileLayer]
    let columns: [TileLayer]
    private var sides: [TileLayout.Block: Side] = [:]

    /// What is known of the layer pairs under one metric.
    private struct Side {
        let scores: PermutedScores
        let aggregates: LayerAggregates
        let moments: (means: [Double], deviations: [Double])?
        let countsPerUnit: Double?

        /// Sums of scores that count are those of whole numbers.
        func matchedDepth(_ scores: [Double]) -> (sums: [Double], counts: [Double]) {
            guard let countsPerUnit else { return aggregates.matchedDepth(scores) }
            let (sums, counts) = aggregates.matchedDepth(scores.map { ($0 * countsPerUnit).rounded() })
            return (sums.map { $0 / countsPerUnit }, counts)
        }
    }

    /// A layer that has lists, and its place in the tile.
    private typealias Listed = (place: Int, lists: NeighbourLists)

    /// - Parameter hasGroups: whether whole groups of samples are permuted, of which no moments are known.
    init(
        _ tile: ArtifactTile, _ layout: NullTileLayout, ignoresTies: Bool, hasGroups: Bool, onStep: () -> Void
    ) throws {
        (rows, columns) = (tile.rows, tile.columns)
        let plan = tile.plan
        let listed = (try Self.lists(tile.rows, tile, onStep), try Self.lists(tile.columns, tile, onStep))
        for block in layout.blocks {
            let metric = plan.metrics[block.position]
            guard let k = metric.k else { continue }
            func side(_ listed: [Listed], _ models: [Int], _ side: [Int], _ layers: [Int], _ modelOf: [Int])
                -> LayerSide
            {
                LayerSide(
                    modelOfLayer: listed.map { modelOf[$0.place] },
                    depths: listed.map { plan.depth(ofLayer: layers[$0.place]) },
                    depthCounts: models.map { plan.depthCount(ofModel: side[$0]) },
                    isExcluded: listed.map { !ignoresTies && $0.lists.tiedShare(atK: k) > SweepPlan.tiedLimit })
            }
            let lists = (listed.0.map(\.lists), listed.1.map(\.lists))
            sides[block] = Side(
                scores: PermutedScores(
                    metric.kind, k: k, variant: plan.variant, isReversed: block.isReversed, rows: lists.0,
                    columns: lists.1),
                aggregates: LayerAggregates(
                    x: side(
                        listed.0, layout.rowModels, plan.xModels, Array(plan.xLayers[layout.rows]), layout.modelOfRow),
                    y: side(
                        listed.1, layout.columnModels, plan.yModels, Array(plan.yLayers[layout.columns]),
                        layout.modelOfColumn),
                    startsAtZero: metric.kind.variant(plan.variant) == .reference),
                moments: hasGroups
                    ? nil
                    : NeighbourLists.moments(
                        metric.kind, k: k, variant: plan.variant, isReversed: block.isReversed, rows: lists.0,
                        columns: lists.1),
                countsPerUnit: metric.kind.definition.countsPerUnit.map { $0(plan.sampleCount, k) })
            onStep()
        }
    }

    /// Permutations whose scores are in memory together.
    static let runLength = 16

    /// The bytes that a square of so many layers takes: their lists as they are read, and for each layer pair its moments, its place among
    /// the models' and the scores of a run of permutations with the counts that these are made of.
    static func bytes(_ plan: SweepPlan, rows: Int, columns: Int) -> Int {
        let lists = (rows + columns) * plan.sampleCount * (plan.longestNeighbourList ?? 0)
        let metrics = plan.permutations?.metrics.count ?? 0
        return lists * 24 + rows * columns * (metrics * 48 + runLength * 16)
    }

    private static func lists(_ layers: [TileLayer], _ tile: ArtifactTile, _ onStep: () -> Void) throws -> [Listed] {
        try layers.enumerated().compactMap { place, layer in
            onStep()
            return try tile.blocks.read(.neighbours, of: layer) { try NeighbourLists($0, $1) }.map { (place, $0) }
        }
    }

    /// The scores of the layers that have lists under each of `permutations`.
    func scores(_ block: TileLayout.Block, _ permutations: [SamplePermutation]) -> [[Double]] {
        sides[block]?.scores.scores(permutations) ?? permutations.map { _ in [] }
    }

    /// The planes of one permutation (`NullTileLayout.Plane`), one after another.
    func planes(_ block: TileLayout.Block, of scores: [Double]) -> [Double] {
        guard let side = sides[block] else { return [] }
        let aggregates = side.aggregates
        let matched = side.matchedDepth(scores)
        return NullTileLayout.Plane.allCases.flatMap { plane in
            switch plane {
            case .maximum: aggregates.maxima(scores)
            case .studentisedMaximum:
                side.moments.map {
                    aggregates.studentisedMaxima(scores, means: $0.means, deviations: $0.deviations)
                } ?? matched.sums.map { _ in .nan }
            case .lastLayers: aggregates.lastLayers(scores)
            case .matchedDepthSum: matched.sums
            case .matchedDepthCount: matched.counts
            }
        }
    }
}
