import SweepModel
import Testing

@testable import AlignmentMetrics

/// rsa, distance_correlation, cka_rbf, svcca and procrustes beside their plain twins.
struct KernelKindsTests {
    private static let kinds: Set<ArtifactKind> = [
        .ranks, .distances, .rbf(bandwidth: 1), .rbf(bandwidth: 0.3), .basis, .features,
    ]
    private static let shapes = [(26, 9), (20, 20), (15, 40)]

    private func score(_ a: LayerArtifacts, _ b: LayerArtifacts, _ kind: ArtifactKind, _ n: Int) throws -> Double {
        try alignment([a], [b], of: kind, sampleCount: n).cka[0]
    }

    private func isClose(_ found: Double, _ expected: Double, _ bound: Double = 1e-6) -> Bool {
        expected.isNaN ? found.isNaN : abs(found - expected) < bound
    }

    @Test(arguments: LayerKind.allCases, Precision.allCases)
    func everyMetricEqualsItsTwin(_ kind: LayerKind, _ precision: Precision) throws {
        for (n, d) in Self.shapes {
            for normalization in [SweepSpec.Normalization.l2, .none] {
                let base = kind.rows(n, d, seed: UInt64(n + d))
                let partner = blend(base, normals(n, d, seed: 5), 0.5)
                let stored = [base, partner].map(precision.stored)
                let rows = stored.map {
                    PlainMetrics.prepared($0.plainRows, threshold: .infinity, normalization: normalization)
                }
                let made = stored.map {
                    artifacts(
                        of: [LayerPart($0, threshold: .infinity)], normalization: normalization,
                        ArtifactRequest(Self.kinds, dimensions: 6))
                }
                guard !made.contains(where: \.isConstant) else { continue }
                let label = "\(n) x \(d) \(normalization)"
                let ranks = try score(made[0], made[1], .ranks, n)
                #expect(isClose(ranks, PlainMetrics.rsa(rows[0], rows[1])), "rsa \(label)")
                let distances = try score(made[0], made[1], .distances, n)
                #expect(
                    isClose(distances, PlainMetrics.distanceCorrelation(rows[0], rows[1])), "correlation \(label)")
                for bandwidth in [1, 0.3] {
                    let expected = PlainMetrics.ckaRBF(rows[0], rows[1], bandwidth: bandwidth)
                    let found = try score(made[0], made[1], .rbf(bandwidth: bandwidth), n)
                    #expect(isClose(found, expected), "rbf \(bandwidth) \(label): \(found) \(expected)")
                }
                for q in [2, 6] {
                    guard let expected = try PlainMetrics.svcca(rows[0], rows[1], dimensions: q) else { continue }
                    let found = try SubspaceAlignment.scores(
                        rows: [made[0].basis], columns: [made[1].basis], dimensions: [q], sampleCount: n)[0][0]
                    #expect(isClose(found, expected), "svcca \(q) \(label): \(found) \(expected)")
                }
                var procrustes = ProcrustesAlignment()
                let (x, y) = (try #require(made[0].features), try #require(made[1].features))
                let (found, expected) = (try procrustes.score(x, y), try PlainMetrics.procrustes(rows[0], rows[1]))
                #expect(isClose(found, expected), "procrustes \(label): \(found) \(expected)")
            }
        }
    }

    /// The first publication's formula and the later one are the same number.
    @Test func bothFormsOfDistanceCorrelationAgree() {
        let (x, y) = (normals(25, 4, seed: 1), normals(25, 9, seed: 2))
        let (later, first) = (
            PlainMetrics.distanceCorrelation(x, y), PlainMetrics.biasCorrectedDistanceCorrelation(x, y)
        )
        #expect(abs(later - first) < 1e-10)
    }

    @Test func severalDimensionsInOneCallEqualSingleCalls() throws {
        let layers = (0..<3).map { artifacts(normals(50, 30, seed: $0), kinds: [.basis], dimensions: 12) }
        let bases = layers.map(\.basis)
        let together = try SubspaceAlignment.scores(
            rows: bases, columns: bases, dimensions: [1, 5, 12], sampleCount: 50)
        for (position, q) in [1, 5, 12].enumerated() {
            let single = try SubspaceAlignment.scores(rows: bases, columns: bases, dimensions: [q], sampleCount: 50)[0]
            for (a, b) in zip(together[position], single) { #expect(abs(a - b) < 1e-6) }
        }
    }

    /// The iteration, not the dense solver, finds the basis of a layer with a falling spectrum, of the largest without its Gram matrix.
    @Test(arguments: [(400, 600), (400, 300), (780, 800), (800, 780)])
    func aLongLayersBasisIsThatOfTheWholeDecomposition(_ n: Int, _ d: Int) throws {
        let rows = normals(n, d, seed: 1).map { row in
            row.enumerated().map { $1 / Double($0 + 1) + 0.3 * row[0] * Double($0 % 7) }
        }
        let partner = blend(rows, normals(n, d, seed: 2), 0.2)
        let found = try SubspaceAlignment.scores(
            rows: [artifacts(rows, kinds: [.basis]).basis], columns: [artifacts(partner, kinds: [.basis]).basis],
            dimensions: [10], sampleCount: n)[0][0]
        let prepared = [rows, partner].map {
            PlainMetrics.prepared($0, threshold: .infinity, normalization: .l2)
        }
        let expected = try #require(try PlainMetrics.svcca(prepared[0], prepared[1], dimensions: 10))
        #expect(abs(found - expected) < 1e-5)
        #expect(found > 0.05 && found < 0.99)
    }

    @Test func diagnosticsAreThoseOfTheirDefinitions() throws {
        for kind in LayerKind.allCases {
            let rows = kind.rows(30, 12, seed: 4)
            let prepared = PlainMetrics.prepared(rows, threshold: .infinity, normalization: .l2)
            let found = artifacts(rows, kinds: []).diagnostics
            guard !found.isConstant else { continue }
            #expect(abs(found.meanCosine - PlainMetrics.meanCosine(rows)) < 1e-9, "\(kind)")
            let expected = try PlainMetrics.effectiveRank(prepared)
            #expect(abs(found.effectiveRank / expected - 1) < 1e-5, "\(kind)")
        }
    }
}
