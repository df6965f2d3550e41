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

    @Test func settingsAreChecked() throws {
        let matrix = try clusteredDistances(5)
        #expect(throws: Complaint.self) { try ModelMap(matrix, settings: UMAPSettings(neighbours: 0)) }
    }
}
