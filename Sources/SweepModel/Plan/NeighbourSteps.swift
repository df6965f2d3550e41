/// The neighbours of one layer of many samples as steps that several workers take at a time.
///
/// The samples are cut into blocks. A step of the first kind finds candidates of two blocks among each other; one of the second kind, once
/// all of the first are done, makes the lists of a block. The blocks follow from the number of samples alone, and no bit of a list
/// depends on them.
package struct NeighbourSteps: Hashable, Sendable {
    package enum Step: Hashable, Sendable {
        /// Candidates of the samples of one block among those of another, or of the same, and the other way round.
        case candidates(Int, Int)
        /// The lists of the samples of a block.
        case lists(Int)
    }

    /// Of more samples every layer can be divided, and of fewer those of which the product, n² d, is so large: candidates that go through
    /// files would otherwise take longer than they save.
    package static let mostSamplesAtOnce = 65_536
    private static let leastProducts = 1e12
    /// Blocks of fewer than two thousand samples are never worth it.
    private static let leastSamples = 16_384
    /// Blocks begin at multiples of this many samples, as tiles of products do.
    package static let rowMultiple = 1024
    /// More blocks would be more work to share, and more candidates to keep: each block lists its own for every other.
    private static let mostBlocks = 8

    /// The samples of each block.
    package let blocks: [Range<Int>]

    /// The steps of a layer of `sampleCount` samples; nil where it is not to be divided.
    ///
    /// - Parameter width: d of the widest layer of its kind.
    package init?(sampleCount n: Int, width: Int) {
        guard Self.areWorthIt(sampleCount: n, width: width) else { return nil }
        let share = (n + Self.mostBlocks - 1) / Self.mostBlocks
        let rows = (share + Self.rowMultiple - 1) / Self.rowMultiple * Self.rowMultiple
        blocks = stride(from: 0, to: n, by: rows).map { $0..<min($0 + rows, n) }
    }

    /// Whether a layer of `sampleCount` x `width` values is so much work that it pays to divide it.
    package static func areWorthIt(sampleCount n: Int, width: Int) -> Bool {
        n > mostSamplesAtOnce || n > leastSamples && Double(n) * Double(n) * Double(width) > leastProducts
    }

    /// How many steps of the first kind there are; they come first.
    package var candidateCount: Int { blocks.count * (blocks.count + 1) / 2 }
    package var count: Int { candidateCount + blocks.count }

    package subscript(index: Int) -> Step {
        guard index < candidateCount else { return .lists(index - candidateCount) }
        // The longest row of pairs first.
        var (row, place) = (0, index)
        while place >= blocks.count - row {
            place -= blocks.count - row
            row += 1
        }
        return .candidates(row, row + place)
    }

    /// About so many bytes of candidates the steps of a layer leave behind until the layer is done, for lists of `k`.
    package func candidateBytes(k: Int) -> Int { blocks.count * (blocks.last?.upperBound ?? 0) * (k + 2) * 12 }

    /// The share of a step in the products of the whole layer.
    package func share(_ index: Int) -> Double {
        let n = Double(blocks.last?.upperBound ?? 1)
        switch self[index] {
        case .candidates(let a, let b):
            return Double(blocks[a].count) * Double(blocks[b].count) * (a == b ? 1 : 2) / (n * n)
        // Few products, each of a single row in float64.
        case .lists(let block): return 0.1 * Double(blocks[block].count) / n
        }
    }
}

extension SweepPlan {
    /// The steps in which several workers may find the neighbours of a layer; nil where one worker finds them, or nothing needs any.
    package var neighbourSteps: NeighbourSteps? {
        guard longestNeighbourList != nil, queries == nil else { return nil }
        return NeighbourSteps(sampleCount: sampleCount, width: layers.reduce(0) { max($0, $1.width) })
    }
}
