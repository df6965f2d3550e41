package import SweepModel

extension HostRates {
    /// Rates of an ordinary core, found once (Cooper Lake, 2.9 GHz; n = 1,024, k = 10, and of products in integers up to n = 100,000): good
    /// enough to weigh the stages of a sweep against each other before anything of it is measured, and for nothing else.
    package static func nominal(for plan: SweepPlan) -> HostRates {
        let kinds = plan.artifactKinds
        let parts = TilePart.parts(of: plan)
        let form = plan.linearKernelForm
        let perPair = kinds.reduce(0) { $0 + $1.definition.secondsPerSamplePair }
        let making = ArtifactCatalogue.definitions.filter { definition in
            kinds.contains { $0.family == definition.family }
        }
        .flatMap { $0.making(1, 1).seconds }
        // Of a product in integers each list leaves a few candidates to float64.
        let listed = Double(plan.longestNeighbourList ?? 0)
        let (perValue, perProduct) = plan.hasIntegerProducts ? (1.5e-8 + 4e-9 * listed, 4e-12) : (5e-9, 2.5e-11)
        return HostRates(
            survey: FittedCost(rates: [2e-3, 1.3e-9]),
            layer: FittedCost(rates: [2e-3, perValue, perProduct, perPair] + making),
            tiles: parts.map { nominalTile($0, form: form) },
            loads: parts.map { FittedCost(rates: $0.artifact.definition.load(1, form).seconds) },
            results: FittedCost(rates: [0, 0, 0, 0]), startSeconds: 0, contention: 1, cores: 1)
    }

    private static func nominalTile(_ part: TilePart, form: LinearKernelForm) -> FittedCost {
        let perPlace = (part.metrics.map(\.kind) + part.curves.map(\.kind)).map(\.definition.secondsPerPlace).max() ?? 0
        let tile = ArtifactDefinition.Tile(
            samples: 1, width: 1, rows: 1, columns: 1, linearForm: form,
            secondsPerSample: perPlace * Double(max(part.longestList, 1)))
        return FittedCost(rates: part.artifact.definition.tile(tile).seconds)
    }
}
