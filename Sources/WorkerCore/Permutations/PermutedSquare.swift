internal import AlignmentMetrics
internal import PermutationStatistics
internal import SweepModel

/// The layers of a tile of permutations, ready for permutations.
final class PermutedSquare {
    /// What is scored together: the metrics of one artifact, in one direction, that take as many permutations at a time.
    struct Group {
        fileprivate struct Key: Hashable {
            let artifact: ArtifactKind
            let isReversed: Bool
            let isCounted: Bool
        }

        /// Positions in the layout's blocks.
        let blocks: [Int]
        let layers: PermutedLayers
        let measures: [PairMeasure]
        /// Masks serve several permutations; what is scored one by one is a step each.
        let runLength: Int
    }

    let rows: [TileLayer]
    let columns: [TileLayer]
    let groups: [Group]

    /// - Parameter hasGroups: whether whole groups of samples are permuted, of which no moments are known.
    init(
        _ tile: ArtifactTile, _ layout: NullTileLayout, ignoresTies: Bool, hasGroups: Bool, onStep: () -> Void
    ) throws {
        (rows, columns) = (tile.rows, tile.columns)
        let plan = tile.plan
        func metric(_ block: Int) -> Metric { plan.metrics[layout.blocks[block].position] }
        let keys = layout.blocks.indices.map { block in
            Group.Key(
                artifact: metric(block).artifact, isReversed: layout.blocks[block].isReversed,
                isCounted: metric(block).kind.isCountedInMasks)
        }
        var groups: [Group] = []
        for (block, key) in keys.enumerated() where keys.firstIndex(of: key) == block {
            let blocks = keys.indices.filter { keys[$0] == key }
            let metrics = blocks.map(metric)
            let computation = ArtifactComputations.of(key.artifact)
            guard
                let layers = try computation.permuted(metrics, key.artifact, of: tile, isReversed: key.isReversed)
            else { continue }
            func side(_ places: [Int], _ tied: [Double], _ models: [Int], _ modelOf: [Int], _ all: [TileLayer])
                -> LayerSide
            {
                LayerSide(
                    modelOfLayer: places.map { modelOf[$0] },
                    depths: places.map { plan.depth(ofLayer: all[$0].position) },
                    depthCounts: models.map { plan.depthCount(ofModel: $0) },
                    isExcluded: tied.map { !ignoresTies && $0 > SweepPlan.tiedLimit })
            }
            let measures = zip(metrics, layers.measures).map { metric, measure in
                PairMeasure(
                    aggregates: LayerAggregates(
                        x: side(
                            layers.rows, measure.tiedRows, layout.rowModels.map { plan.xModels[$0] },
                            layout.modelOfRow, tile.rows),
                        y: side(
                            layers.columns, measure.tiedColumns, layout.columnModels.map { plan.yModels[$0] },
                            layout.modelOfColumn, tile.columns),
                        startsAtZero: metric.kind.variant(plan.variant) == .reference),
                    moments: hasGroups ? nil : measure.moments,
                    countsPerUnit: metric.k.flatMap { k in
                        metric.kind.definition.countsPerUnit.map { $0(plan.sampleCount, k) }
                    })
            }
            groups.append(
                Group(
                    blocks: blocks, layers: layers, measures: measures,
                    runLength: key.isCounted ? Self.runLength : 1))
            onStep()
        }
        self.groups = groups
    }

    /// Permutations whose scores are in memory together.
    static let runLength = 16

    /// The bytes that a square of so many layers takes: for each metric what its artifact takes in memory (lists as they are read; bases
    /// as they are, and those of the columns in another order and side by side; matrices as they are, and a panel of the rows), and for each
    /// layer pair its moments, its place among the models' and the scores of a run of permutations with the counts that these are made of.
    static func bytes(_ plan: SweepPlan, rows: Int, columns: Int) -> Int {
        let n = plan.sampleCount
        let metrics = (plan.permutations?.metrics ?? []).map { plan.metrics[$0] }
        let artifacts = metrics.reduce(0) { sum, metric in
            if metric.kind.isNeighbourMetric {
                return sum + (rows + columns) * n * (plan.longestNeighbourList ?? 0) * NeighbourTile.bytesPerNeighbour
            }
            if let dimensions = metric.dimensions {
                return sum + (rows + 3 * columns) * n * dimensions * MemoryLayout<Float>.stride
            }
            return sum + (2 * rows + columns) * n * (n - 1) / 2 * MemoryLayout<Double>.stride
        }
        return artifacts + rows * columns * (metrics.count * 48 + runLength * 16)
    }
}

/// What scores of layer pairs under one metric come to for their pairs of models.
struct PairMeasure {
    let aggregates: LayerAggregates
    let moments: (means: [Double], deviations: [Double])?
    let countsPerUnit: Double?

    /// The planes of one permutation (`NullTileLayout.Plane`), one after another.
    func planes(of scores: [Double]) -> [Double] {
        let (matched, all) = sums(scores)
        return NullTileLayout.Plane.allCases.flatMap { plane in
            switch plane {
            case .maximum: aggregates.maxima(scores)
            case .studentisedMaximum:
                moments.map { aggregates.studentisedMaxima(scores, means: $0.means, deviations: $0.deviations) }
                    ?? matched.sums.map { _ in .nan }
            case .lastLayers: aggregates.lastLayers(scores)
            case .matchedDepthSum: matched.sums
            case .matchedDepthCount: matched.counts
            case .sum: all.sums
            case .count: all.counts
            }
        }
    }

    /// Sums of scores that count are those of whole numbers.
    private func sums(_ scores: [Double]) -> (matchedDepth: LayerAggregates.Sums, all: LayerAggregates.Sums) {
        guard let countsPerUnit else { return (aggregates.matchedDepth(scores), aggregates.all(scores)) }
        let counted = scores.map { ($0 * countsPerUnit).rounded() }
        func scaled(_ found: LayerAggregates.Sums) -> LayerAggregates.Sums {
            (found.sums.map { $0 / countsPerUnit }, found.counts)
        }
        return (scaled(aggregates.matchedDepth(counted)), scaled(aggregates.all(counted)))
    }
}
