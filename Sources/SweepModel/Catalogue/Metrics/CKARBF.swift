extension MetricKind { package static let ckaRBF = MetricKind(defining: "cka_rbf") }

extension MetricDefinition {
    static let ckaRBF = MetricDefinition(
        .ckaRBF,
        Texts(
            "CKA of Gaussian kernels, as wide as a multiple of the median distance", range: "0 to 1",
            chance: "per layer pair", source: "Kornblith et al. 2019"),
        parameter: .bandwidth,
        from: { parameter in
            if case .bandwidth(let bandwidth) = parameter { .rbf(bandwidth: bandwidth) } else { .rbf(bandwidth: 1) }
        },
        chance: .kernels,
        undefined: .kernel(zero: "the median distance between its samples is 0, or too small to be squared")
    ) { $0.subsampling = .notValidated }
}
