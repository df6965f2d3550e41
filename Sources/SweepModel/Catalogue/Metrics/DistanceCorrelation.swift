extension MetricKind { package static let distanceCorrelation = MetricKind(defining: "distance_correlation") }

extension MetricDefinition {
    static let distanceCorrelation = MetricDefinition(
        .distanceCorrelation,
        Texts(
            "bias-corrected distance correlation R* of Euclidean distances", range: "may be negative, up to 1",
            chance: "0", source: "Székely & Rizzo 2013"),
        from: { _ in .distances }, chance: .zero,
        undefined: .kernel(
            zero:
                "its centred distances are zero, or so little beside its distances that their rounding may change scores by more than 1e-6"
        )
    ) { $0.subsampling = .notValidated }
}
