extension MetricKind { package static let rsa = MetricKind(defining: "rsa") }

extension MetricDefinition {
    static let rsa = MetricDefinition(
        .rsa,
        Texts(
            "Spearman correlation of all pairs' similarities", range: "-1 to 1", chance: "0",
            source: "Kriegeskorte et al. 2008"),
        from: { _ in .ranks }, chance: .zero,
        undefined: .kernel(zero: "all similarities between its samples are the same")
    ) { $0.isOrdinal = true }
}
