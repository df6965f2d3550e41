import SweepModel

extension MetricKind { static let centreCorrelation = MetricKind(defining: "centre_correlation") }

extension MetricDefinition {
    static let centreCorrelation = MetricDefinition(
        .centreCorrelation,
        Texts("correlation of distances from the centre", range: "-1 to 1", chance: "0", source: "a test"),
        from: { _ in .centreDistances }, chance: .zero,
        undefined: UndefinedReason { _, _ in "all samples are as far from the centre" })
}
