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
        let sweep = sweep(plan([[0, 1]], metrics: [five]), [findings(), findings(tied: [0.5])])
        #expect(TiedLayers.flags(sweep, metric: five) == [false, true])
    }
}

struct LayerChanceTests {
    @Test func productOfBothFactorsOverDegreesOfFreedom() {
        let plan = plan([[0, 1], [0]], x: [0], y: [1, 0], sampleCount: 11)
        let sweep = sweep(plan, [findings(chanceFactor: 2), findings(chanceFactor: 3), findings(chanceFactor: 5)])
        #expect(LayerChance.cka(sweep) == [1, 0.4, 0.6, 1.5, 0.6, 0.9])
    }

    @Test func unknownFactors() {
        let sweep = sweep(plan([[0], [0]], x: [0], y: [1]), [findings(chanceFactor: 2), findings()])
        #expect(LayerChance.cka(sweep).map(\.isNaN) == [true])
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
        #expect(warnings[0].contains("NaN"))
    }

    @Test(arguments: [false, true]) func tiedLayers(_ keepTied: Bool) {
        var spec = SweepSpec()
        spec.keepTied = keepTied
        let sweep = sweep(plan([[0]], metrics: [metric]), [findings(tied: [0, 0.125], clipped: 0.05)], spec: spec)
        let warnings = LayerWarnings.of(sweep)
        #expect(warnings.count == 1)
        #expect(warnings[0].hasPrefix("m0:0: 12.5 % of rows have tied neighbours (5.0 % of values clipped)"))
        #expect(warnings[0].contains("keep_tied") == keepTied)
    }
}
