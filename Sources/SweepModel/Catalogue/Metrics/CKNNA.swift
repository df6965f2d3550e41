extension MetricKind { package static let cknna = MetricKind(defining: "cknna") }

extension MetricDefinition {
    static let cknna = ofNeighbours(
        .cknna,
        Texts(
            "unbiased CKA restricted to common neighbours", range: "may be negative, up to about 1",
            chance: "not known in closed form",
            variants: "reference: 1e-6 in the denominator; paper: equation 18 as printed",
            source: "Huh et al. 2024, appendix A"),
        chance: .unknown,
        undefined: UndefinedReason { _, _ in
            "its self term is not positive, or is so little beside its similarities that their rounding may change scores by more than 1e-6"
        }
    ) {
        $0.isSymmetric = false
        $0.variants = [.reference, .paper]
        $0.secondsPerPlace = 9e-9
        // Two entries of 32 bytes for every listed neighbour.
        $0.bytesPerPlace = 64
    }
}
