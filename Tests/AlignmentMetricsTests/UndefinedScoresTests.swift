import SweepModel
import Testing

@testable import AlignmentMetrics

/// Where a metric is not defined its score is NaN: never a crash, never a number that means something else.
struct UndefinedScoresTests {
    private let identity = (0..<8).map { i in (0..<8).map { i == $0 ? 1.0 : 0 } }
    private let sound = normals(8, 4, seed: 1)

    private func score(_ a: [[Double]], _ b: [[Double]], _ kind: ArtifactKind) throws -> Double {
        let (left, right) = (artifacts(a, kinds: [kind]), artifacts(b, kinds: [kind]))
        return try alignment([left], [right], of: kind, sampleCount: a.count).cka[0]
    }

    @Test func aConstantLayerHasNoArtifactsOfAnyKind() {
        let kinds: Set<ArtifactKind> = [
            .neighbours, .gram, .ranks, .distances, .rbf(bandwidth: 1), .basis, .features,
        ]
        let found = artifacts(Array(repeating: [1.0, 2, 3], count: 9), kinds: kinds, k: 3)
        #expect(found.isConstant && found.diagnostics.effectiveRank.isNaN)
        #expect(found.neighbours == nil && found.kernels.isEmpty && found.basis == nil && found.features == nil)
    }

    @Test func equallySimilarSamplesHaveNoRanksAndNoDistances() throws {
        #expect(try score(identity, sound, .ranks).isNaN)
        #expect(try score(sound, identity, .ranks).isNaN)
        #expect(try score(identity, sound, .distances).isNaN)
        // The kernel itself is a multiple of the centring matrix, and its CKA is defined.
        #expect(try score(identity, sound, .rbf(bandwidth: 1)).isFinite)
    }

    @Test func aMedianDistanceOfZeroLeavesNoKernel() throws {
        let rows = (0..<8).map { i in i < 6 ? [1.0, 2, 3] : [3.0, Double(i), 1] }
        #expect(try score(rows, sound, .rbf(bandwidth: 1)).isNaN)
        #expect(try score(rows, sound, .distances).isFinite)
    }

    @Test func layersWithoutArtifactsScoreNaN() throws {
        let basis = artifacts(sound, kinds: [.basis]).basis
        let empty = SingularBasis(sampleCount: 8, rank: 0, vectors: [])
        let scores = try SubspaceAlignment.scores(
            rows: [basis, nil, empty], columns: [basis, nil, empty], dimensions: [3], sampleCount: 8)[0]
        #expect(scores.map(\.isNaN) == [false, true, true, true, true, true, true, true, true])
    }

    /// n = 4, k = 1, each sample's neighbour another's: Σ M_ij M_ji = 0 and the self term is not positive.
    @Test func aSelfTermThatIsNotPositiveLeavesNoAlignment() throws {
        let lists = NeighbourLists(
            sampleCount: 4, k: 1, indices: [1, 2, 3, 0], similarities: [1, 1, 1, 1], tiedRows: [0],
            rowMeans: [0, 0, 0, 0], grandMean: 0)
        let layer = LayerNeighbours(lists)
        let scores = NeighbourScores.scores(.cknna, rows: [layer], columns: [layer], ks: [1], variant: .exact)
        #expect(scores[0][0].isNaN)
    }

    @Test func nothingAgainstNothingIsNothing() throws {
        for kind in MetricKind.allCases where kind.isNeighbourMetric {
            let scores = NeighbourScores.scores(kind, rows: [], columns: [], ks: [3], variant: .exact)
            #expect(scores.allSatisfy { $0.isEmpty })
        }
    }
}
