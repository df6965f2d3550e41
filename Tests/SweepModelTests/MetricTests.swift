import Testing

@testable import SweepModel

struct MetricTests {
    @Test(arguments: [
        (Metric(kind: .mutualKNN, k: 10), "mutual_knn_k10"), (Metric(kind: .cycleKNN, k: 1), "cycle_knn_k1"),
        (Metric(kind: .lcsKNN, k: 10), "lcs_knn_k10"), (Metric(kind: .editDistanceKNN, k: 10), "edit_distance_knn_k10"),
        (Metric(kind: .cknna, k: 10), "cknna_k10"), (Metric(kind: .jaccardKNN, k: 10), "jaccard_knn_k10"),
        (Metric(kind: .cka), "cka"), (Metric(kind: .unbiasedCKA), "unbiased_cka"), (Metric(kind: .rsa), "rsa"),
        (Metric(kind: .distanceCorrelation), "distance_correlation"), (Metric(kind: .procrustes), "procrustes"),
        (Metric(kind: .svcca, .dimensions(10)), "svcca_d10"), (Metric(kind: .ckaRBF, .bandwidth(1)), "cka_rbf_b1"),
        (Metric(kind: .ckaRBF, .bandwidth(0.5)), "cka_rbf_b0.5"),
        (Metric(kind: .ckaRBF, .bandwidth(10)), "cka_rbf_b10"),
    ])
    func ids(_ metric: Metric, _ id: String) { #expect(metric.id == id) }

    @Test func aParameterIsOfOneKind() {
        let knn = Metric(kind: .mutualKNN, k: 7)
        #expect((knn.k, knn.dimensions) == (7, nil) && knn.bandwidth == nil)
        let svcca = Metric(kind: .svcca, .dimensions(7))
        #expect((svcca.k, svcca.dimensions) == (nil, 7) && svcca.bandwidth == nil)
        let rbf = Metric(kind: .ckaRBF, .bandwidth(7))
        #expect((rbf.k, rbf.dimensions) == (nil, nil) && rbf.bandwidth == 7)
    }

    @Test func neighbourMetricsAreThoseWithK() {
        let neighbour = MetricKind.allCases.filter(\.isNeighbourMetric).map(\.rawValue)
        #expect(neighbour == ["mutual_knn", "cknna", "cycle_knn", "lcs_knn", "edit_distance_knn", "jaccard_knn"])
    }

    @Test func allIsEverythingButProcrustes() {
        #expect(MetricKind.all.count == MetricKind.allCases.count - 1)
        #expect(!MetricKind.all.contains(.procrustes))
    }

    @Test func twoMetricsAreNotSymmetric() {
        #expect(MetricKind.allCases.filter { !$0.isSymmetric } == [.cknna, .cycleKNN])
    }

    @Test func everyMetricOnceForEachValueOfItsParameter() {
        var spec = SweepSpec()
        spec.metrics = [.cka, .mutualKNN, .svcca, .ckaRBF, .rsa]
        spec.k = [5, 10]
        spec.svccaDimensions = [3, 20]
        spec.rbfBandwidths = [0.5, 2]
        #expect(
            spec.parameterizedMetrics.map(\.id) == [
                "cka", "mutual_knn_k5", "mutual_knn_k10", "svcca_d3", "svcca_d20", "cka_rbf_b0.5", "cka_rbf_b2", "rsa",
            ])
    }

    @Test func rangesOfKGiveCurvesOfNeighbourMetricsAlone() {
        var spec = SweepSpec()
        spec.metrics = [.cka, .cycleKNN, .mutualKNN]
        spec.k = [4]
        #expect(spec.curves == [])
        spec.kRanges = [1...3, 7...8]
        #expect(
            spec.curves == [
                MetricCurve(kind: .cycleKNN, ks: [1, 2, 3, 7, 8]), MetricCurve(kind: .mutualKNN, ks: [1, 2, 3, 7, 8]),
            ])
        spec.k = []
        #expect(spec.parameterizedMetrics.map(\.id) == ["cka"], "a range gives no layer matrices")
        spec.metrics = [.cka]
        spec.kRanges = [1...Int.max]
        #expect(spec.curves == [], "a range that nobody needs is not written out")
    }

    @Test func tiesAreIgnoredIfKeptAndInReleasedCode() {
        var spec = SweepSpec()
        #expect(!spec.ignoresTies)
        spec.keepTied = true
        #expect(spec.ignoresTies)
        spec.keepTied = false
        spec.variant = .reference
        #expect(spec.ignoresTies)
        spec.variant = .paper
        #expect(!spec.ignoresTies)
    }
}

struct VariantTests {
    @Test func exactIsExactEverywhere() {
        #expect(MetricKind.allCases.allSatisfy { $0.variant(.exact) == .exact })
    }

    @Test func thePaperDiffersForCKNNAAlone() {
        #expect(MetricKind.allCases.filter { $0.variant(.paper) == .paper } == [.cknna])
        #expect(MetricKind.allCases.filter { $0.variant(.paper) == .exact }.count == MetricKind.allCases.count - 1)
    }

    @Test func releasedCodeHasSevenMetricsThatCanBeReproduced() {
        #expect(
            MetricKind.allCases.filter { $0.variant(.reference) == .reference } == [
                .mutualKNN, .cka, .unbiasedCKA, .cknna, .cycleKNN, .lcsKNN, .editDistanceKNN,
            ])
        #expect(MetricKind.svcca.variant(.reference) == .exact, "it draws random vectors there")
    }
}
