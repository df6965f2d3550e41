extension MetricKind { package static let lcsKNN = MetricKind(defining: "lcs_knn") }

extension MetricDefinition {
    static let lcsKNN = ofNeighbours(
        .lcsKNN,
        Texts(
            "longest common subsequence of neighbour lists, over k", range: "0 to 1",
            chance: "not known in closed form", variants: "reference: not divided by k",
            source: "Huh et al. 2024, appendix A"),
        chance: .unknown
    ) {
        $0.isOrdinal = true
        $0.isBatchable = false
        $0.variants = [.reference]
        $0.secondsPerPlace = 8.5e-10
        $0.countsPerUnit = { samples, k in Double(samples * k) }
    }
}
