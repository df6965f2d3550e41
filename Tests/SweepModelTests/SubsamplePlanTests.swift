import Testing

@testable import SweepModel

struct SubsamplePlanTests {
    @Test(arguments: [(10, 1.0, 1000, 38), (10, 5, 1000, 60), (4, 1, 40, 20), (10, 1, 30, 30), (1, 1, 9, 8)])
    func listsReachFarEnoughForHalfOfThem(_ k: Int, _ groupSize: Double, _ most: Int, _ reach: Int) {
        #expect(SubsamplePlan.reach(k: k, groupSize: groupSize, most: most) == reach)
    }

    private func spec(_ metrics: [MetricKind], k: [Int] = [10], named: [MetricKind]? = nil) -> SweepSpec {
        var spec = SweepSpec()
        (spec.metrics, spec.k, spec.subsamples, spec.intervalMetrics) = (metrics, k, 200, named)
        return spec
    }

    /// By itself what intervals were shown to hold for.
    @Test func metricsWithIntervals() {
        let metrics: [MetricKind] = [.cka, .mutualKNN, .jaccardKNN, .unbiasedCKA, .svcca]
        #expect(spec(metrics, k: [5, 10]).subsampledMetrics == [1, 2, 5])
        #expect(spec(metrics, named: [.cka, .jaccardKNN]).subsampledMetrics == [0, 2])
        var reference = spec(metrics)
        reference.variant = .reference
        #expect(reference.subsampledMetrics == [1], "kernels of released code have other denominators")
        reference.subsamples = nil
        #expect(reference.subsampledMetrics == [] && reference.subsamplePlans(sampleCount: 100, groupSizes: nil) == [])
    }

    /// Of parts lists go further: k of each n/S samples, of a list R/S are in the part.
    @Test(arguments: [(10, 5, 1000, 107), (10, 2, 1000, 38), (3, 10, 1000, 96), (3, 10, 60, 60)])
    func listsReachFarEnoughForParts(_ k: Int, _ share: Int, _ most: Int, _ reach: Int) {
        #expect(SubsamplePlan.reach(k: k, share: share, most: most) == reach)
    }

    @Test func listsOfGroupsGoFurtherAndNotBeyondTheLargest() {
        let one = spec([.mutualKNN, .cka]).subsamplePlans(sampleCount: 100, groupSizes: nil)
        #expect(one == [SubsamplePlan(.halves, count: 200, metrics: [0], seed: 0, reach: 38)])
        // A sample is likely to be of a group of (25 · 2 · 2 + 50 · 50)/100 = 26.
        let grouped = spec([.mutualKNN]).subsamplePlans(
            sampleCount: 100, groupSizes: Array(repeating: 2, count: 25) + [50])
        #expect(grouped.map(\.reach) == [50])
        #expect(spec([.unbiasedCKA]).subsamplePlans(sampleCount: 100, groupSizes: nil).map(\.reach) == [0])
    }

    @Test func splitsAreOfAllMetricsThatCanBe() {
        var spec = spec([.svcca, .cka, .mutualKNN])
        (spec.splits, spec.seed) = (5, 7)
        #expect(
            spec.subsamplePlans(sampleCount: 1000, groupSizes: nil) == [
                SubsamplePlan(.halves, count: 200, metrics: [2], seed: 7, reach: 38),
                SubsamplePlan(.parts, count: 5, metrics: [1, 2], seed: 7, reach: 107),
            ])
    }

    @Test func listsOfAPlanAreAsLongAsItsIntervalsNeed() {
        func plan(_ metrics: [Metric], _ intervals: SubsamplePlan?) -> SweepPlan {
            SweepPlan(
                sampleCount: 100, models: [("m", "/m.h5", 1, [(0, "a", 2)])], xModels: [0], yModels: nil,
                metrics: metrics,
                subsamples: intervals.map { [$0] } ?? [])
        }
        let intervals = SubsamplePlan(.halves, count: 200, metrics: [0], seed: 0, reach: 38)
        #expect(plan([Metric(kind: .mutualKNN, k: 10)], nil).longestNeighbourList == 10)
        #expect(plan([Metric(kind: .mutualKNN, k: 10)], intervals).longestNeighbourList == 38)
        #expect(
            plan([Metric(kind: .mutualKNN, k: 10), Metric(kind: .cknna, k: 50)], intervals).longestNeighbourList == 50)
        #expect(plan([Metric(kind: .cka)], intervals).longestNeighbourList == nil)
    }
}
