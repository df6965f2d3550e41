@testable import SweepAnalysis

/// A side of models m0, m1, … or of those names, each with layers 0 ..< L.
func side(
    _ names: [String], layers: Int = 3, attributes: [String: [String]] = [:], scores: [String: [Double]] = [:],
    lower: Set<String> = []
) -> ScoredSide {
    ScoredSide(
        models: names.enumerated().map { position, name in
            ScoredModel(name: name, attributes: attributes.mapValues { .text($0[position]) })
        },
        layers: names.indices.flatMap { model in
            (0..<layers).map { ScoredLayer(model: model, index: $0, name: "layer \($0)") }
        }, scores: scores, lowerIsBetter: lower)
}

/// A symmetric sweep of one side.
func scored(_ models: ScoredSide, _ metrics: [ScoredMetric]) -> SweepScores {
    SweepScores(name: "sweep", sampleCount: 100, isSymmetric: true, x: models, y: models, metrics: metrics)
}

/// A cross sweep of two sides.
func scored(_ x: ScoredSide, _ y: ScoredSide, _ metrics: [ScoredMetric]) -> SweepScores {
    SweepScores(name: "sweep", sampleCount: 100, isSymmetric: false, x: x, y: y, metrics: metrics)
}

/// A metric of these scores, row by row.
func scored(_ id: String, _ rows: [[Double]], isSymmetric: Bool = true) -> ScoredMetric {
    ScoredMetric(id: id, kind: id, isSymmetric: isSymmetric, scores: rows.flatMap(\.self))
}

extension SweepScores {
    /// The same symmetric sweep with its models in another order: new position p holds model `order[p]`.
    func reordered(_ order: [Int]) -> SweepScores {
        let n = order.count
        func square(_ values: [Double], from start: Int = 0) -> [Double] {
            order.flatMap { i in order.map { j in values[start + i * n + j] } }
        }
        func square(_ values: [Int]) -> [Int] { order.flatMap { i in order.map { j in values[i * n + j] } } }
        var side = x
        side.models = order.map { x.models[$0] }
        side.layers = order.enumerated().flatMap { position, model in
            x.layers.filter { $0.model == model }.map { layer in
                var moved = layer
                moved.model = position
                return moved
            }
        }
        side.scores = x.scores.mapValues { values in order.map { values[$0] } }
        var sweep = self
        (sweep.x, sweep.y) = (side, side)
        for position in metrics.indices {
            sweep.metrics[position].scores = square(metrics[position].scores)
            sweep.metrics[position].bestXLayers = square(metrics[position].bestXLayers)
            sweep.metrics[position].bestYLayers = square(metrics[position].bestYLayers)
        }
        for position in curves.indices {
            let curve = curves[position]
            sweep.curves[position].scores = curve.ks.indices.flatMap { square(curve.scores, from: $0 * n * n) }
        }
        return sweep
    }
}
