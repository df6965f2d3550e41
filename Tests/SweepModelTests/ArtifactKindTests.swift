import Testing

@testable import SweepModel

struct ArtifactKindTests {
    private static let kinds: [ArtifactKind] = [
        .neighbours, .gram, .ranks, .distances, .basis, .features, .rbf(bandwidth: 1), .rbf(bandwidth: 0.1),
        .rbf(bandwidth: 1.0 / 3), .rbf(bandwidth: 1e-9), .rbf(bandwidth: 1e22),
    ]

    @Test func namesAreDistinctAndReadBack() {
        #expect(Set(Self.kinds.map(\.name)).count == Self.kinds.count)
        for kind in Self.kinds { #expect(ArtifactKind(name: kind.name) == kind) }
        #expect(ArtifactKind.rbf(bandwidth: 1).name == "rbf_b1")
    }

    @Test(arguments: [
        "", "grams", "Gram", "rbf", "rbf_b", "rbf_b0", "rbf_b-1", "rbf_bnan", "rbf_binf", "rbf_b1x", "rbf_b 1",
    ])
    func otherNames(_ name: String) { #expect(ArtifactKind(name: name) == nil) }

    @Test func pairMatricesAreWhatPanelsAreMadeOf() {
        #expect(
            Self.kinds.filter { !$0.isPairMatrix } == [.neighbours, .basis, .features])
    }

    @Test func whatMetricsAreComputedFrom() {
        let expected: [(Metric, ArtifactKind)] = [
            (Metric(kind: .mutualKNN, k: 1), .neighbours), (Metric(kind: .cknna, k: 1), .neighbours),
            (Metric(kind: .cka), .gram), (Metric(kind: .unbiasedCKA), .gram),
            (Metric(kind: .svcca, .dimensions(2)), .basis), (Metric(kind: .rsa), .ranks),
            (Metric(kind: .distanceCorrelation), .distances), (Metric(kind: .procrustes), .features),
            (Metric(kind: .ckaRBF, .bandwidth(2)), .rbf(bandwidth: 2)),
            (Metric(kind: .ckaRBF, .bandwidth(0.5)), .rbf(bandwidth: 0.5)),
        ]
        for (metric, kind) in expected { #expect(metric.artifact == kind) }
    }
}
