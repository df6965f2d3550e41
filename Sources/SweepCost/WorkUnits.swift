package import SweepModel

/// What the time of each stage grows with. The first unit of each is the piece of work itself.
package enum WorkUnits {
    /// A survey reads, checks and digests all values of a model, and finds its clip threshold.
    package static func survey(bytes: Int) -> [Double] { [1, Double(bytes)] }

    /// A layer of n samples x d features is prepared (n d), multiplied with itself (n² d), and gone through pair by pair where kernels
    /// are kept by entries (n²); lists of neighbours are kept up (n log n). Without neighbours, a layer that is kept by its factor is
    /// multiplied the other way round (n d²), and where neighbours are those of queries these are (2 Q n d).
    /// A singular basis takes the square of the smaller of n and d times the larger, and a few times its cube.
    package static func layer(
        samples: Int, width: Int, kinds: [ArtifactKind], form: LinearKernelForm = .entries, queries: QueryPlan? = nil
    ) -> [Double] {
        let (n, d) = (Double(samples), Double(width))
        let isByPairs = form == .entries || queries == nil && kinds.contains { $0.definition.source == .lists }
        let hasPairs = form == .entries && kinds.contains(where: \.isPairMatrix)
        // A query is multiplied with every sample, once for all.
        let products = (isByPairs ? n * n * d : n * d * d) + 2 * Double(queries?.count ?? 0) * n * d
        var units = [1, n * d, products, hasPairs ? n * n : 0]
        for definition in ArtifactCatalogue.definitions where kinds.contains(where: { $0.family == definition.family })
        {
            units += definition.making(queries.map { Double($0.listCount) } ?? n, d).units
        }
        return units
    }

    /// A tile of `rows` x `columns` layers whose artifacts are in memory.
    package static func tile(
        _ artifact: ArtifactKind, samples: Int, width: Double, rows: Int, columns: Int,
        form: LinearKernelForm = .entries
    ) -> [Double] {
        let tile = ArtifactDefinition.Tile(
            samples: samples, width: width, rows: rows, columns: columns, linearForm: form)
        return artifact.definition.tile(tile).units
    }

    /// One layer's artifact read into memory.
    package static func load(
        _ artifact: ArtifactKind, samples: Int, form: LinearKernelForm = .entries
    ) -> [Double] {
        artifact.definition.load(Double(samples), form).units
    }

    /// What is made of the scores and written: cells of layer matrices, pairs of models, and maps and orders of models.
    package static func results(_ plan: SweepPlan) -> [Double] {
        let metrics = Double(plan.metrics.count + plan.curves.reduce(0) { $0 + $1.ks.count })
        let cells = Double(plan.xLayers.count) * Double(plan.yLayers.count) * metrics
        let pairs = Double(plan.xModels.count) * Double(plan.yModels.count) * metrics
        let models = Double(max(plan.xModels.count, plan.yModels.count))
        return [1, cells, pairs, pairs * models]
    }
}
