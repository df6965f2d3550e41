extension MetricKind { package static let distanceCorrelation = MetricKind(defining: "distance_correlation") }

extension MetricDefinition {
    static let distanceCorrelation = MetricDefinition(
        .distanceCorrelation,
        Texts(
            "bias-corrected distance correlation R* of Euclidean distances", range: "may be negative, up to 1",
            chance: "0", source: "Székely & Rizzo 2013"),
        from: { _ in .distances }, chance: .zero,
        undefined: .kernel(zero: "its centred distances are zero up to rounding"))
}
