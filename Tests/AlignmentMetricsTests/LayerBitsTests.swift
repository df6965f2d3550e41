import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

/// Scores of many layers at once, a bit each, beside those of one pair after another.
struct LayerBitsTests {
    /// Lists of `count` layers that share about half of their neighbours, in orders of their own; the last two are the same.
    private static func layers(_ count: Int, n: Int, k: Int, seed: UInt64) -> [LayerNeighbours] {
        var generator = SeededGenerator(seed: seed)
        let common = (0..<n).map { i in (0..<n).filter { $0 != i }.shuffled(using: &generator) }
        var made = (0..<count).map { _ in
            let indices = (0..<n).flatMap { i in
                let near = common[i].prefix(min(2 * k, n - 1)).shuffled(using: &generator)
                return near.prefix(k).map { Int32($0) }
            }
            return lists(indices, n: n, k: k)
        }
        if count > 1 { made[count - 1] = made[count - 2] }
        return made.map(LayerNeighbours.init)
    }

    private static func lists(_ indices: [Int32], n: Int, k: Int) -> NeighbourLists {
        NeighbourLists(
            sampleCount: n, k: k, indices: indices, similarities: Array(repeating: 0, count: n * k),
            tiedRows: Array(repeating: 0, count: k), rowMeans: Array(repeating: 0, count: n), grandMean: 0)
    }

    private static func overlap(_ a: LayerNeighbours, _ b: LayerNeighbours, k: Int) -> Double {
        let (n, left, right) = (a.lists.sampleCount, a.lists, b.lists)
        let common = (0..<n).reduce(0) { sum, i in
            let mine = Set(left.indices[(i * left.k)..<(i * left.k + k)])
            return sum + right.indices[(i * right.k)..<(i * right.k + k)].count { mine.contains($0) }
        }
        return Double(common) / Double(n * k)
    }

    private static let shapes: [(rows: Int, columns: Int, n: Int, k: Int)] = [
        (1, 1, 4, 3), (2, 3, 9, 8), (63, 2, 17, 5), (64, 64, 23, 4), (65, 66, 16, 6), (3, 129, 31, 30), (2, 2, 270, 260),
    ]

    @Test(arguments: shapes.indices) func scoresAreThoseOfOnePairAfterAnother(_ shape: Int) {
        let (rows, columns, n, k) = Self.shapes[shape]
        let all = Self.layers(rows + columns, n: n, k: k, seed: UInt64(shape) + 1)
        let (a, b) = (Array(all[..<rows]), Array(all[rows...]))
        // A single one, a few, and all of them, which take another way.
        for ks in [[k], Array(Set([1, max(1, k / 2), k])).sorted(), Array(1...k)] {
            func scores(_ kind: MetricKind) -> [[Double]] {
                NeighbourScores.scores(kind, rows: a, columns: b, ks: ks, variant: .exact)
            }
            #expect(scores(.cycleKNN) == ListComparison.scores(CycleScorer.self, rows: a, columns: b, ks: ks))
            #expect(scores(.jaccardKNN) == ListComparison.scores(JaccardScorer.self, rows: a, columns: b, ks: ks))
            #expect(scores(.lcsKNN) == ListComparison.scores(CommonSubsequenceScorer.self, rows: a, columns: b, ks: ks))
            #expect(
                scores(.editDistanceKNN) == ListComparison.scores(EditDistanceScorer.self, rows: a, columns: b, ks: ks))
            let mutual = scores(.mutualKNN)
            for (position, k) in ks.enumerated() where k % 7 == 1 || k == ks.last {
                let expected = a.flatMap { row in b.map { Self.overlap(row, $0, k: k) } }
                #expect(mutual[position] == expected, "k = \(k)")
            }
        }
    }

    /// More words than a counter of eight bits holds, one of them in every word.
    @Test func countersDoNotOverflow() {
        let (n, k) = (300, 299)
        let indices = (0..<n).flatMap { i in (0..<n).filter { $0 != i }.map { Int32($0) } }
        let layers = Array(repeating: LayerNeighbours(Self.lists(indices, n: n, k: k)), count: 3)
        for kind in [MetricKind.mutualKNN, .jaccardKNN, .lcsKNN] {
            let scores = NeighbourScores.scores(kind, rows: layers, columns: layers, ks: [k], variant: .exact)
            #expect(scores == [Array(repeating: 1, count: 9)], "\(kind)")
        }
    }

    @Test(arguments: [1, 2, 7, 8, 9, 254, 255, 256, 1_000]) func wordsAreCountedByPosition(_ words: Int) {
        var generator = SeededGenerator(seed: UInt64(words))
        let taken = (0..<words).map { _ in UInt64.random(in: 0 ... .max, using: &generator) | 1 }
        let counts = PositionalCounts(cells: 2)
        var next = 0
        while next < words {
            let length = min(PositionalCounts.mostWords, words - next)
            counts.reserve(length)
            let first = next
            PositionalCounts.add(to: counts.planes, cell: 1, count: length) { taken[first + $0] }
            next += length
        }
        let expected = (0..<64).map { lane in taken.count { $0 >> UInt64(lane) & 1 == 1 } }
        #expect(counts.totals(cell: 1, lanes: 64) == expected)
        #expect(counts.totals(cell: 0, lanes: 64) == Array(repeating: 0, count: 64))
    }
}
