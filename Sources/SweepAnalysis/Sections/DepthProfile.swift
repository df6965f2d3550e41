/// How deep in each model the layers are that align best, under one metric.
package struct DepthProfile: Sendable {
    /// The relative depths of one model's best layers, one for each partner.
    package struct Depths: Sendable {
        package let mean: Double
        /// The quartiles, the median in the middle.
        package let quartiles: [Double]
        /// How many are in [0, 0.1), [0.1, 0.2), … [0.9, 1].
        package let histogram: [Int]
    }

    /// One model's profile.
    package struct Model: Sendable {
        package let name: String
        /// n counts partners.
        package let depths: Estimate<Depths>
        /// The number of partners with which all layers side by side align best: they have no depth.
        package let concatenatedCount: Int
    }

    package static let binCount = 10

    package let metric: String
    package let x: [Model]
    /// Empty in a symmetric sweep.
    package let y: [Model]

    /// Every metric. A model is x in its own row, also where a metric is not symmetric.
    package static func all(_ sweep: SweepScores) -> [DepthProfile] {
        sweep.metrics.map { DepthProfile($0, sweep) }
    }

    private init(_ metric: ScoredMetric, _ sweep: SweepScores) {
        let (rows, columns) = (sweep.x.models.count, sweep.y.models.count)
        func isPair(_ i: Int, _ j: Int) -> Bool {
            sweep.isSymmetric ? i != j : sweep.x.models[i].name != sweep.y.models[j].name
        }
        self.metric = metric.id
        guard metric.bestXLayers.count == rows * columns, metric.bestYLayers.count == rows * columns else {
            (x, y) = ([], [])
            return
        }
        x = Self.models(sweep.x) { model in
            (0..<columns).filter { isPair(model, $0) }.map { metric.bestXLayers[model * columns + $0] }
        }
        y =
            sweep.isSymmetric
            ? []
            : Self.models(sweep.y) { model in
                (0..<rows).filter { isPair($0, model) }.map { metric.bestYLayers[$0 * columns + model] }
            }
    }

    private static func models(_ side: ScoredSide, _ best: (_ model: Int) -> [Int]) -> [Model] {
        var deepest = [Int](repeating: 0, count: side.models.count)
        for layer in side.layers { deepest[layer.model] = max(deepest[layer.model], layer.index) }
        return side.models.indices.map { model in
            let layers = best(model)
            let concatenated = layers.count { $0 == ScoredLayer.concatenation }
            return Model(
                name: side.models[model].name,
                depths: depths(layers.filter { $0 >= 0 }, deepest: deepest[model], concatenated: concatenated),
                concatenatedCount: concatenated)
        }
    }

    /// Relative depth is l/(L - 1), L - 1 being the index of the deepest layer.
    private static func depths(_ layers: [Int], deepest: Int, concatenated: Int) -> Estimate<Depths> {
        guard deepest > 0 else { return Estimate(none: "the sweep has the model's first layer alone", n: 0) }
        guard !layers.isEmpty else {
            let reason =
                concatenated > 0
                ? "all layers side by side align best with every partner" : "no partner has a best layer"
            return Estimate(none: reason, n: 0)
        }
        let sorted = layers.sorted().map { Double($0) / Double(deepest) }
        var histogram = [Int](repeating: 0, count: binCount)
        // In whole numbers: 3/10 is in the fourth bin, whatever rounding makes of it.
        for layer in layers { histogram[min(layer * binCount / deepest, binCount - 1)] += 1 }
        return Estimate(
            Depths(
                mean: sorted.reduce(0, +) / Double(sorted.count),
                quartiles: [0.25, 0.5, 0.75].map { Quantile.of(sorted: sorted, at: $0) }, histogram: histogram),
            n: layers.count)
    }
}
