import Testing

@testable import SweepModel

struct MetricTests {
    @Test(arguments: [
        (Metric(kind: .mutualKNN, k: 10), "mutual_knn_k10"), (Metric(kind: .cycleKNN, k: 1), "cycle_knn_k1"),
        (Metric(kind: .lcsKNN, k: 10), "lcs_knn_k10"), (Metric(kind: .editDistanceKNN, k: 10), "edit_distance_knn_k10"),
        (Metric(kind: .cknna, k: 10), "cknna_k10"), (Metric(kind: .jaccardKNN, k: 10), "jaccard_knn_k10"),
        (Metric(kind: .cka), "cka"), (Metric(kind: .unbiasedCKA), "unbiased_cka"), (Metric(kind: .rsa), "rsa"),
        (Metric(kind: .distanceCorrelation), "distance_correlation"), (Metric(kind: .procrustes), "procrustes"),
    ])
    func ids(_ metric: Metric, _ id: String) { #expect(metric.id == id) }

    @Test func chance() {
        #expect(Metric(kind: .mutualKNN, k: 10).chance(sampleCount: 101) == 0.1)
        #expect(Metric(kind: .mutualKNN, k: 3).chance(sampleCount: 4) == 1)
        #expect(Metric(kind: .unbiasedCKA).chance(sampleCount: 50) == 0)
        #expect(Metric(kind: .cka).chance(sampleCount: 50) == nil)
    }

    @Test func neighbourMetricsAreThoseWithK() {
        let neighbour = MetricKind.allCases.filter(\.isNeighbourMetric).map(\.rawValue)
        #expect(neighbour == ["mutual_knn", "cknna", "cycle_knn", "lcs_knn", "edit_distance_knn", "jaccard_knn"])
    }

    @Test func everyNeighbourMetricOnceForEachK() {
        var spec = SweepSpec()
        spec.metrics = [.cka, .mutualKNN]
        spec.k = [5, 10]
        #expect(spec.parameterizedMetrics.map(\.id) == ["cka", "mutual_knn_k5", "mutual_knn_k10"])
        #expect(spec.longestNeighbourList == 10)
        #expect(spec.needsGrams)
        spec.metrics = [.cka]
        #expect(spec.longestNeighbourList == nil)
        spec.metrics = [.mutualKNN]
        #expect(!spec.needsGrams)
    }
}
