import SweepModel
import Testing

@testable import SweepAnalysis

struct ChanceLevelTests {
    private func level(_ metric: Metric, _ sweep: FinishedSweep) -> Double? { ChanceLevel(metric, sweep).uniform }

    private func matrix(_ metric: Metric, _ sweep: FinishedSweep) -> [Double]? {
        if case .layerwise(let levels) = ChanceLevel(metric, sweep) { levels } else { nil }
    }

    private func bare(_ samples: Int, _ metric: Metric, groups: [Int]? = nil) -> FinishedSweep {
        sweep(plan([[0]], metrics: [metric], sampleCount: samples), [findings()], groupSizes: groups)
    }

    /// Every list of k of m samples, as a bit mask.
    private func lists(_ k: Int, of m: Int) -> [Int] { (0..<(1 << m)).filter { $0.nonzeroBitCount == k } }

    private func meanOverPairs(_ k: Int, _ m: Int, _ score: (Int, Int) -> Double) -> Double {
        let lists = lists(k, of: m)
        let sum = lists.reduce(0.0) { sum, a in sum + lists.reduce(0.0) { $0 + score(a, $1) } }
        return sum / Double(lists.count * lists.count)
    }

    @Test(arguments: [(3, 6), (1, 6), (6, 6), (5, 6), (2, 7)]) func enumerated(_ k: Int, _ m: Int) throws {
        let overlap = meanOverPairs(k, m) { Double(($0 & $1).nonzeroBitCount) / Double(k) }
        let mutual = Metric(kind: .mutualKNN, k: k)
        #expect(abs(try #require(level(mutual, bare(m + 1, mutual))) - overlap) < 1e-12)
        let union = meanOverPairs(k, m) { Double(($0 & $1).nonzeroBitCount) / Double(($0 | $1).nonzeroBitCount) }
        let jaccard = Metric(kind: .jaccardKNN, k: k)
        #expect(abs(try #require(level(jaccard, bare(m + 1, jaccard))) - union) < 1e-12)
    }

    /// Of 9 samples 2 + 3 + 4 stand in groups: the first choose among 7 others, then 6, then 5.
    @Test func groupsLeaveFewerOthers() throws {
        let groups = [2, 3, 4]
        let mutual = Metric(kind: .mutualKNN, k: 3)
        let expected = (2 * 3.0 / 7 + 3 * 3.0 / 6 + 4 * 3.0 / 5) / 9
        #expect(abs(try #require(level(mutual, bare(9, mutual, groups: groups))) - expected) < 1e-12)
        let jaccard = Metric(kind: .jaccardKNN, k: 3)
        let union = zip(groups, [7, 6, 5]).reduce(0.0) { sum, group in
            sum + Double(group.0)
                * meanOverPairs(3, group.1) { Double(($0 & $1).nonzeroBitCount) / Double(($0 | $1).nonzeroBitCount) }
        }
        #expect(abs(try #require(level(jaccard, bare(9, jaccard, groups: groups))) - union / 9) < 1e-12)
        let single = [Int](repeating: 1, count: 9)
        #expect(abs(try #require(level(mutual, bare(9, mutual, groups: single))) - 3.0 / 8) < 1e-12)
    }

    @Test func largeSamplesDoNotOverflow() throws {
        let jaccard = Metric(kind: .jaccardKNN, k: 500)
        let found = try #require(level(jaccard, bare(50_000, jaccard)))
        // The overlap hardly varies around its mean 500²/49999.
        #expect(abs(found - 5.00010000200004 / (1000 - 5)) < 2e-5)
    }

    @Test(arguments: [Metric(kind: .unbiasedCKA), Metric(kind: .rsa), Metric(kind: .distanceCorrelation)])
    func unbiasedMetrics(_ metric: Metric) { #expect(level(metric, bare(50, metric)) == 0) }

    @Test(arguments: [
        Metric(kind: .svcca, .dimensions(2)), Metric(kind: .cknna, k: 2), Metric(kind: .lcsKNN, k: 2),
        Metric(kind: .editDistanceKNN, k: 2), Metric(kind: .procrustes),
    ])
    func noClosedForm(_ metric: Metric) {
        guard case .unknown = ChanceLevel(metric, bare(50, metric)) else {
            Issue.record("no level is known")
            return
        }
    }

    @Test func biasedCKAIsTheProductOfBothFactorsOverDegreesOfFreedom() {
        let rbf = ArtifactKind.rbf(bandwidth: 2)
        let metrics = [Metric(kind: .cka), Metric(kind: .ckaRBF, .bandwidth(2)), Metric(kind: .ckaRBF, .bandwidth(1))]
        let plan = plan([[0, 1], [0]], x: [0], y: [1, 0], metrics: metrics, sampleCount: 11)
        let sweep = sweep(plan, [2, 3, 5].map { findings(chanceFactors: [.gram: $0, rbf: $0 + 1]) })
        #expect(matrix(metrics[0], sweep) == [1, 0.4, 0.6, 1.5, 0.6, 0.9])
        #expect(matrix(metrics[1], sweep) == [1.8, 0.9, 1.2, 2.4, 1.2, 1.6])
        #expect(matrix(metrics[2], sweep)?.allSatisfy { $0.isNaN } == true, "of another bandwidth nothing is known")
    }

    @Test func layersThatWereNotComputedHaveNoLevel() {
        let sweep = sweep(plan([[0], [0]], x: [0], y: [1]), [findings(chanceFactors: [.gram: 2]), nil])
        #expect(matrix(Metric(kind: .cka), sweep)?.map(\.isNaN) == [true])
    }

    /// Lists are followed back through x, in released code through y.
    @Test(arguments: [Variant.exact, .reference]) func cycles(_ variant: Variant) {
        let metrics = [Metric(kind: .cycleKNN, k: 9), Metric(kind: .cycleKNN, k: 4), Metric(kind: .mutualKNN, k: 6)]
        let plan = plan([[0, 1], [0]], x: [0], y: [1], metrics: metrics, variant: variant)
        let sweep = sweep(
            plan,
            [findings(cycle: [0.1, 0.2, 0.3]), findings(cycle: [0.4, 0.5, 0.6]), findings(cycle: [0.7, 0.8, 0.9])])
        #expect(matrix(metrics[0], sweep) == (variant == .exact ? [0.3, 0.6] : [0.9, 0.9]))
        #expect(matrix(metrics[1], sweep) == (variant == .exact ? [0.1, 0.4] : [0.7, 0.7]))
    }

    @Test func constantLayersHaveNoCycles() {
        let metric = Metric(kind: .cycleKNN, k: 4)
        let sweep = sweep(plan([[0, 1]], metrics: [metric]), [findings(isConstant: true), findings(cycle: [0.5])])
        #expect(same(matrix(metric, sweep) ?? [], [.nan, .nan, 0.5, 0.5]))
    }
}
