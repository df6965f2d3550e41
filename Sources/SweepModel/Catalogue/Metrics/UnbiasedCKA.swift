extension MetricKind { package static let unbiasedCKA = MetricKind(defining: "unbiased_cka") }

extension MetricDefinition {
    static let unbiasedCKA = MetricDefinition(
        .unbiasedCKA,
        Texts(
            "the same with the unbiased HSIC", range: "may be negative, up to about 1", chance: "0",
            variants: "reference: 1e-6 in the denominator", source: "Song et al. 2012, eq. 5; Huh et al. 2024"),
        from: { _ in .gram }, chance: .zero,
        undefined: UndefinedReason { _, isZero in
            isZero == true
                ? UndefinedReason.zeroGram
                : "its unbiased self term is zero, or so little beside what it is a difference of that rounding may change scores by more "
                    + "than 1e-6"
        }
    ) {
        $0.isUnbiased = true
        $0.variants = [.reference]
        $0.subsampling = .validated
    }
}
