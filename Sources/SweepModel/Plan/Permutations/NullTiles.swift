/// How the permutations of a sweep are cut into tiles: runs of permutations, each over squares of blocks of layers.
///
/// Like the grid it follows from the plan alone, so that sums are taken in one order whoever computes them.
package struct NullTiles: Hashable, Codable, Sendable {
    /// The identity, number 0, and the permutations.
    package let permutations: Int
    /// Blocks of layers along each side of a tile.
    package let blocks: Int
    /// Permutations of a tile; the last run may be shorter.
    package let runLength: Int

    package init(permutations: Int, blocks: Int, runLength: Int) {
        precondition(permutations > 0 && blocks > 0 && runLength > 0, "tiles of something")
        self.permutations = permutations
        self.blocks = blocks
        self.runLength = runLength
    }

    package var runCount: Int { (permutations + runLength - 1) / runLength }

    /// The numbers of the permutations of run `index`.
    package func run(_ index: Int) -> Range<Int> {
        index * runLength..<min((index + 1) * runLength, permutations)
    }

    /// How many tiles `count` blocks of layers take side by side.
    package func across(_ count: Int) -> Int { (count + blocks - 1) / blocks }
}

extension NullTiles {
    /// Bit masks serve 512 columns at a time (`PermutedOverlaps`).
    private static let mostBlocks = 8
    /// Bytes of the lists of a tile's layers, and of what a tile sends.
    private static let listBytes = 256 << 20
    private static let valueBytes = 8 << 20
    /// Seconds that a tile should take.
    private static let seconds = 1.0

    /// For `permutations` of `plan`, whose permutations it does not look at.
    init(_ permutations: PermutationPlan, of plan: SweepPlan) {
        let metrics = permutations.metrics.map { plan.metrics[$0] }
        let perLayer = max(1, plan.sampleCount * (plan.longestNeighbourList ?? 0) * MemoryLayout<Int32>.size)
        func modelPairs(_ blocks: Int) -> Int {
            let most = blocks * TileGrid.edge
            return min(most, plan.xModels.count) * min(most, plan.yModels.count)
        }
        /// Bytes of what one permutation of a tile sends.
        func bytes(_ blocks: Int) -> Int {
            modelPairs(blocks) * permutations.directions(of: plan) * NullTileLayout.Plane.allCases.count * 8
        }
        var blocks = metrics.allSatisfy(\.kind.isCountedInMasks) ? Self.mostBlocks : 1
        while blocks > 1, 2 * blocks * TileGrid.edge * perLayer > Self.listBytes || bytes(blocks) > Self.valueBytes {
            blocks /= 2
        }
        let edge = blocks * TileGrid.edge
        let each = permutations.seconds(
            of: plan, rows: min(edge, plan.xLayers.count), columns: min(edge, plan.yLayers.count))
        let length = min(Self.seconds / max(each, 1e-9), Double(Self.valueBytes / max(1, bytes(blocks))))
        self.init(
            permutations: permutations.count + 1, blocks: blocks,
            runLength: min(max(1, Int(min(length, 1e6))), permutations.count + 1))
    }
}

extension MetricKind {
    /// Whether the scores of permutations are counted in bit masks, for many layer pairs at once.
    package var isCountedInMasks: Bool { definition.maskedSecondsPerPlace != nil }

    /// Whether there are scores of permutations.
    package var isPermutable: Bool { definition.artifact(nil).definition.isPermuted }
}

extension PermutationPlan {
    /// Matrices of scores for each permutation: in a symmetric sweep two of metrics that are not symmetric.
    package func directions(of plan: SweepPlan) -> Int {
        metrics.reduce(0) { $0 + Self.directions(plan.metrics[$1], plan) }
    }

    /// Seconds of an ordinary core for one permutation of so many layers' samples.
    package func seconds(of plan: SweepPlan, rows: Int, columns: Int) -> Double {
        metrics.reduce(0) { sum, position in
            let metric = plan.metrics[position]
            let definition = metric.kind.definition
            let lanes = definition.maskedLanes
            let width = (columns + lanes - 1) / lanes * lanes
            // Lists that are scored one permutation at a time are put into its order first.
            let perPlace = definition.maskedSecondsPerPlace ?? (definition.secondsPerPlace + 3e-10)
            let samples = Double(plan.sampleCount)
            let each =
                if let k = metric.k {
                    perPlace * samples * Double(k)
                } else if let q = metric.dimensions.map(Double.init) {
                    // The singular values of a small product.
                    1.5e-8 * q * q * q + 2e-11 * samples * q * q
                } else {
                    // Each pair of samples is looked up for every column, and multiplied for every pair of layers.
                    5e-11 * samples * samples
                }
            return sum + each * Double(Self.directions(metric, plan)) * Double(rows * width)
        }
    }

    private static func directions(_ metric: Metric, _ plan: SweepPlan) -> Int {
        plan.isSymmetric && !metric.kind.isSymmetric ? 2 : 1
    }
}
