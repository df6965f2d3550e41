import Testing

@testable import SweepModel

struct IntervalPlanTests {
    @Test(arguments: [(10, 1.0, 1000, 38), (10, 5, 1000, 60), (4, 1, 40, 20), (10, 1, 30, 30), (1, 1, 9, 8)])
    func listsReachFarEnoughForHalfOfThem(_ k: Int, _ groupSize: Double, _ most: Int, _ reach: Int) {
        #expect(IntervalPlan.reach(k: k, groupSize: groupSize, most: most) == reach)
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
        #expect(reference.subsampledMetrics == [] && reference.intervalPlan(sampleCount: 100, groupSizes: nil) == nil)
    }

    @Test func listsOfGroupsGoFurtherAndNotBeyondTheLargest() {
        let one = spec([.mutualKNN, .cka]).intervalPlan(sampleCount: 100, groupSizes: nil)
        #expect(one == IntervalPlan(count: 200, metrics: [0], seed: 0, reach: 38))
        // A sample is likely to be of a group of (25 · 2 · 4 + 50 · 50)/100 = 26.
        let grouped = spec([.mutualKNN]).intervalPlan(
            sampleCount: 100, groupSizes: Array(repeating: 2, count: 25) + [50])
        #expect(grouped?.reach == 50)
        #expect(spec([.unbiasedCKA]).intervalPlan(sampleCount: 100, groupSizes: nil)?.reach == 0)
    }

    @Test func listsOfAPlanAreAsLongAsItsIntervalsNeed() {
        func plan(_ metrics: [Metric], _ intervals: IntervalPlan?) -> SweepPlan {
            SweepPlan(
                sampleCount: 100, models: [("m", "/m.h5", 1, [(0, "a", 2)])], xModels: [0], yModels: nil,
                metrics: metrics,
                intervals: intervals)
        }
        let intervals = IntervalPlan(count: 200, metrics: [0], seed: 0, reach: 38)
        #expect(plan([Metric(kind: .mutualKNN, k: 10)], nil).longestNeighbourList == 10)
        #expect(plan([Metric(kind: .mutualKNN, k: 10)], intervals).longestNeighbourList == 38)
        #expect(
            plan([Metric(kind: .mutualKNN, k: 10), Metric(kind: .cknna, k: 50)], intervals).longestNeighbourList == 50)
        #expect(plan([Metric(kind: .cka)], intervals).longestNeighbourList == nil)
    }
}
