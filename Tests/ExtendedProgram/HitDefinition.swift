import SweepModel

extension MetricKind { static let hitKNN = MetricKind(defining: "hit_knn") }

extension MetricDefinition {
    static let hitKNN = ofNeighbours(
        .hitKNN,
        Texts(
            "share of samples that have a neighbour in common", range: "0 to 1", chance: "hypergeometric",
            source: "a test"),
        chance: .uniform { k, others in
            // 1 - C(m - k, k)/C(m, k).
            1 - (0..<k).reduce(1.0) { $0 * max(0, Double(others - k - $1)) / Double(others - $1) }
        })
}
