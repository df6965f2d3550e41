extension MetricKind { package static let procrustes = MetricKind(defining: "procrustes") }

extension MetricDefinition {
    static let procrustes = MetricDefinition(
        .procrustes,
        Texts(
            "angle between features after the best rotation, 1 where it is 0", range: "0 to 1",
            chance: "not known in closed form", source: "Williams et al. 2021"),
        from: { _ in .features }, chance: .unknown,
        undefined: UndefinedReason { _, _ in "its centred features are zero" }
    ) {
        $0.isBatchable = false
        // Every pair costs a singular value decomposition.
        $0.isInAll = false
    }
}
