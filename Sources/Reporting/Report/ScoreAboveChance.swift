internal import SweepAnalysis
internal import SweepModel

/// Scores of metrics whose chance level grows with the layers' widths, freed from it: (s - chance)/(1 - chance).
enum ScoreAboveChance {
    /// X x Y, at the layer pair that attains each maximum; nil of metrics that are not biased in this way.
    static func values(_ metric: ScoredMetric, _ sweep: SweepScores) -> [Double]? {
        guard case .kernels = MetricCatalogue.definition(metric.kind)?.chance, let chance = metric.chanceLayers else {
            return nil
        }
        return zip(metric.scores, LayerPositions.ofBest(chance, metric, sweep)).map { score, level in
            level < 1 ? (score - level) / (1 - level) : .nan
        }
    }
}
