import SweepModel
import Testing

@testable import SweepAnalysis

struct UndefinedScoresTests {
    private func reasons(
        _ rows: [[Double]], metric: Metric = Metric(kind: .cka), _ layers: [LayerSummary?]? = nil
    ) -> [String] {
        let plan = plan([[0, 1, 2]], metrics: [metric])
        return UndefinedScores.reasons(
            sweep(table(plan, rows), layers ?? [findings(), findings(), findings()]))
    }

    @Test func scoresThatAreThere() { #expect(reasons([[1, 2, 3], [2, 1, 4], [3, 4, 1]]) == []) }

    @Test func aLayerWithoutAnyScoreIsNamed() {
        let n = Double.nan
        #expect(
            reasons([[1, n, 3], [n, n, n], [3, n, 1]]) == ["cka is NaN for m0:1: its centred Gram matrix is zero"])
        #expect(
            reasons([[n, n, n], [n, 1, n], [n, n, n]], metric: Metric(kind: .svcca, .dimensions(10)))
                == [
                    "svcca_d10 is NaN for m0:0, m0:2: its singular values are equal on both sides of the cut after 10, or after all of "
                        + "fewer, so that its features determine no subspace of that size; take another number of dimensions"
                ])
    }

    @Test func oneMissingPairIsNoUndefinedLayer() {
        #expect(reasons([[1, .nan, 3], [.nan, 1, 4], [3, 4, 1]]) == [])
    }

    @Test func constantAndMissingLayersHaveTheirOwnReasons() {
        let n = Double.nan
        let rows = [[1, n, n], [n, n, n], [n, n, n]]
        #expect(reasons(rows, [findings(), findings(isConstant: true), nil]) == [])
        // Of a layer whose partners are all undefined nothing is known.
        #expect(reasons([[n, n, n], [n, n, n], [n, n, n]], [nil, nil, nil]) == [])
    }

    /// Cells that nobody computed say nothing of the layers' features.
    @Test func layersWhoseTilesWereNeverComputedGetNoReason() {
        let plan = plan([[0], [0]], x: [0], y: [1], metrics: [Metric(kind: .svcca, .dimensions(3))])
        #expect(UndefinedScores.reasons(sweep(plan, [findings(), findings()])) == [])
    }

    /// In a cross sweep a sound layer meets undefined ones only: it is not blamed for them.
    @Test func theLayerWhoseQuantityIsMissingIsNamedAlone() {
        let plan = plan([[0], [0, 1]], x: [0], y: [1], metrics: [Metric(kind: .rsa)])
        let nothing = table(plan) { _, _, _ in .nan }
        let found = UndefinedScores.reasons(
            sweep(
                nothing,
                [
                    findings(chanceFactors: [.ranks: 0]), findings(chanceFactors: [.ranks: .nan]),
                    findings(chanceFactors: [.ranks: .nan]),
                ]))
        #expect(found == ["rsa is NaN for m1:0, m1:1: all similarities between its samples are the same"])
        // Where nothing tells which of the two it is, neither is named alone.
        let cknna = SweepAnalysisTests.plan([[0], [0]], x: [0], y: [1], metrics: [Metric(kind: .cknna, k: 3)])
        let doubtful = UndefinedScores.reasons(sweep(table(cknna) { _, _, _ in .nan }, [findings(), findings()]))
        #expect(
            doubtful == [
                "cknna_k3 is NaN for all pairs of m0:0, m1:0, in each of which of one layer: its self term is not "
                    + "positive, or is so little beside its similarities that their rounding may change scores by more "
                    + "than 1e-6"
            ])
    }

    @Test func theNormOfAKernelDecides() {
        let n = Double.nan
        let rows = [[1, n, 3], [n, n, n], [3, n, 1]]
        func reasons(_ kind: MetricKind, _ factor: Double) -> [String] {
            let metric = Metric(kind: kind)
            let layer = findings(chanceFactors: [metric.artifact: factor])
            return self.reasons(rows, metric: metric, [findings(), layer, findings()])
        }
        #expect(reasons(.cka, .nan) == ["cka is NaN for m0:1: its centred Gram matrix is zero"])
        #expect(reasons(.cka, 2) == ["cka is NaN for m0:1: its product with itself is no finite number"])
        #expect(
            reasons(.unbiasedCKA, 2) == [
                "unbiased_cka is NaN for m0:1: its unbiased self term is zero, or so little beside what it is a "
                    + "difference of that rounding may change scores by more than 1e-6"
            ])
        #expect(reasons(.unbiasedCKA, .nan) == ["unbiased_cka is NaN for m0:1: its centred Gram matrix is zero"])
    }

    @Test func everyMetricHasASentenceOfItsOwn() {
        let plan = plan(
            [[0], [0]], x: [0], y: [1], metrics: [Metric(kind: .rsa), Metric(kind: .cka), Metric(kind: .procrustes)])
        let found = UndefinedScores.reasons(
            sweep(table(plan) { metric, _, _ in metric == 1 ? 0.5 : .nan }, [findings(), findings()]))
        #expect(found.map { $0.split(separator: " ").first } == ["rsa", "procrustes"])
        #expect(found.allSatisfy { $0.contains("m0:0, m1:0") })
    }
}
