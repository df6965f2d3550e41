internal import SweepModel

/// Cycle k-NN: 1/n Σ_i [i ∈ ∪_{j ∈ N_B(i)} N_A(j)], A the rows and B the columns (`cycle_knn` of the released code, which exchanges
/// them). Not symmetric.
enum CycleNeighbours: NeighbourMetric {
    static var kind: MetricKind { .cycleKNN }

    static func scores(
        rows: [LayerNeighbours], columns: [LayerNeighbours], ks: [Int], variant: Variant
    ) -> [[Double]] {
        guard variant == .reference else { return scores(rows: rows, columns: columns, ks: ks) }
        return scores(rows: columns, columns: rows, ks: ks).map {
            NeighbourScores.transposed($0, rows: columns.count, columns: rows.count)
        }
    }

    /// Those with the rows as A.
    private static func scores(rows: [LayerNeighbours], columns: [LayerNeighbours], ks: [Int]) -> [[Double]] {
        guard let n = (rows.first ?? columns.first)?.lists.sampleCount, let longest = ks.last else { return [] }
        // Each k costs k look-ups for 64 pairs of layers; a pair by itself as many as it takes to come back, for all k.
        guard ks.reduce(0, +) <= 3 * longest else {
            return ListComparison.scores(CycleScorer.self, rows: rows, columns: columns, ks: ks)
        }
        let turned = rows.map(\.inNeighbours)
        let lists = columns.map(\.lists)
        let returning = LayerBlocks.matrices(ks.count, rows: rows.count, columns: columns.count, zero: 0) {
            counts(rows: turned[$0], columns: lists[$1], sampleCount: n, ks: ks)
        }
        return returning.map { $0.map { Double($0) / Double(n) } }
    }

    /// How many samples come back, of at most 64 x 64 layers.
    ///
    /// A word for every sample says which of the row layers have the sample in hand in its list. What the neighbours in a column layer say
    /// together is where it comes back.
    private static func counts(
        rows: ArraySlice<InNeighbours>, columns: ArraySlice<NeighbourLists>, sampleCount: Int, ks: [Int]
    ) -> [[Int]] {
        let height = ListBlock.height
        let right = ListBlock(layers: columns.count, length: ks.last ?? 0)
        let tables = (0..<height).map { _ in LayerBits(sampleCount: sampleCount) }
        let counts = ks.map { _ in PositionalCounts(cells: columns.count) }
        defer { withExtendedLifetime((right, tables, counts)) {} }
        for first in stride(from: 0, to: sampleCount, by: height) {
            let samples = first..<min(first + height, sampleCount)
            right.load(columns, samples: samples)
            var marked = 0
            for (k, counts) in zip(ks, counts) {
                mark(rows, tables, samples: samples, ranks: marked..<k)
                marked = k
                counts.reserve(samples.count)
                let planes = counts.planes
                for layer in 0..<columns.count {
                    PositionalCounts.add(to: planes, cell: layer, count: samples.count) { s in
                        let (words, neighbours) = (tables[s].words, right.row(s, layer: layer))
                        var sources: UInt64 = 0
                        for rank in 0..<k { sources |= words[Int(neighbours[rank])] }
                        return sources
                    }
                }
            }
            clear(rows, tables, samples: samples)
        }
        return counts.map { counts in
            let byColumn = (0..<columns.count).map { counts.totals(cell: $0, lanes: rows.count) }
            return (0..<rows.count).flatMap { row in byColumn.map { $0[row] } }
        }
    }

    /// Enters who lists each of `samples` at one of `ranks`, in a table for each.
    private static func mark(
        _ rows: ArraySlice<InNeighbours>, _ tables: [LayerBits], samples: Range<Int>, ranks: Range<Int>
    ) {
        for (layer, turned) in rows.enumerated() {
            let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: layer)
            turned.sources.withUnsafeBufferPointer { sources in
                turned.ranks.withUnsafeBufferPointer { sourceRanks in
                    for (s, sample) in samples.enumerated() {
                        let words = tables[s].words
                        for entry in Int(turned.starts[sample])..<Int(turned.starts[sample + 1]) {
                            // Without a branch: which ranks come is a matter of chance.
                            let isMeant = ranks.contains(Int(sourceRanks[entry]))
                            words[Int(sources[entry])] |= isMeant ? bit : 0
                        }
                    }
                }
            }
        }
    }

    private static func clear(_ rows: ArraySlice<InNeighbours>, _ tables: [LayerBits], samples: Range<Int>) {
        for turned in rows {
            turned.sources.withUnsafeBufferPointer { sources in
                for (s, sample) in samples.enumerated() {
                    let words = tables[s].words
                    for entry in Int(turned.starts[sample])..<Int(turned.starts[sample + 1]) {
                        words[Int(sources[entry])] = 0
                    }
                }
            }
        }
    }
}
