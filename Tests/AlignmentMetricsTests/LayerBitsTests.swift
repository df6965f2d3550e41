import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

/// Forms that take 64 layers at once beside the definitions, on lists of all kinds and tiles around and beyond a word.
struct LayerBitsTests {
    private static let counted: [MetricKind] = [.mutualKNN, .cycleKNN, .lcsKNN, .editDistanceKNN, .jaccardKNN]

    private func layers(_ indices: [[Int32]], n: Int, k: Int) -> [LayerNeighbours] {
        indices.enumerated().map { number, indices in
            var generator = SeededGenerator(seed: UInt64(number))
            return LayerNeighbours(
                NeighbourLists(
                    sampleCount: n, k: k, indices: indices,
                    similarities: indices.map { _ in Double.random(in: -0.5..<1, using: &generator) },
                    tiedRows: Array(repeating: 0, count: k),
                    rowMeans: (0..<n).map { _ in Double.random(in: 0..<0.1, using: &generator) }, grandMean: 0.04))
        }
    }

    private func expected(_ kind: MetricKind, _ a: [Int32], _ b: [Int32], n: Int, length: Int, k: Int) -> Double {
        var scalar = ScalarNeighbourMetrics(sampleCount: n, length: length, k: k)
        switch kind {
        case .mutualKNN: return scalar.mutualKNN(a, b)
        case .cycleKNN: return scalar.cycleKNN(a, b)
        case .lcsKNN: return scalar.lcsKNN(a, b)
        case .editDistanceKNN: return scalar.editDistanceKNN(a, b)
        default: return scalar.jaccardKNN(a, b)
        }
    }

    /// Every metric of all pairs, to the bit.
    private func compare(_ rows: [[Int32]], _ columns: [[Int32]], n: Int, length: Int, ks: [Int]) {
        let (left, right) = (layers(rows, n: n, k: length), layers(columns, n: n, k: length))
        for kind in Self.counted {
            let scores = NeighbourScores.scores(kind, rows: left, columns: right, ks: ks, variant: .exact)
            for (position, k) in ks.enumerated() {
                let twins = rows.flatMap { a in
                    columns.map { expected(kind, a, $0, n: n, length: length, k: k) }
                }
                #expect(scores[position] == twins, "\(kind) n = \(n) k = \(k) \(rows.count) x \(columns.count)")
            }
        }
    }

    @Test(arguments: [0, 0.3, 0.9, 1])
    func everyOverlapEqualsTheDefinition(_ overlap: Double) {
        for (n, length) in [(4, 1), (4, 3), (5, 4), (9, 8), (31, 10), (70, 69)] {
            let all = RandomLists.indices(layers: 9, n: n, k: length, overlap: overlap, seed: UInt64(n + length))
            compare(Array(all[..<4]), Array(all[4...]), n: n, length: length, ks: [length])
            compare(Array(all[..<4]), Array(all[4...]), n: n, length: length, ks: Array(1...length))
            compare(all, Array(all[..<1]), n: n, length: length, ks: Set([(length + 1) / 2, length]).sorted())
        }
    }

    @Test(arguments: [(1, 63), (3, 64), (2, 65), (63, 1), (64, 3), (65, 2), (130, 1), (1, 130), (65, 66)])
    func tilesAroundAndBeyondAWordEqualTheDefinition(_ rows: Int, _ columns: Int) {
        let all = RandomLists.indices(layers: rows + columns, n: 21, k: 6, overlap: 0.6, seed: 3)
        compare(Array(all[..<rows]), Array(all[rows...]), n: 21, length: 6, ks: [6])
        compare(Array(all[..<rows]), Array(all[rows...]), n: 21, length: 6, ks: [1, 2, 3, 4, 5, 6])
    }

    @Test func equalAndDisjointListsEqualTheDefinition() {
        let n = 40
        // Twice the same layer, its lists backwards, and two layers that have nothing in common with it.
        let near = (0..<n).flatMap { i in (1...8).map { Int32((i + $0) % n) } }
        let backwards = (0..<n).flatMap { i in (1...8).reversed().map { Int32((i + $0) % n) } }
        let far = (0..<n).flatMap { i in (11...18).map { Int32((i + $0) % n) } }
        let opposite = (0..<n).flatMap { i in (1...8).map { Int32((i + n - $0) % n) } }
        let all = [near, near, backwards, far, opposite]
        compare(all, all, n: n, length: 8, ks: [8])
        compare(all, all, n: n, length: 8, ks: Array(1...8))
    }

    /// Samples beyond what narrow counters hold, and lists longer than they do.
    @Test func countersThatOverflowAreCarriedOn() {
        let many = RandomLists.indices(layers: 4, n: 700, k: 3, overlap: 1, seed: 5)
        compare(many, many, n: 700, length: 3, ks: [3])
        compare(many, many, n: 700, length: 3, ks: [1, 2, 3])
        let long = RandomLists.indices(layers: 2, n: 290, k: 280, overlap: 0.8, seed: 6)
        for ks in [[280], [1, 255, 256, 257, 280], [255, 256]] { compare(long, long, n: 290, length: 280, ks: ks) }
    }

    @Test func aTileOfManyLayersHoldsTheScoresOfSinglePairs() {
        let all = layers(
            RandomLists.indices(layers: 67, n: 30, k: 9, overlap: 0.5, seed: 8), n: 30, k: 9)
        for kind in Self.counted + [.cknna] {
            for variant in Variant.allCases {
                for ks in [[9], [4, 9], Array(1...9)] {
                    let whole = NeighbourScores.scores(
                        kind, rows: all, columns: Array(all[..<3]), ks: ks, variant: variant)
                    for (r, c) in [(0, 0), (1, 2), (63, 1), (64, 0), (66, 2)] {
                        let single = NeighbourScores.scores(
                            kind, rows: [all[r]], columns: [all[c]], ks: ks, variant: variant)
                        for position in ks.indices {
                            let (found, alone) = (whole[position][r * 3 + c], single[position][0])
                            #expect(found.bitPattern == alone.bitPattern, "\(kind) \(variant) \(ks) \(r) \(c)")
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: [1, 2, 7, 8, 9, 17, 255])
    func wordsAreCountedByPosition(_ length: Int) {
        var generator = SeededGenerator(seed: UInt64(length))
        let counts = PositionalCounts(cells: 3)
        var expected = [[Int]](repeating: Array(repeating: 0, count: 64), count: 3)
        for _ in 0..<40 {
            counts.reserve(length)
            for cell in 0..<3 {
                // All bits set in one cell: the most that counters can meet.
                let words = (0..<length).map { _ in cell == 1 ? UInt64.max : generator.next() }
                PositionalCounts.add(to: counts.planes, cell: cell, count: length) { words[$0] }
                for word in words { for bit in 0..<64 { expected[cell][bit] += Int(word >> UInt64(bit) & 1) } }
            }
        }
        for cell in 0..<3 {
            #expect(counts.totals(cell: cell, lanes: 64) == expected[cell])
            #expect(counts.totals(cell: cell, lanes: 5) == Array(expected[cell][..<5]))
        }
    }
}
