import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

struct MutualNeighboursTests {
    private func lists(_ rows: [[Double]], k: Int) throws -> NeighbourLists {
        try #require(artifacts(rows, k: k, gram: false).neighbours)
    }

    @Test func scoresStandAtTheirRowAndColumn() throws {
        let layers = (0..<5).map {
            blend(normals(40, 6, seed: 1), normals(40, 6, seed: UInt64($0) + 2), Double($0) / 4)
        }
        let prepared = layers.map { PlainMetrics.prepared($0, threshold: .infinity, normalization: .l2) }
        let all = try layers.map { try lists($0, k: 12) }
        let scores = MutualNeighbours.scores(rows: Array(all[..<2]), columns: Array(all[2...]), ks: [5, 12])
        for (position, k) in [5, 12].enumerated() {
            let expected = prepared[..<2].flatMap { a in prepared[2...].map { PlainMetrics.mutualKNN(a, $0, k: k) } }
            #expect(scores[position] == expected)
        }
    }

    @Test func severalKInOneCallEqualSingleCalls() throws {
        let ks = [1, 3, 10, 39]
        let rows = try [
            lists(normals(40, 6, seed: 1), k: 39), lists(LayerKind.fewDistinct.rows(40, 6, seed: 2), k: 39),
        ]
        let columns = try [lists(LayerKind.duplicated.rows(40, 9, seed: 3), k: 39), rows[0], rows[1]]
        let together = MutualNeighbours.scores(rows: rows, columns: columns, ks: ks)
        let single = ks.map { MutualNeighbours.scores(rows: rows, columns: columns, ks: [$0])[0] }
        #expect(together == single)
    }

    @Test func listsOfDifferentLengthsMayMeet() throws {
        let (a, b) = (normals(30, 4, seed: 1), normals(30, 5, seed: 2))
        let long = try MutualNeighbours.scores(rows: [lists(a, k: 20)], columns: [lists(b, k: 7)], ks: [7])
        let short = try MutualNeighbours.scores(rows: [lists(a, k: 7)], columns: [lists(b, k: 20)], ks: [7])
        #expect(long == short)
    }

    @Test func nothingAgainstNothingIsNothing() throws {
        #expect(MutualNeighbours.scores(rows: [], columns: [], ks: [3]).isEmpty)
        let some = try lists(normals(10, 3, seed: 1), k: 3)
        #expect(MutualNeighbours.scores(rows: [some], columns: [], ks: [3]) == [[]])
    }

    @Test func everySampleIsANeighbourAtTheLargestK() throws {
        let rows = try [
            lists(normals(25, 3, seed: 1), k: 24), lists(LayerKind.fewDistinct.rows(25, 3, seed: 2), k: 24),
        ]
        #expect(MutualNeighbours.scores(rows: rows, columns: rows, ks: [24]) == [[1, 1, 1, 1]])
    }

    @Test(arguments: LayerKind.allCases)
    func aLayerAgreesWithItself(_ kind: LayerKind) throws {
        let own = try lists(kind.rows(50, 20, seed: 1), k: 10)
        #expect(MutualNeighbours.scores(rows: [own], columns: [own], ks: [1, 4, 10]) == [[1], [1], [1]])
    }

    @Test func theMeanOverAllPermutationsIsChance() throws {
        let fixed = try lists(normals(6, 3, seed: 1), k: 5)
        let other = normals(6, 4, seed: 2)
        let moved = try permutations(6).map { order in try lists(order.map { other[$0] }, k: 5) }
        #expect(moved.count == 720)
        for (scores, k) in zip(MutualNeighbours.scores(rows: [fixed], columns: moved, ks: [1, 2, 3]), 1...) {
            #expect(abs(scores.reduce(0, +) / 720 - Double(k) / 5) < 1e-12)
            #expect(Set(scores).count > 1)
        }
    }

    @Test func permutingSamplesJointlyChangesNothing() throws {
        var generator = SeededGenerator(seed: 4)
        let a = normals(80, 10, seed: 1)
        let b = blend(a, normals(80, 10, seed: 2), 0.5)
        let order = (0..<80).shuffled(using: &generator)
        let before = try MutualNeighbours.scores(rows: [lists(a, k: 10)], columns: [lists(b, k: 10)], ks: [1, 10])
        let after = try MutualNeighbours.scores(
            rows: [lists(order.map { a[$0] }, k: 10)], columns: [lists(order.map { b[$0] }, k: 10)], ks: [1, 10])
        #expect(before == after)
    }

    @Test func dissimilarityObeysTheTriangleInequality() throws {
        let base = normals(30, 5, seed: 1)
        let all = try (0..<12).map { i in
            let kind = LayerKind.allCases[i % LayerKind.allCases.count]
            return try lists(blend(base, kind.rows(30, 5, seed: UInt64(i)), Double(i) / 11), k: 6)
        }
        for (scores, k) in zip(MutualNeighbours.scores(rows: all, columns: all, ks: [1, 3, 6]), [1, 3, 6]) {
            func distance(_ i: Int, _ j: Int) -> Double { 1 - scores[i * 12 + j] }
            for i in 0..<12 {
                for j in 0..<12 {
                    #expect(distance(i, j) == distance(j, i), "k = \(k)")
                    for l in 0..<12 { #expect(distance(i, l) <= distance(i, j) + distance(j, l) + 1e-12, "k = \(k)") }
                }
            }
        }
    }
}
