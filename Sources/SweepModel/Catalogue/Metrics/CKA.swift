extension MetricKind { package static let cka = MetricKind(defining: "cka") }

extension MetricDefinition {
    static let cka = MetricDefinition(
        .cka,
        Texts(
            "alignment of centred Gram matrices", range: "0 to 1", chance: "per layer pair, grows with d/n",
            variants: "reference: 1e-6 in the denominator", source: "Kornblith et al. 2019"),
        from: { _ in .gram }, chance: .kernels, undefined: .kernel(zero: UndefinedReason.zeroGram)
    ) {
        $0.variants = [.reference]
        $0.subsampling = .notValidated
    }
}
