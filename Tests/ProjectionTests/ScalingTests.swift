import Foundation
import Testing

@testable import Projection

struct ScalingTests {
    private let square: [SIMD2<Double>] = [SIMD2(0, 0), SIMD2(3, 0), SIMD2(3, 1), SIMD2(0, 1), SIMD2(1, 2)]

    @Test func classicalScalingIsNumPys() throws {
        let golden = try Golden.load(Golden.Scaling.self, "scaling")
        let found = try ClassicalScaling(clusteredDistances(golden.n))
        let expected = points(golden.points)
        for axis in 0..<2 {
            let sign: Double = zip(found.points, expected).reduce(0) { $0 + $1.0[axis] * $1.1[axis] } < 0 ? -1 : 1
            #expect(zip(found.points, expected).allSatisfy { abs($0[axis] - sign * $1[axis]) < 1e-9 })
            #expect(abs(found.eigenvalues[axis] - golden.eigenvalues[axis]) < 1e-9)
            let largest = found.points.map { $0[axis] }.max { abs($0) < abs($1) } ?? 0
            #expect(largest > 0)
        }
        #expect(abs(found.negativeShare - golden.negativeShare) < 1e-12)
    }

    @Test func planarDistancesAreRestored() throws {
        let matrix = try distances(square)
        let classical = try ClassicalScaling(matrix)
        #expect(classical.negativeShare < 1e-12)
        let found = StressMajorisation(matrix, from: classical.points)
        #expect(found.rawStress < 1e-20 && found.hasConverged)
        let alignment = SimilarityAlignment(found.points, onto: square, reflection: .allowed)
        #expect(largestDifference(found.points.map { alignment($0) }, square) < 1e-9)
        #expect(abs(alignment.scale - 1) < 1e-9 && alignment.residual < 1e-12)
    }

    /// Four models all at distance 1 but for one pair at 3: no Euclidean space has them.
    @Test func negativeEigenvaluesAreClampedAndReported() throws {
        let values: [Double] = [0, 1, 3, 1, 1, 0, 1, 1, 3, 1, 0, 1, 1, 1, 1, 0]
        let found = try ClassicalScaling(try DistanceMatrix(distances: values, rows: 4, columns: 4, at: "test"))
        #expect(found.negativeShare > 0.2 && found.negativeShare < 0.5)
        #expect(found.points.allSatisfy { $0.x.isFinite && $0.y.isFinite })
    }

    @Test func stressIsNoWorseThanScikitLearns() throws {
        for golden in try UMAPTests.distributions() {
            let matrix = try clusteredDistances(golden.n)
            let found = StressMajorisation(matrix, from: try ClassicalScaling(matrix).points)
            #expect(found.hasConverged)
            for (start, stress) in golden.stress {
                #expect(found.rawStress <= stress * (1 + 1e-9), "\(golden.n), \(start): \(found.rawStress), \(stress)")
            }
            var raw = 0.0
            for i in 0..<golden.n {
                for j in 0..<i {
                    let difference = found.points[i] - found.points[j]
                    let d = matrix[i, j] - (difference * difference).sum().squareRoot()
                    raw += d * d
                }
            }
            #expect(abs(raw - found.rawStress) < 1e-9 * raw, "turning the map leaves its stress")
        }
    }

    @Test func orientationIsFixed() {
        let turned = square.map { SIMD2(0.6 * $0.x - 0.8 * $0.y + 5, 0.8 * $0.x + 0.6 * $0.y - 1) }
        let mirrored = turned.map { SIMD2(-$0.x, $0.y) }
        let expected = Orientation.canonical(square)
        #expect(largestDifference(Orientation.canonical(turned), expected) < 1e-12)
        #expect(largestDifference(Orientation.canonical(mirrored), expected) < 1e-12)
        #expect(expected.reduce(0) { $0 + $1.x * $1.x } > expected.reduce(0) { $0 + $1.y * $1.y })
    }

    @Test func alignmentIsUmeyamas() throws {
        let golden = try Golden.load(Golden.Scaling.self, "scaling")
        let (source, target) = (points(golden.source), points(golden.target))
        for (reflection, expected) in [
            (SimilarityAlignment.Reflection.forbidden, golden.forbidden), (.allowed, golden.allowed),
        ] {
            let found = SimilarityAlignment(source, onto: target, reflection: reflection)
            #expect(abs(found.scale - expected.scale) < 1e-12)
            #expect(abs(found.residual - expected.residual) < 1e-12)
            #expect(largestDifference(source.map { found($0) }, points(expected.aligned)) < 1e-9)
        }
    }

    @Test func mirrorImagesAlignOnlyWhereReflectionIsAllowed() {
        let mirrored = square.map { SIMD2(2 * $0.y + 7, 2 * $0.x - 4) }
        let forbidden = SimilarityAlignment(mirrored, onto: square, reflection: .forbidden)
        #expect(!forbidden.isReflected && forbidden.residual > 0.1)
        let allowed = SimilarityAlignment(mirrored, onto: square, reflection: .allowed)
        #expect(allowed.isReflected && allowed.residual < 1e-12 && abs(allowed.scale - 0.5) < 1e-12)
        #expect(!SimilarityAlignment(square, onto: square, reflection: .allowed).isReflected)
    }
}
