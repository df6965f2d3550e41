import PermutationStatistics
import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

struct PermutedListScoresTests {
    private static let samples = 40
    private static let kinds = MetricKind.allCases.filter(\.isNeighbourMetric)

    /// Layers whose samples are in the order of `permutation`.
    private func layers(_ count: Int, seed: UInt64, _ permutation: SamplePermutation? = nil) throws -> [NeighbourLists]
    {
        try (0..<count).map { layer in
            let values = normals(Self.samples, 6, seed: seed + UInt64(layer))
            let moved = permutation.map { permutation in permutation.images.map { values[Int($0)] } } ?? values
            return try #require(artifacts(moved, k: 7, gram: false).neighbours)
        }
    }

    /// Scores under a permutation are those of layers whose samples were in that order from the start.
    @Test(arguments: kinds, [false, true]) func agreesWithLayersInThatOrder(_ kind: MetricKind, _ isReversed: Bool)
        throws
    {
        let design = PermutationDesign(sampleCount: Self.samples)
        let permutations = [
            SamplePermutation(identityOf: Self.samples), design.permutation(1, seed: 3), design.permutation(2, seed: 3),
        ]
        let (rows, columns) = (try layers(3, seed: 1), try layers(2, seed: 50))
        let found = PermutedListScores(
            kind, k: 5, variant: .exact, isReversed: isReversed, rows: rows, columns: columns
        ).scores(permutations)
        for (permutation, scores) in zip(permutations, found) {
            let moved = try layers(2, seed: 50, permutation).map(LayerNeighbours.init)
            let fixed = rows.map(LayerNeighbours.init)
            let expected = NeighbourScores.scores(
                kind, rows: isReversed ? moved : fixed, columns: isReversed ? fixed : moved, ks: [5], variant: .exact)[
                    0]
            for (r, c) in (0..<3).flatMap({ r in (0..<2).map { (r, $0) } }) {
                let score = isReversed ? expected[c * 3 + r] : expected[r * 2 + c]
                #expect(abs(scores[r * 2 + c] - score) < 1e-12, "\(kind.rawValue): \(scores[r * 2 + c]), \(score)")
            }
        }
        #expect(found[1] != found[0] && found[1] != found[2])
    }
}
