import SweepModel
import Testing

@testable import Projection

struct UMAPTests {
    static func distributions() throws -> [Golden.Distribution] {
        try Golden.load(Golden.Distributions.self, "distributions").cases
    }

    /// Single maps are chaotic; their quality over seeds has to be umap-learn's.
    @Test func qualityIsUmapLearnsOverSeeds() throws {
        for golden in try Self.distributions() {
            let matrix = try clusteredDistances(golden.n)
            var sums = [0.0, 0, 0]
            for seed in 0..<golden.seeds {
                let points = try UMAP.points(matrix, UMAPSettings(seed: UInt64(seed)))
                let quality = try #require(NeighbourPreservation(matrix, points, requested: 10))
                sums[0] += quality.trustworthiness
                sums[1] += quality.continuity
                sums[2] += quality.recall
            }
            for (position, name) in ["trustworthiness", "continuity", "recall"].enumerated() {
                let mean = sums[position] / Double(golden.seeds)
                let deviation = (mean - golden.mean[position]) / golden.sd[position]
                #expect(abs(deviation) < 2, "\(name) of \(golden.n): \(mean) for \(golden.mean[position])")
            }
        }
    }

    @Test func theSameSeedGivesTheSameBytes() throws {
        let matrix = try clusteredDistances(40)
        let first = try UMAP.points(matrix, UMAPSettings(seed: 3))
        #expect(first == (try UMAP.points(matrix, UMAPSettings(seed: 3))))
        #expect(first != (try UMAP.points(matrix, UMAPSettings(seed: 4))))
    }

    @Test func defaultsAreUmapLearns() {
        let settings = UMAPSettings()
        #expect(settings.neighbours == 15 && settings.minDist == 0.1 && settings.spread == 1)
        #expect(settings.epochs(for: 10_000) == 500 && settings.epochs(for: 10_001) == 200)
    }

    @Test(arguments: [
        UMAPSettings(neighbours: 1), UMAPSettings(minDist: -1), UMAPSettings(minDist: 2), UMAPSettings(spread: 0),
        UMAPSettings(epochs: 0),
    ])
    func settingsWithoutMeaningAreRefused(_ settings: UMAPSettings) {
        #expect(throws: Complaint.self) { try settings.validate() }
    }

    /// All models alike, and all models at the same distance.
    @Test(arguments: [0.0, 1.0], [4, 5, 40]) func degenerateMatricesHaveFiniteMaps(_ distance: Double, _ n: Int) throws
    {
        let values = (0..<(n * n)).map { $0 / n == $0 % n ? 0 : distance }
        let matrix = try DistanceMatrix(distances: values, rows: n, columns: n, at: "test")
        let points = try UMAP.points(matrix)
        #expect(points.count == n && points.allSatisfy { $0.x.isFinite && $0.y.isFinite })
    }

    @Test func clustersStayTogether() throws {
        let matrix = try clusteredDistances(78)
        let points = try UMAP.points(matrix)
        let nearest = points.indices.count { i in
            let others = points.indices.filter { $0 != i }
            let j = others.min { a, b in
                let (p, q) = (points[a] - points[i], points[b] - points[i])
                return (p * p).sum() < (q * q).sum()
            }
            return (j ?? 0) % 6 == i % 6
        }
        #expect(nearest > 62)
    }
}
