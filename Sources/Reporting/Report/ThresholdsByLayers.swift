internal import Figures
internal import SweepAnalysis
internal import SweepModel

/// What permutations give for the maximum over layers, against how many layer pairs that is the maximum of.
enum ThresholdsByLayers {
    /// Thresholds of the pairs that q is over; nil where all pairs of models have as many layer pairs, or none has a threshold.
    static func figure(
        _ metric: ScoredMetric, _ pairs: PairCalibration, _ context: ReportContext, _ files: inout ReportFiles
    ) -> PageFigure? {
        let (compared, sweep) = (context.compared, context.sweep)
        guard let values = pairs.values[.maximum] else { return nil }
        var layers = [Int](repeating: 0, count: compared.count)
        // A model of both sides has the same layers on each.
        for (side, positions) in [(sweep.y, compared.yPositions), (sweep.x, compared.xPositions)] {
            for (model, position) in positions.enumerated() {
                layers[position] = side.layers.count { $0.model == model }
            }
        }
        func points(_ kind: [ComparedModels.Pair]) -> [ScatterChart.Point] {
            kind.compactMap { pair in
                let threshold = values.threshold[pair.first * compared.count + pair.second]
                let count = layers[pair.first] * layers[pair.second]
                guard threshold.isFinite, count > 0 else { return nil }
                return ScatterChart.Point(
                    x: Double(count), y: threshold,
                    name: "\(compared.models[pair.first].name), \(compared.models[pair.second].name)",
                    subjects: [compared.models[pair.first].name, compared.models[pair.second].name], isLabelled: false)
            }
        }
        let series = ModalityPairs.kinds(compared, of: pairs.family(.maximum, compared))
            .map { ScatterChart.Series($0.name, points: points($0.pairs)) }.filter { !$0.points.isEmpty }
        let counts = Set(series.flatMap { $0.points.map(\.x) })
        guard counts.count > 1 else { return nil }
        let level = NumberText.brief(100 * pairs.source.level)
        var chart = ScatterChart(
            ChartText(
                "What permutations give against the number of layers",
                subtitle: ReportText.described(metric, sweep)),
            x: Axis("layer pairs of two models", isLogarithmic: true),
            y: Axis("threshold of the maximum"), series: series)
        chart.seriesTitle = "pairs"
        return files.add(
            chart.figure(), ["thresholds", metric.id],
            caption:
                "\(ReportText.described(metric, sweep)), \(pairs.source.permutations.counted("permutation")): what at most \(level) % of "
                + "permutations exceed, by how many layer pairs the maximum is over. A maximum of more is higher by chance, and so it is where layers "
                + "have few dimensions or hubs.", topic: ReportText.topic(metric))
    }
}
