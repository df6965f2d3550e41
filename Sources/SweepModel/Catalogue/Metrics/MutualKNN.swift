extension MetricKind { package static let mutualKNN = MetricKind(defining: "mutual_knn") }

extension MetricDefinition {
    static let mutualKNN = ofNeighbours(
        .mutualKNN,
        Texts(
            "share of the k nearest neighbours that two layers have in common", range: "0 to 1", chance: "k/(n-1)",
            variants: "reference: the maximum over layers starts at 0", source: "Huh et al. 2024, section 2"),
        chance: .uniform { k, others in Double(k) / Double(others) }
    ) {
        $0.variants = [.reference]
        $0.subsampling = .validated
        $0.maskedSecondsPerPlace = 2.5e-11
        $0.countsPerUnit = { samples, k in Double(samples * k) }
    }
}
