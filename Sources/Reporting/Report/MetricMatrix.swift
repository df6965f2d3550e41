internal import Figures
internal import SweepAnalysis

/// Part 8: how alike metrics rank the pairs of models (figure 12 of the paper).
enum MetricMatrix {
    private static let title = "Metrics against metrics"

    static func section(_ context: ReportContext, _ files: inout ReportFiles) -> HTMLPage.Section {
        let correlation = context.analysis.metricCorrelation
        guard correlation.metrics.count > 1 else {
            return HTMLPage.Section(title, [.paragraph("There are fewer than two metrics, or parameters of one, to compare.")])
        }
        guard correlation.correlations.contains(where: { $0.value != nil }) else {
            let reason = correlation.correlations.compactMap(\.reason).first { !$0.isEmpty } ?? "unknown"
            return HTMLPage.Section(title, [.paragraph("No two metrics can be compared over pairs of models: \(reason).")])
        }
        let names = context.sweep.metrics.map(ReportText.name)
        let counts = correlation.correlations.map(\.n)
        let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
        let pairs = least == most ? ReportText.count(most, "pair") : "\(least) to \(most) pairs"
        var chart = HeatmapChart(
            ChartText("Spearman correlation of metrics over pairs of models", subtitle: "n = \(context.sweep.sampleCount) samples; \(pairs)"),
            rows: .init(names: names), columns: .init(names: names),
            values: correlation.correlations.map { $0.value ?? .nan }, colours: ColourScale(.redBlue, over: -1...1),
            colourTitle: "Spearman's ρ")
        chart.plotSize = 460
        var table = DataTable(columns: ["first", "second", "Spearman", "pairs"])
        for i in names.indices {
            for j in names.indices {
                let cell = correlation.correlations[i * names.count + j]
                table.append([.text(names[i]), .text(names[j]), .init(cell.value), .count(cell.n)])
            }
        }
        let path = files.add(table, ["metric-correlations"])
        let excluded =
            correlation.excludedCount > 0
            ? " \(ReportText.count(correlation.excludedCount, "pair")) of one network are left out." : ""
        let figure = files.add(
            chart.figure(), ["metrics", "spearman"],
            caption: "Spearman's rank correlation of the maxima over layers, over \(pairs) of different models. Pairs share "
                + "models and are not independent: no p-values are given.\(excluded)",
            numbers: .sharedWithTable(path: path, table))
        return HTMLPage.Section(title, [.figure(figure)])
    }
}
