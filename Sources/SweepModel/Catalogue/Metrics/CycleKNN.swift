extension MetricKind { package static let cycleKNN = MetricKind(defining: "cycle_knn") }

extension MetricDefinition {
    static let cycleKNN = ofNeighbours(
        .cycleKNN,
        Texts(
            "share of samples that come back through y's neighbours and then x's", range: "0 to 1",
            chance: "per x layer", variants: "reference: x and y exchanged", source: "Huh et al. 2024, appendix A"),
        chance: .cycles
    ) {
        $0.isSymmetric = false
        $0.variants = [.reference]
        $0.secondsPerPlace = 1.5e-10
        $0.countsPerUnit = { samples, _ in Double(samples) }
    }
}
