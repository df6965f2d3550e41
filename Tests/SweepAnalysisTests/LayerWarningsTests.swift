import SweepModel
import Testing

@testable import SweepAnalysis

struct TiedLayersTests {
    private let five = Metric(kind: .mutualKNN, k: 5)
    private let twenty = Metric(kind: .mutualKNN, k: 20)

    @Test func everyKHasItsOwnShare() {
        // Shares stand in ascending order of k, whatever the order of the metrics.
        let plan = plan([[0, 1, 2]], metrics: [twenty, Metric(kind: .cka), five])
        let sweep = sweep(plan, [findings(tied: [0.5, 0]), findings(tied: [0, 0.5]), findings(tied: [0.5, 0.5])])
        #expect(TiedLayers.flags(sweep, metric: five) == [true, false, true])
        #expect(TiedLayers.flags(sweep, metric: twenty) == [false, true, true])
    }

    @Test func metricsWithoutNeighboursFlagNothing() {
        let sweep = sweep(plan([[0]], metrics: [five, Metric(kind: .cka)]), [findings(tied: [1])])
        #expect(TiedLayers.flags(sweep, metric: Metric(kind: .cka)) == [false])
    }

    @Test func theLimitItselfIsAllowed() {
        let shares = [0, 0.01, 0.010000001, 0.02, .nan]
        let sweep = sweep(plan([Array(0..<5)], metrics: [five]), shares.map { findings(tied: [$0]) })
        #expect(TiedLayers.flags(sweep, metric: five) == [false, false, true, true, false])
    }

    @Test func layersThatWereNotComputed() {
        let sweep = sweep(plan([[0, 1]], metrics: [five]), [nil, findings(tied: [0.5])])
        #expect(TiedLayers.flags(sweep, metric: five) == [false, true])
        #expect(sweep.tiedShare(ofLayer: 0, k: 5) == nil)
        #expect(sweep.tiedShare(ofLayer: 1, k: 5) == 0.5)
        #expect(sweep.tiedShare(ofLayer: 1, k: 6) == nil, "no metric has that k")
    }
}

struct LayerWarningsTests {
    private let metric = Metric(kind: .mutualKNN, k: 5)

    @Test func fineLayers() {
        #expect(LayerWarnings.of(sweep(plan([[0]], metrics: [metric]), [findings(tied: [0.01])])) == [])
    }

    @Test func constantLayersAreNamed() {
        let warnings = LayerWarnings.of(sweep(plan([[0], [7]]), [findings(), findings(isConstant: true)]))
        #expect(warnings.count == 1)
        #expect(warnings[0].hasPrefix("m1:7: "))
        #expect(warnings[0].contains("NaN") && !warnings[0].contains("clipped"))
        let clipped = LayerWarnings.of(sweep(plan([[0]]), [findings(clipped: 0.03, isConstant: true)]))
        #expect(clipped == ["m0:0: all rows are the same once 3.0 % of its values are clipped, so its scores are NaN"])
    }

    @Test(arguments: [false, true]) func tiedLayers(_ keepTied: Bool) {
        var spec = SweepSpec()
        spec.keepTied = keepTied
        let sweep = sweep(plan([[0]], metrics: [metric]), [findings(tied: [0, 0.125], clipped: 0.05)], spec: spec)
        let warnings = LayerWarnings.of(sweep)
        #expect(warnings.count == 1)
        #expect(warnings[0].hasPrefix("m0:0: 12.5 % of rows have tied neighbours (5.0 % of values clipped)"))
        #expect(warnings[0].contains("keep_tied") == keepTied)
        #expect(warnings[0].contains("stays out") != keepTied)
    }

    @Test func tiedLayersTakePartInReleasedCode() {
        var spec = SweepSpec()
        spec.variant = .reference
        let warnings = LayerWarnings.of(sweep(plan([[0]], metrics: [metric]), [findings(tied: [0.5])], spec: spec))
        #expect(warnings.map { $0.hasSuffix("it takes part in the maximum as in released code") } == [true])
    }

    @Test func layersThatWereNotComputedAreNotWarnedOf() {
        #expect(LayerWarnings.of(sweep(plan([[0, 1]], metrics: [metric]), [nil, nil])) == [])
    }
}
