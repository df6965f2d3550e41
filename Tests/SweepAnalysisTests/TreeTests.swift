import SweepModel
import Testing

@testable import SweepAnalysis

struct TreeTests {
    /// Distances of points in a cube, as the script draws them.
    private static func distances(_ n: Int, seed: UInt64) -> [Double] {
        var generator = SplitMix64(seed: seed)
        let points = (0..<n).map { _ in (0..<3).map { _ in Double(generator.next() >> 11) * 0x1p-53 } }
        return points.flatMap { a in
            points.map { b in zip(a, b).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot() }
        }
    }

    private static func cost(_ order: [Int], _ distances: [Double], _ n: Int) -> Double {
        zip(order, order.dropFirst()).reduce(0) { $0 + distances[$1.0 * n + $1.1] }
    }

    @Test(arguments: 0..<6) func agreesWithSciPy(_ number: Int) throws {
        let golden = try #require(GoldenNumbers.statistics).trees[number]
        let n = golden.n
        let distances = Self.distances(n, seed: golden.seed)
        let tree = AverageLinkage(distances: distances, count: n)
        #expect(close(tree.merges.map(\.height), golden.heights, 1e-12))
        #expect(tree.merges.map(\.size) == golden.sizes)
        let leaves = OptimalLeafOrder(tree.merges, distances: distances, count: n)
        #expect(close(leaves.cost, golden.cost, 1e-12))
        #expect(close(Self.cost(leaves.order, distances, n), golden.cost, 1e-12))
        #expect(leaves.cost <= golden.boundOfSciPy + 1e-9)
        #expect(leaves.order.sorted() == Array(0..<n))
    }

    /// Every way of turning every node, tried out.
    @Test(arguments: 2..<9) func noTurningIsBetter(_ n: Int) {
        let distances = Self.distances(n, seed: UInt64(n) + 1)
        let merges = AverageLinkage(distances: distances, count: n).merges
        let best = (0..<(1 << merges.count)).map { turns in
            var leaves = (0..<n).map { [$0] }
            for (step, merge) in merges.enumerated() {
                let (a, b) = (leaves[merge.left], leaves[merge.right])
                leaves.append(turns >> step & 1 == 0 ? a + b : b + a)
            }
            return Self.cost(leaves[leaves.count - 1], distances, n)
        }.min()
        let found = OptimalLeafOrder(merges, distances: distances, count: n)
        #expect(close(found.cost, best))
        #expect((found.order.first ?? 0) < (found.order.last ?? 0))
    }

    @Test func equalModelsJoinAtHeightZero() throws {
        let rows: [[Double]] = [[1, 0.5, 1 + 2e-9], [0.5, 1, 0.5], [1 + 2e-9, 0.5, 1]]
        let analysis = ComparedSweep(scored(side(["a", "b", "twin"]), [scored("cka", rows)]))
        let tree = try #require(ModelClustering.all(analysis).first)
        #expect(tree.merges.map(\.height) == [0, 0.5])
    }

    @Test func subtreesStayTogether() {
        let n = 30
        let distances = Self.distances(n, seed: 5)
        let merges = AverageLinkage(distances: distances, count: n).merges
        let order = OptimalLeafOrder(merges, distances: distances, count: n).order
        var places = [Int](repeating: 0, count: n)
        for (place, leaf) in order.enumerated() { places[leaf] = place }
        var leaves = (0..<n).map { [$0] }
        for merge in merges {
            leaves.append(leaves[merge.left] + leaves[merge.right])
            let spread = leaves[leaves.count - 1].map { places[$0] }
            #expect((spread.max() ?? 0) - (spread.min() ?? 0) == merge.size - 1)
        }
    }

    @Test func tiesAndSingleLeavesEnd() {
        let merges = AverageLinkage(distances: [Double](repeating: 1, count: 25), count: 5).merges
        #expect(merges.map(\.height) == [1, 1, 1, 1] && merges.last?.size == 5)
        #expect(OptimalLeafOrder(merges, distances: [Double](repeating: 1, count: 25), count: 5).cost == 4)
        #expect(AverageLinkage(distances: [0], count: 1).merges.isEmpty)
        #expect(OptimalLeafOrder([], distances: [0], count: 1).order == [0])
        #expect(OptimalLeafOrder([], distances: [], count: 0).order == [])
    }
}
