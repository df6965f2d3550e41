import SweepModel
import Testing

@testable import Projection

struct ModelMapTests {
    @Test func bothPanelsAreThereAndComparable() throws {
        let matrix = try clusteredDistances(50)
        let map = try ModelMap(matrix, settings: UMAPSettings(seed: 2))
        #expect(map.umap.method == .umap && map.mds.method == .smacof && map.hasConverged)
        let alignment = try #require(map.alignment)
        let raw = try UMAP.points(matrix, UMAPSettings(seed: 2))
        #expect(map.umap.points == raw.map { alignment($0) })
        // Aligned once, nothing is left to align.
        let again = SimilarityAlignment(map.umap.points, onto: map.mds.points, reflection: .allowed)
        #expect(abs(again.scale - 1) < 1e-9 && abs(again.angle) < 1e-9 && !again.isReflected)
        #expect(map.umap.quality == MapQuality(matrix, map.umap.points))
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        let matrix = try clusteredDistances(30)
        let (a, b) = (try ModelMap(matrix), try ModelMap(matrix))
        #expect(a.umap.points == b.umap.points && a.mds.points == b.mds.points && a.mds.quality == b.mds.quality)
    }

    @Test(arguments: 1...3) func fewerThanFourModelsAreScaledClassically(_ n: Int) throws {
        let corners = [SIMD2(0.0, 0), SIMD2(3, 0), SIMD2(0, 4)]
        let matrix = try distances(Array(corners.prefix(n)))
        let map = try ModelMap(matrix)
        #expect(map.umap.method == .classicalScaling && map.alignment == nil)
        for i in 0..<n {
            for j in 0..<n {
                let difference = map.umap.points[i] - map.umap.points[j]
                #expect(abs((difference * difference).sum().squareRoot() - matrix[i, j]) < 1e-9)
            }
        }
    }

    @Test func modelsThatCoincideHaveAMap() throws {
        let matrix = try DistanceMatrix(
            distances: [Double](repeating: 0, count: 36), rows: 6, columns: 6, at: "test")
        let map = try ModelMap(matrix)
        #expect(map.alignment == nil && map.negativeShare == 0)
        #expect(map.mds.points.allSatisfy { $0 == .zero } && map.mds.quality.stress1 == nil)
        #expect(map.umap.points.allSatisfy { $0.x.isFinite && $0.y.isFinite })
    }

    /// The distances of `points` with models that repeat others, off by as much as rounding leaves.
    private func doubled(_ points: [SIMD2<Double>], _ copies: [Int], noise: Double) throws -> DistanceMatrix {
        let all = points + copies.map { points[$0] }
        let n = all.count
        var values = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            for j in 0..<i {
                let difference = all[i] - all[j]
                let d = (difference * difference).sum().squareRoot() / 20
                let off = d == 0 ? 0 : noise * Double((i * 7 + j * 3) % 5 - 2)
                (values[i * n + j], values[j * n + i]) = (1 - d + off, 1 - d + off)
            }
            values[i * n + i] = 1
        }
        return try DistanceMatrix(similarities: values, rows: n, columns: n, rule: .complement, at: "test")
    }

    @Test func equalModelsAreOnePointOfBothMaps() throws {
        let points = [
            SIMD2(0.0, 0), SIMD2(3.1, 0.2), SIMD2(0.3, 4.7), SIMD2(6.2, 5.2), SIMD2(-3.7, 2.3), SIMD2(-1.2, -5.6),
        ]
        let map = try ModelMap(try doubled(points, [0, 3, 3], noise: 1e-9))
        #expect(map.pointCount == 6)
        let alone = try ModelMap(try doubled(points, [], noise: 0))
        for panel in [map.umap, map.mds] {
            #expect(panel.points[6] == panel.points[0])
            #expect(panel.points[7] == panel.points[3] && panel.points[8] == panel.points[3])
        }
        // Copies pull nothing: the others are where they are without them.
        for (point, plain) in zip(map.mds.points, alone.mds.points) { #expect(abs((point - plain).sum()) < 1e-4) }
        // Points in the plane are kept whole, their copies beside them.
        let quality = map.mds.quality
        #expect((quality.stress1 ?? 1) < 1e-2 && (quality.rankCorrelation ?? 0) > 0.999)
        #expect(quality.neighbours?.trustworthiness == 1 && quality.neighbours?.recall == 1)
    }

    @Test(arguments: 1...3) func fewDistinctPointsAreScaledClassically(_ distinct: Int) throws {
        let points = Array([SIMD2(0.0, 0), SIMD2(3, 0), SIMD2(0, 4)].prefix(distinct))
        let map = try ModelMap(try doubled(points, [0, 0, 0], noise: 0))
        #expect(map.pointCount == distinct && map.umap.method == .classicalScaling)
        #expect(map.umap.points.count == distinct + 3 && map.umap.points[distinct] == map.umap.points[0])
    }

    @Test func modelsThatCoincideThroughOthersAreOnePoint() throws {
        let s = [1, 1, 0.5, 0.5, 1, 1, 1, 0.5, 0.5, 1, 1, 1, 0.5, 0.5, 1, 1]
        let matrix = try DistanceMatrix(similarities: s, rows: 4, columns: 4, rule: .complement, at: "test")
        let found = CoincidentModels(matrix)
        #expect(found.pointOf == [0, 0, 0, 0] && found.distinct.count == 1)
        #expect(found.straightened.values.allSatisfy { $0 == 0 })
    }

    @Test func settingsAreChecked() throws {
        let matrix = try clusteredDistances(5)
        #expect(throws: Complaint.self) { try ModelMap(matrix, settings: UMAPSettings(neighbours: 0)) }
    }
}
