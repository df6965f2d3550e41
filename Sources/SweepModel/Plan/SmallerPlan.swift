extension SweepPlan {
    /// The same comparison of the first `models` models of each side.
    package func first(models count: Int) -> SweepPlan {
        let (x, y) = (Array(xModels.prefix(count)), Array(yModels.prefix(count)))
        let kept = Set(x + y).sorted()
        let place = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
        return SweepPlan(
            sampleCount: sampleCount,
            models: kept.map { position in
                let model = models[position]
                return (
                    model.name, model.path, model.bytes,
                    model.layers.map { (layers[$0].index, layers[$0].name, layers[$0].width) }
                )
            },
            xModels: x.compactMap { place[$0] }, yModels: isSymmetric ? nil : y.compactMap { place[$0] },
            metrics: metrics, curves: curves, variant: variant)
    }
}
