internal import SweepAnalysis
internal import SweepModel

/// Scores of metrics whose chance level grows with the layers' widths, freed from it: (s - chance)/(1 - chance).
enum ScoreAboveChance {
    /// X x Y, at the layer pair that attains each maximum; nil of metrics that are not biased in this way.
    static func values(_ metric: ScoredMetric, _ sweep: SweepScores) -> [Double]? {
        guard case .kernels = MetricCatalogue.definition(metric.kind)?.chance, let chance = metric.chanceLayers else {
            return nil
        }
        let (x, y) = (positions(sweep.x), positions(sweep.y))
        let width = sweep.y.models.count
        return metric.scores.indices.map { cell in
            guard metric.bestXLayers.indices.contains(cell), metric.bestYLayers.indices.contains(cell),
                let row = x[[cell / width, metric.bestXLayers[cell]]],
                let column = y[[cell % width, metric.bestYLayers[cell]]]
            else { return .nan }
            let level = chance[row * sweep.y.layers.count + column]
            return level < 1 ? (metric.scores[cell] - level) / (1 - level) : .nan
        }
    }

    /// The position of each layer by model and index.
    private static func positions(_ side: ScoredSide) -> [[Int]: Int] {
        Dictionary(side.layers.indices.map { ([side.layers[$0].model, side.layers[$0].index], $0) }) { first, _ in first
        }
    }
}
