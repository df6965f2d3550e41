extension MetricKind { package static let editDistanceKNN = MetricKind(defining: "edit_distance_knn") }

extension MetricDefinition {
    static let editDistanceKNN = ofNeighbours(
        .editDistanceKNN,
        Texts(
            "1 - edit distance of neighbour lists, over k", range: "0 to 1", chance: "not known in closed form",
            variants: "reference: the maximum over layers starts at 0", source: "Huh et al. 2024, appendix A"),
        chance: .unknown
    ) {
        $0.isOrdinal = true
        $0.isBatchable = false
        $0.variants = [.reference]
        $0.secondsPerPlace = 2.6e-9
        $0.countsPerUnit = { samples, k in Double(samples * k) }
    }
}
