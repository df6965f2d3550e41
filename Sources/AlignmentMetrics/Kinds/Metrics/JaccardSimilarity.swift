internal import PermutationStatistics
internal import SweepModel

/// Jaccard similarity of neighbour lists: the mean over i of |N_A(i) ∩ N_B(i)|/|N_A(i) ∪ N_B(i)| (as in the survey of Klabunde et al. 2023).
enum JaccardSimilarity: NeighbourMetric {
    static var kind: MetricKind { .jaccardKNN }
    static var counting: OverlapCounting? { { $0.jaccardScores($1) } }
    static var subsampling: OverlapScores? { { $0.jaccardScores } }

    static func scores(
        rows: [LayerNeighbours], columns: [LayerNeighbours], ks: [Int], variant: Variant
    ) -> [[Double]] {
        guard let longest = ks.last else { return [] }
        // Counts of one sample have eight bits; and a pair by itself takes all k in one go.
        guard longest <= PositionalCounts.mostWords, ks.reduce(0, +) <= 3 * longest else {
            return ListComparison.scores(JaccardScorer.self, rows: rows, columns: columns, ks: ks)
        }
        let (left, right) = (rows.map(\.lists), columns.map(\.lists))
        return LayerBlocks.matrices(ks.count, rows: rows.count, columns: columns.count, zero: 0.0) {
            means(rows: left[$0], columns: right[$1], ks: ks)
        }
    }

    /// Scores of at most 64 x 64 layers. Quotients of one pair are added in the order of samples, whatever the tile.
    private static func means(
        rows: ArraySlice<NeighbourLists>, columns: ArraySlice<NeighbourLists>, ks: [Int]
    ) -> [[Double]] {
        guard let n = rows.first?.sampleCount, let longest = ks.last else { return [] }
        let (left, right) = (
            ListBlock(layers: rows.count, length: longest), ListBlock(layers: columns.count, length: longest)
        )
        let bits = LayerBits(sampleCount: n)
        let lanes = PositionalCounts.lanes
        let planes = Scratch<UInt64>(8, repeating: 0)
        let sums = ks.map { _ in Scratch<Double>(rows.count * lanes, repeating: 0) }
        defer { withExtendedLifetime((left, right, bits, planes, sums)) {} }
        let ratios = ks.map { k in (0...k).map { Double($0) / Double(2 * k - $0) } }
        for first in stride(from: 0, to: n, by: ListBlock.height) {
            let samples = first..<min(first + ListBlock.height, n)
            left.load(rows, samples: samples)
            right.load(columns, samples: samples)
            for s in 0..<samples.count {
                var marked = 0
                for position in ks.indices {
                    bits.mark(right, s, ranks: marked..<ks[position])
                    marked = ks[position]
                    let words = bits.words
                    ratios[position].withUnsafeBufferPointer { ratios in
                        for layer in 0..<rows.count {
                            let neighbours = left.row(s, layer: layer)
                            planes.start.update(repeating: 0, count: 8)
                            PositionalCounts.add(to: planes.start, cell: 0, count: marked) {
                                words[Int(neighbours[$0])]
                            }
                            BitPlanes.interleave(planes.start)
                            let counts = UnsafeRawPointer(planes.start).assumingMemoryBound(to: UInt8.self)
                            let sums = sums[position].start + layer * lanes
                            for lane in 0..<lanes { sums[lane] += ratios[Int(counts[lane])] }
                        }
                    }
                }
                bits.clear(right, s, count: marked)
            }
        }
        return sums.map { sums in
            (0..<rows.count).flatMap { row in
                (0..<columns.count).map { sums.start[row * lanes + BitPlanes.place(ofLane: $0)] / Double(n) }
            }
        }
    }
}
