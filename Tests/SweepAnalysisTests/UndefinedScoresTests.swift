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
                == ["svcca_d10 is NaN for m0:0, m0:2: no column of its features varies"])
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

    @Test func everyMetricHasASentenceOfItsOwn() {
        let plan = plan(
            [[0], [0]], x: [0], y: [1], metrics: [Metric(kind: .rsa), Metric(kind: .cka), Metric(kind: .procrustes)])
        let found = UndefinedScores.reasons(
            sweep(table(plan) { metric, _, _ in metric == 1 ? 0.5 : .nan }, [findings(), findings()]))
        #expect(found.map { $0.split(separator: " ").first } == ["rsa", "procrustes"])
        #expect(found.allSatisfy { $0.contains("m0:0, m1:0") })
    }
}
