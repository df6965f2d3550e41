import LinearAlgebra
import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

/// Where the last singular value that svcca takes equals the next one, the features determine no subspace, and no score.
struct TiedSingularValuesTests {
    private func basis(_ rows: [[Double]], _ dimensions: Int) throws -> SingularBasis {
        let layer = PreparedLayer(
            [LayerPart(Precision.float64.stored(rows), threshold: .infinity)], normalization: .none)
        return try SingularBasis(layer, dimensions: dimensions)
    }

    /// Columns ±1 of a Hadamard matrix but the constant one: n - 1 orthogonal columns, whose singular values are all the same.
    private func hadamard(_ n: Int) -> [[Double]] {
        (0..<n).map { i in (1..<n).map { j in (i & j).nonzeroBitCount % 2 == 0 ? 1 : -1 } }
    }

    @Test(arguments: [8, 64]) func everyCutOfEqualValuesIsTied(_ n: Int) throws {
        let found = try basis(hadamard(n), 5)
        #expect(found.rank == 5 && found.tiedCuts == [1, 2, 3, 4, 5])
        // All of them together are determined.
        let whole = try basis(hadamard(n), n)
        #expect(whole.rank == n - 1 && whole.tiedCuts == Array(1..<(n - 1)) && whole.determines(n))
    }

    @Test func oneHotFeaturesAreTied() throws {
        let identity = (0..<20).map { i in (0..<20).map { i == $0 ? 1.0 : 0 } }
        #expect(try basis(identity, 10).tiedCuts == Array(1...10))
    }

    /// Two pairs of equal columns of a plan with orthogonal blocks: σ² = 2, 2, 1, 1 times n - 1.
    @Test func cutsBetweenGroupsAreDetermined() throws {
        let rows = hadamard(16).map { row in [row[0], row[0], row[1], row[1], row[2], row[3]] }
        let found = try basis(rows, 4)
        #expect(found.tiedCuts == [1, 3])
        #expect(found.determines(2) && !found.determines(3) && found.determines(4) && found.determines(9))
    }

    @Test func scoresAtTiedCutsAreNone() throws {
        let rows = hadamard(16).map { row in [row[0], row[0], row[1], row[1], row[2], row[3]] }
        let (tied, sound) = (try basis(rows, 4), try basis(normals(16, 6, seed: 4), 4))
        let scores = try SubspaceAlignment.scores(
            rows: [tied, sound], columns: [tied, sound], dimensions: [1, 2, 3, 4], sampleCount: 16)
        #expect(scores[0].map(\.isNaN) == [true, true, true, false])
        #expect(scores[1].allSatisfy { $0.isFinite } && scores[3].allSatisfy { $0.isFinite })
        #expect(scores[2].map(\.isNaN) == [true, true, true, false])
        #expect(abs(scores[1][0] - 1) < 1e-6)
    }

    /// The bound is one of rounding: layers of data are far from it, whatever their size, offset and precision.
    @Test(arguments: LayerKind.allCases) func layersOfDataAreDetermined(_ kind: LayerKind) throws {
        guard kind != .fewDistinct, kind != .rankDeficient else { return }
        for precision in Precision.allCases where kind != .tiny || precision != .float16 {
            let layer = PreparedLayer(
                [LayerPart(precision.stored(kind.rows(90, 40, seed: 3)), threshold: .infinity)], normalization: .l2)
            let found = try SingularBasis(layer, dimensions: 20)
            #expect(found.rank == 20 && found.tiedCuts == [], "\(kind) \(precision)")
        }
    }

    /// A gap of 1e-7 of a singular value is more than rounding.
    @Test func nearlyEqualValuesAreTold() throws {
        let rows = hadamard(16).map { row in [row[0], row[0] + 1e-3 * row[4], row[1], row[1] + 1.001e-3 * row[5]] }
        #expect(try basis(rows, 2).tiedCuts == [])
    }

    @Test func smallUnitsDoNotMatter() throws {
        let rows = normals(30, 6, seed: 8)
        let small = rows.map { $0.map { $0 * 0x1p-600 } }
        #expect(try basis(small, 3).vectors == basis(rows, 3).vectors)
    }
}
