import LinearAlgebra
import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

struct KernelAlignmentTests {
    private func score(_ a: LayerArtifacts, _ b: LayerArtifacts, _ n: Int) throws -> (cka: Double, unbiased: Double) {
        let both = try alignment([a], [b], sampleCount: n)
        return (both.cka[0], both.unbiasedCKA[0])
    }

    /// An orthogonal d x d matrix.
    private func orthogonal(_ d: Int, seed: UInt64) throws -> [[Double]] {
        let source = Matrix<Double>(rows: d, columns: d, repeating: 0)
        for (i, row) in normals(d, d, seed: seed).enumerated() { for j in 0..<d { source[i, j] = row[j] } }
        let left = try SingularValueDecomposition(of: source).left
        return (0..<d).map { i in (0..<d).map { left[i, $0] } }
    }

    private func multiply(_ rows: [[Double]], _ map: [[Double]]) -> [[Double]] {
        rows.map { row in map[0].indices.map { j in row.indices.reduce(0) { $0 + row[$1] * map[$1][j] } } }
    }

    /// Sums of a saturated layer's many equal products are rounded alike and drift: these are allowed 1e-5 (Schemas/metrics.md, *Float32 and
    /// float64*).
    @Test(arguments: LayerKind.allCases)
    func aLayerAgreesWithItself(_ kind: LayerKind) throws {
        let bound = kind == .fewDistinct ? 1e-5 : 1e-6
        for normalization in [SweepSpec.Normalization.l2, .none] {
            let own = artifacts(kind.rows(60, 25, seed: 1), normalization: normalization)
            let scores = try score(own, own, 60)
            #expect(abs(scores.cka - 1) < bound)
            #expect(abs(scores.unbiased - 1) < bound)
        }
    }

    @Test(arguments: [SweepSpec.Normalization.l2, .none], [1, 3.7e-3, 250.0])
    func orthogonalMapsAndScalingChangeNothing(_ normalization: SweepSpec.Normalization, _ factor: Double) throws {
        let x = normals(70, 12, seed: 1).map { $0.map { $0 + 0.5 } }
        let y = artifacts(blend(x, normals(70, 12, seed: 2), 0.6))
        let mapped = multiply(x, try orthogonal(12, seed: 3)).map { $0.map { $0 * factor } }
        let before = try score(artifacts(x, normalization: normalization), y, 70)
        let after = try score(artifacts(mapped, normalization: normalization), y, 70)
        #expect(abs(before.cka - after.cka) < 1e-6 && abs(before.unbiased - after.unbiased) < 1e-6)
        #expect(before.cka > 0.1 && before.cka < 0.99)
    }

    @Test func permutingSamplesJointlyChangesNothing() throws {
        var generator = SeededGenerator(seed: 4)
        let a = normals(80, 30, seed: 1)
        let b = blend(a, normals(80, 30, seed: 2), 0.5)
        let order = (0..<80).shuffled(using: &generator)
        let before = try score(artifacts(a), artifacts(b), 80)
        let after = try score(artifacts(order.map { a[$0] }), artifacts(order.map { b[$0] }), 80)
        #expect(abs(before.cka - after.cka) < 1e-6 && abs(before.unbiased - after.unbiased) < 1e-6)
    }

    @Test func unbiasedHasMeanZeroAndItsVarianceOverAllPermutations() throws {
        let fixed = artifacts(normals(6, 3, seed: 1))
        let other = normals(6, 8, seed: 2)
        let moved = permutations(6).map { order in artifacts(order.map { other[$0] }) }
        var scores: [Double] = []
        for start in stride(from: 0, to: moved.count, by: 60) {
            scores += try alignment([fixed], Array(moved[start..<(start + 60)]), sampleCount: 6).unbiasedCKA
        }
        #expect(scores.count == 720)
        #expect(abs(scores.reduce(0, +) / 720) < 1e-6)
        #expect(abs(scores.reduce(0) { $0 + $1 * $1 } / 720 - 2.0 / 18) < 1e-6)
        #expect(scores.contains { $0 < -0.1 })
    }

    @Test func biasedGrowsWithWidthWhereUnbiasedDoesNot() throws {
        let layers = (0..<6).map { artifacts(normals(80, 320, seed: UInt64($0)), normalization: .none) }
        let both = try alignment(Array(layers[..<3]), Array(layers[3...]), sampleCount: 80)
        for index in 0..<9 {
            #expect(abs(both.cka[index] - 0.80) < 0.015)
            #expect(abs(both.unbiasedCKA[index]) < 0.1)
        }
        let factors = try #require(layers[0].gram).chanceFactor * #require(layers[3].gram).chanceFactor
        #expect(abs(factors / 79 - 0.80) < 0.01)
    }

    @Test func layersWithoutAGramMatrixScoreNaN() throws {
        let sound = artifacts(normals(20, 5, seed: 1))
        let constant = artifacts(Array(repeating: [1, 2, 3], count: 20))
        let both = try alignment([sound, constant], [constant, sound, sound], sampleCount: 20)
        for scores in [both.cka, both.unbiasedCKA] {
            #expect(scores.map(\.isNaN) == [true, false, false, true, true, true])
        }
    }

    /// Where all pairs of rows are equally similar, no unbiased estimate is left of the layer's own HSIC.
    @Test func orthonormalRowsHaveNoUnbiasedScore() throws {
        let identity = (0..<8).map { i in (0..<8).map { i == $0 ? 1.0 : 0 } }
        let scores = try score(artifacts(identity), artifacts(normals(8, 4, seed: 1)), 8)
        #expect(scores.cka.isFinite)
        #expect(scores.unbiased.isNaN)
    }

    @Test func theOtherSidesDegenerateLayerHasNoUnbiasedScoreEither() throws {
        let identity = (0..<8).map { i in (0..<8).map { i == $0 ? 1.0 : 0 } }
        let scores = try score(artifacts(normals(8, 4, seed: 1)), artifacts(identity), 8)
        #expect(scores.unbiased.isNaN)
    }

    @Test func bothPlainUnbiasedFormsAreEqual() {
        let (x, y) = (normals(30, 5, seed: 1), blend(normals(30, 5, seed: 1), normals(30, 5, seed: 2), 0.5))
        #expect(abs(PlainMetrics.unbiasedCKA(x, y) - PlainMetrics.uCentredCKA(x, y)) < 1e-12)
    }
}
