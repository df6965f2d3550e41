internal import Figures
internal import SweepAnalysis

/// Scores in disjoint parts of the samples (Schemas/metrics.md, *Splits*).
enum SplitSection {
    static let title = "Scores in disjoint parts of the samples"

    /// So many pairs are drawn: those with the highest scores.
    private static let drawnPairs = 20

    /// Nil where the samples were not split.
    static func section(_ context: ReportContext, _ files: inout ReportFiles) -> HTMLPage.Section? {
        let metrics = context.metricOrder.map { context.sweep.metrics[$0] }.filter { $0.splits != nil }
        guard let first = metrics.first, let splits = first.splits else { return nil }
        var blocks: [HTMLPage.Block] = [.paragraph(words(splits, first, context))]
        let table = table(metrics, context)
        let path = files.add(table, ["splits"])
        if let figure = figure(first, splits, context, path, &files) { blocks.append(.figures([figure])) }
        if table.rows.count <= ReportLimits.rowsInTables {
            blocks.append(
                .details(
                    summary: "All pairs of models in parts",
                    [.table(table, caption: "Scores of all samples and of parts")]))
        }
        blocks.append(.links([("All pairs of models in parts (CSV)", path)]))
        return HTMLPage.Section(title, blocks)
    }

    private static func words(_ splits: ScoredSplits, _ metric: ScoredMetric, _ context: ReportContext) -> String {
        let (least, most) = (splits.samples.lowerBound, splits.samples.upperBound)
        let size = least == most ? "\(least)" : "\(least) to \(most)"
        let smaller =
            metric.k == nil
            ? ""
            : " With as many neighbours of fewer samples scores are higher than those of all, by chance and otherwise."
        let beside =
            metric.intervals == nil
            ? ""
            : " Of independent parts the deviation over the root of their number is about the standard error that subsamples give for all samples: "
                + "the table has both."
        return
            "The \(context.sweep.sampleCount) samples were split at random into \(splits.count) disjoint parts of \(size), and the best layers of all "
            + "samples scored in each by itself: what differs between parts is what a sweep of so few samples leaves open.\(smaller)\(beside)"
    }

    private static func table(_ metrics: [ScoredMetric], _ context: ReportContext) -> DataTable {
        var table = DataTable(
            columns: ["metric", "x", "y", "score", "mean of parts", "deviation", "deviation/√parts", "standard error"])
        for metric in metrics {
            guard let splits = metric.splits else { continue }
            context.forEachModelPair { x, y, cell in
                let spread = splits.spread(cell)
                let error = metric.intervals?.bestStandardErrors[cell] ?? .nan
                table.append(
                    [.text(metric.id), .text(x.name), .text(y.name)]
                        + [
                            metric.scores[cell], spread.mean, spread.deviation,
                            spread.deviation / Double(splits.count).squareRoot(), error,
                        ].map { .number($0) })
            }
        }
        return table
    }

    private static func figure(
        _ metric: ScoredMetric, _ splits: ScoredSplits, _ context: ReportContext, _ path: String,
        _ files: inout ReportFiles
    ) -> PageFigure? {
        var pairs: [(name: String, cell: Int, spread: (mean: Double, deviation: Double), models: [String])] = []
        context.forEachModelPair { x, y, cell in
            let spread = splits.spread(cell)
            guard !x.sharesNetwork(with: y), spread.mean.isFinite else { return }
            pairs.append(("\(x.name) with \(y.name)", cell, spread, [x.name, y.name]))
        }
        pairs.sort { ($0.spread.mean, $1.cell) > ($1.spread.mean, $0.cell) }
        guard !pairs.isEmpty else { return nil }
        let bars = pairs.prefix(drawnPairs).map { pair in
            let own = splits.scores[pair.cell * splits.count..<(pair.cell + 1) * splits.count]
            return BarChart.Bar(
                pair.name, value: pair.spread.mean, intervals: [(own.min() ?? .nan, own.max() ?? .nan)],
                subjects: pair.models)
        }
        let described = ReportText.described(metric, context.sweep)
        let chart = BarChart(
            ChartText("Scores of pairs of models in \(splits.count) disjoint parts", subtitle: described),
            x: Axis("pair of models"), y: Axis("\(metric.id) within a part"), bars: bars,
            intervalNames: ["lowest to highest of \(splits.count) parts"], style: .pointRanges)
        return files.add(
            chart.figure(), ["splits", metric.id],
            caption:
                "\(described): means over \(splits.count) parts, and the lowest and highest of them, of the \(ReportText.count(bars.count, "pair")) of "
                + "different networks with the highest means.",
            numbers: .shared(path: path, content: "all pairs"), topic: ReportText.topic(metric))
    }
}
