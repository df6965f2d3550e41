import SweepModel

extension MetricKind { static let hitKNN = MetricKind(defining: "hit_knn") }

extension MetricDefinition {
    static let hitKNN = ofNeighbours(
        .hitKNN,
        Texts(
            "share of samples that have a neighbour in common", range: "0 to 1", chance: "hypergeometric",
            source: "a test"),
        chance: .uniform { k, others in expectedHits(k: k, others: others) })
}

/// 1 - C(m - k, k)/C(m, k): that two lists of k of m samples have any in common.
private func expectedHits(k: Int, others m: Int) -> Double {
    var none = 1.0
    for j in 0..<k { none *= Double(max(0, m - k - j)) / Double(m - j) }
    return 1 - none
}
