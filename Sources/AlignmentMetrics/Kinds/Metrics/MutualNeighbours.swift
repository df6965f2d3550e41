internal import PermutationStatistics
internal import SweepModel

/// Mutual k-nearest-neighbour alignment of many layers with many others:
/// 1/(nk) Σ_i |N_A(i) ∩ N_B(i)| (Huh et al. 2024, section 2; `mutual_knn` of the released code).
///
/// For the sample in hand one word of every other sample says which of 64 column layers list it. A row layer looks its k neighbours up
/// and counts by bit position: k words for 64 pairs of layers.
enum MutualNeighbours: NeighbourMetric {
    static var kind: MetricKind { .mutualKNN }
    static var counting: OverlapCounting? { { $0.mutualScores($1) } }
    static var subsampling: OverlapScores? { { $0.mutualScores } }

    static func scores(
        rows: [LayerNeighbours], columns: [LayerNeighbours], ks: [Int], variant: Variant
    ) -> [[Double]] {
        scores(rows: rows.map(\.lists), columns: columns.map(\.lists), ks: ks)
    }

    /// For each of `ks` (ascending) the scores of every row layer against every column layer: rows x columns, row-major.
    static func scores(rows: [NeighbourLists], columns: [NeighbourLists], ks: [Int]) -> [[Double]] {
        guard let n = (rows.first ?? columns.first)?.sampleCount else { return [] }
        let common = LayerBlocks.matrices(ks.count, rows: rows.count, columns: columns.count, zero: 0) {
            // Each k anew costs Σk look-ups; all ranks up to the largest, with two tables and as many counters, thrice that k. Those
            // counters are added up in 32 bits.
            ks.reduce(0, +) <= 3 * (ks.last ?? 0) || n * (ks.last ?? 0) > Int(UInt32.max)
                ? counts(rows: rows[$0], columns: columns[$1], ks: ks)
                : MutualNeighbourCurve.counts(rows: rows[$0], columns: columns[$1], ks: ks)
        }
        return zip(ks, common).map { k, counts in counts.map { Double($0) / Double(n * k) } }
    }

    /// Σ_i |N_A(i) ∩ N_B(i)| of at most 64 x 64 layers.
    static func counts(
        rows: ArraySlice<NeighbourLists>, columns: ArraySlice<NeighbourLists>, ks: [Int]
    ) -> [[Int]] {
        guard let n = rows.first?.sampleCount, let indexLimit = rows.first?.indexLimit, let longest = ks.last else {
            return []
        }
        let (left, right) = (
            ListBlock(layers: rows.count, length: longest), ListBlock(layers: columns.count, length: longest)
        )
        let bits = LayerBits(sampleCount: indexLimit)
        let counts = ks.map { _ in PositionalCounts(cells: rows.count) }
        defer { withExtendedLifetime((left, right, bits, counts)) {} }
        for first in stride(from: 0, to: n, by: ListBlock.height) {
            let samples = first..<min(first + ListBlock.height, n)
            left.load(rows, samples: samples)
            right.load(columns, samples: samples)
            for s in 0..<samples.count {
                var marked = 0
                for position in ks.indices {
                    bits.mark(right, s, ranks: marked..<ks[position])
                    marked = ks[position]
                    look(up: left, s, count: marked, in: bits, counts[position])
                }
                bits.clear(right, s, count: marked)
            }
        }
        return counts.map { counts in
            (0..<rows.count).flatMap { counts.totals(cell: $0, lanes: columns.count) }
        }
    }

    /// Counts for each layer of `block` the words of its first `count` neighbours.
    @inline(__always)
    private static func look(
        up block: ListBlock, _ s: Int, count: Int, in bits: LayerBits, _ counts: PositionalCounts
    ) {
        let words = bits.words
        var next = 0
        while next < count {
            let length = min(count - next, PositionalCounts.mostWords)
            counts.reserve(length)
            let planes = counts.planes
            for layer in 0..<block.layers {
                let row = block.row(s, layer: layer) + next
                PositionalCounts.add(to: planes, cell: layer, count: length) { words[Int(row[$0])] }
            }
            next += length
        }
    }
}
