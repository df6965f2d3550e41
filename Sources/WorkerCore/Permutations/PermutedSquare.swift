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
        let layers: PermutedLayers
        let aggregates: LayerAggregates
        let hasMoments: Bool
        let countsPerUnit: Double?

        /// Sums of scores that count are those of whole numbers.
        func sums(_ scores: [Double]) -> (matchedDepth: LayerAggregates.Sums, all: LayerAggregates.Sums) {
            guard let countsPerUnit else { return (aggregates.matchedDepth(scores), aggregates.all(scores)) }
            let counted = scores.map { ($0 * countsPerUnit).rounded() }
            func scaled(_ found: LayerAggregates.Sums) -> LayerAggregates.Sums {
                (found.sums.map { $0 / countsPerUnit }, found.counts)
            }
            return (scaled(aggregates.matchedDepth(counted)), scaled(aggregates.all(counted)))
        }
    }

    /// - Parameter hasGroups: whether whole groups of samples are permuted, of which no moments are known.
    init(
        _ tile: ArtifactTile, _ layout: NullTileLayout, ignoresTies: Bool, hasGroups: Bool, onStep: () -> Void
    ) throws {
        (rows, columns) = (tile.rows, tile.columns)
        let plan = tile.plan
        for block in layout.blocks {
            let metric = plan.metrics[block.position]
            let computation = ArtifactComputations.of(metric.artifact)
            guard
                let layers = try computation.permuted(
                    metric, metric.artifact, of: tile, isReversed: block.isReversed)
            else { continue }
            func side(_ side: PermutedLayers.Side, _ models: [Int], _ modelOf: [Int], _ layers: [Int]) -> LayerSide {
                LayerSide(
                    modelOfLayer: side.places.map { modelOf[$0] },
                    depths: side.places.map { plan.depth(ofLayer: layers[$0]) },
                    depthCounts: models.map { plan.depthCount(ofModel: $0) },
                    isExcluded: side.tiedShares.map { !ignoresTies && $0 > SweepPlan.tiedLimit })
            }
            sides[block] = Side(
                layers: layers,
                aggregates: LayerAggregates(
                    x: side(
                        layers.rows, layout.rowModels.map { plan.xModels[$0] }, layout.modelOfRow,
                        tile.rows.map(\.position)),
                    y: side(
                        layers.columns, layout.columnModels.map { plan.yModels[$0] }, layout.modelOfColumn,
                        tile.columns.map(\.position)),
                    startsAtZero: metric.kind.variant(plan.variant) == .reference),
                hasMoments: !hasGroups && layers.moments != nil,
                countsPerUnit: metric.k.flatMap { k in
                    metric.kind.definition.countsPerUnit.map { $0(plan.sampleCount, k) }
                })
            onStep()
        }
    }

    /// Permutations whose scores are in memory together.
    static let runLength = 16

    /// The bytes that a square of so many layers takes: for each metric what its artifact takes in memory (lists as they are read; matrices
    /// as they are, and a panel of the rows), and for each layer pair its moments, its place among the models' and the scores of a run of
    /// permutations with the counts that these are made of.
    static func bytes(_ plan: SweepPlan, rows: Int, columns: Int) -> Int {
        let n = plan.sampleCount
        let metrics = (plan.permutations?.metrics ?? []).map { plan.metrics[$0] }
        let artifacts = metrics.reduce(0) { sum, metric in
            sum
                + (metric.artifact.isPairMatrix
                    ? (2 * rows + columns) * n * (n - 1) / 2 * MemoryLayout<Double>.stride
                    : (rows + columns) * n * (plan.longestNeighbourList ?? 0) * NeighbourTile.bytesPerNeighbour)
        }
        return artifacts + rows * columns * (metrics.count * 48 + runLength * 16)
    }

    /// The scores of the layers that have artifacts under each of `permutations`.
    func scores(_ block: TileLayout.Block, _ permutations: [SamplePermutation]) throws -> [[Double]] {
        try sides[block]?.layers.scores(permutations) ?? permutations.map { _ in [] }
    }

    /// The planes of one permutation (`NullTileLayout.Plane`), one after another.
    func planes(_ block: TileLayout.Block, of scores: [Double]) -> [Double] {
        guard let side = sides[block] else { return [] }
        let aggregates = side.aggregates
        let (matched, all) = side.sums(scores)
        return NullTileLayout.Plane.allCases.flatMap { plane in
            switch plane {
            case .maximum: aggregates.maxima(scores)
            case .studentisedMaximum:
                (side.hasMoments ? side.layers.moments : nil).map {
                    aggregates.studentisedMaxima(scores, means: $0.means, deviations: $0.deviations)
                } ?? matched.sums.map { _ in .nan }
            case .lastLayers: aggregates.lastLayers(scores)
            case .matchedDepthSum: matched.sums
            case .matchedDepthCount: matched.counts
            case .sum: all.sums
            case .count: all.counts
            }
        }
    }
}
