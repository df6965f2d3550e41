internal import Figures
internal import SweepAnalysis

/// Part 8: how alike metrics rank the pairs of models (figure 12 of the paper).
enum MetricMatrix {
    private static let title = "Metrics against metrics"

    static func section(_ context: ReportContext, _ files: inout ReportFiles) -> HTMLPage.Section {
        let correlation = context.analysis.metricCorrelation
        guard correlation.metrics.count > 1 else {
            return HTMLPage.Section(
                title, [.paragraph("There are fewer than two metrics, or parameters of one, to compare.")])
        }
        guard correlation.correlations.contains(where: { $0.value != nil }) else {
            let reason = correlation.correlations.compactMap(\.reason).first { !$0.isEmpty } ?? "unknown"
            return HTMLPage.Section(
                title, [.paragraph("No two metrics can be compared over pairs of models: \(reason).")])
        }
        let path = files.add(table(correlation), ["metric-correlations"])
        // With one kind of pairs it is all of them.
        let kinds = correlation.kinds.filter { $0.correlations.contains { $0.value != nil } }
        let figures = kinds.map { figure($0, correlation.metrics, context, path, &files) }
        let left = correlation.kinds.count - kinds.count
        return HTMLPage.Section(
            title,
            [
                .paragraph(
                    "Spearman's rank correlation of the maxima over layers, over pairs of different models of one kind: over all pairs "
                        + "together metrics also agree on which of them are within a modality. Pairs share models and are not "
                        + "independent: no p-values are given. The table of all pairs together is in the file."
                        + (left > 0 ? " \(ReportText.count(left, "kind")) of pairs are too few to be ranked." : "")),
                .figures(figures),
                .links([("CSV of all correlations of metrics, together and by kind of pairs", path)]),
            ])
    }

    private static func figure(
        _ panel: MetricCorrelation.Kind, _ names: [String], _ context: ReportContext, _ path: String,
        _ files: inout ReportFiles
    ) -> PageFigure {
        let (kind, correlations) = (panel.name, panel.correlations)
        let counts = correlations.map(\.n)
        let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
        let pairs = least == most ? ReportText.count(most, "pair") : "\(least) to \(most) pairs"
        let others = correlations.indices.filter { $0 / names.count != $0 % names.count }.compactMap {
            correlations[$0].value
        }
        var chart = HeatmapChart(
            ChartText(
                "Spearman correlation of metrics \(kind)",
                subtitle: "\(context.sweep.samplesInWords); \(pairs)"),
            rows: .init(names: names), columns: .init(names: names), values: correlations.map { $0.value ?? .nan },
            colours: context.scale(over: others), colourTitle: "Spearman's ρ")
        chart.hatchesDiagonal = true
        chart.diagonalNote = "same metric"
        chart.plotSize = 400
        let excluded =
            switch panel.excludedCount {
            case 0: ""
            case 1: " 1 pair of one network is left out."
            default: " \(panel.excludedCount) pairs of one network are left out."
            }
        return files.add(
            chart.figure(), ["metrics", "spearman", kind],
            caption: "Correlation of metrics over \(pairs) of models, \(kind). The colours span the values.\(excluded)",
            numbers: .sharedWithTable(path: path, content: "all correlations of metrics", chart.matrix))
    }

    /// Every correlation, over all pairs and over those of each kind.
    private static func table(_ correlation: MetricCorrelation) -> DataTable {
        var table = DataTable(columns: ["kind", "first", "second", "Spearman", "pairs"])
        let names = correlation.metrics
        let parts = [("all pairs", correlation.correlations)] + correlation.kinds.map { ($0.name, $0.correlations) }
        for (kind, correlations) in parts {
            for i in names.indices {
                for j in names.indices {
                    let cell = correlations[i * names.count + j]
                    table.append([.text(kind), .text(names[i]), .text(names[j]), .init(cell.value), .count(cell.n)])
                }
            }
        }
        return table
    }
}
