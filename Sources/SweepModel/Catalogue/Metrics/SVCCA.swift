extension MetricKind { package static let svcca = MetricKind(defining: "svcca") }

extension MetricDefinition {
    static let svcca = MetricDefinition(
        .svcca,
        Texts(
            "overlap of the top singular subspaces of standardised features", range: "0 to 1",
            chance: "not known in closed form", source: "Raghu et al. 2017; Huh et al. 2024"),
        parameter: .dimensions, from: { _ in .basis }, chance: .unknown,
        undefined: UndefinedReason { metric, _ in
            "its singular values are equal on both sides of the cut after \(metric.dimensions ?? 0), or after all of fewer, so that its "
                + "features determine no subspace of that size; take another number of dimensions"
        }
    ) {
        $0.warnings[.reference] =
            "svcca is computed exactly: released code draws random vectors, so that nobody can reproduce its digits"
    }
}
