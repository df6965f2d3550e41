internal import Figures
internal import SweepAnalysis

/// Scores of pairs of models in one sweep against those in the other, and their differences.
enum ChangeSection {
    /// So many pairs are drawn with their intervals: those of the largest differences.
    private static let drawnPairs = 20
    /// Points that have names, for the same.
    private static let namedPoints = 12

    static func section(_ results: ComparedResults, _ files: inout ReportFiles) -> HTMLPage.Section {
        let metrics = results.comparison.metrics.filter { !$0.changes.isEmpty }
        let title = "Pairs of models in both"
        guard !metrics.isEmpty else {
            return HTMLPage.Section(
                title, [.paragraph("No pair of models has a score by the same metric in both sweeps.")])
        }
        let table = table(metrics, results)
        let path = files.add(table, ["differences"])
        let leading = ChangeSummarySection.leading(results)?.first.id
        let ordered = metrics.filter { $0.first.id == leading } + metrics.filter { $0.first.id != leading }
        var blocks: [HTMLPage.Block] = []
        for metric in ordered {
            let figures = [scatter(metric, results, &files), bars(metric, results, &files)]
            if metric.first.id == ordered[0].first.id {
                blocks += [.heading(metric.first.id), .figures(figures)]
            } else {
                blocks.append(.details(summary: metric.first.id, [.figures(figures)]))
            }
        }
        if table.rows.count <= ReportLimits.rowsInTables {
            blocks.append(.table(table, caption: "All pairs under all metrics of both sweeps, with their best layers"))
        }
        blocks.append(.links([("CSV of all pairs under all metrics, with their best layers", path)]))
        return HTMLPage.Section(title, blocks)
    }

    /// The largest differences first.
    private static func ranked(_ metric: SweepComparison.Metric) -> [(pair: Int, change: SweepComparison.Change)] {
        metric.changes.sorted { (abs($0.change.difference), $1.pair) > (abs($1.change.difference), $0.pair) }
    }

    private static func name(_ pair: SweepComparison.Pair) -> String { "\(pair.x) with \(pair.y)" }

    private static func conditions(_ metric: SweepComparison.Metric, _ results: ComparedResults) -> String {
        let (first, second) = (results.first, results.second)
        let samples = (first.scores.samplesInWords, second.scores.samplesInWords)
        return samples.0 == samples.1 ? samples.0 : "\(samples.0) in \(first.name), \(samples.1) in \(second.name)"
    }

    private static func scatter(
        _ metric: SweepComparison.Metric, _ results: ComparedResults, _ files: inout ReportFiles
    ) -> PageFigure {
        let named = Set(ranked(metric).prefix(namedPoints).map(\.pair))
        let pairs = results.comparison.pairs
        let points = metric.changes.map { pair, change in
            ScatterChart.Point(
                x: change.first, y: change.second, name: name(pairs[pair]),
                category: pairs[pair].sharesNetwork ? "of one network" : "of different networks",
                subjects: [pairs[pair].x, pairs[pair].y],
                isLabelled: named.contains(pair))
        }
        let id = metric.first.id
        var chart = ScatterChart(
            ChartText("\(id) in both sweeps", subtitle: conditions(metric, results)),
            x: Axis("\(id), \(results.first.name)", n: points.count), y: Axis("\(id), \(results.second.name)"),
            series: [
                ScatterChart.Series(
                    "equal scores", points: points, trend: .equality(over: points.flatMap { [$0.x, $0.y] }))
            ])
        chart.categoryTitle = points.contains { $0.category != points[0].category } ? "pairs" : ""
        return files.add(
            chart.figure(), ["both", id],
            caption:
                "\(id), \(conditions(metric, results)): each point is a pair of models, and on the line both scores are equal. The pairs of "
                + "the largest differences are named.",
            numbers: .file)
    }

    private static func bars(
        _ metric: SweepComparison.Metric, _ results: ComparedResults, _ files: inout ReportFiles
    ) -> PageFigure {
        let shown = ranked(metric).prefix(drawnPairs)
        let bars = shown.map { pair, change in
            BarChart.Bar(
                name(results.comparison.pairs[pair]), value: change.difference,
                intervals: change.lower.isFinite ? [(change.lower, change.upper)] : [])
        }
        let id = metric.first.id
        let intervals = metric.hasIntervals ? ["95 % interval over samples"] : []
        let chart = BarChart(
            ChartText("Largest differences of \(id)", subtitle: conditions(metric, results)), x: Axis("pair of models"),
            y: Axis("\(results.second.name) less \(results.first.name)"), bars: bars, intervalNames: intervals,
            style: .pointRanges)
        return files.add(
            chart.figure(), ["largest", id],
            caption:
                "\(id), \(conditions(metric, results)): the \(ReportText.count(shown.count, "pair")) of the largest differences"
                + "\(metric.hasIntervals ? ", of which some are that large by chance alone" : "; without --intervals nothing is known of what other samples would change")."
        )
    }

    private static func table(_ metrics: [SweepComparison.Metric], _ results: ComparedResults) -> DataTable {
        let (first, second) = (results.first.name, results.second.name)
        var table = DataTable(columns: [
            "metric", "x", "y", "same network", first, second, "difference", "lower", "upper", "decided",
            "layers, \(first)", "layers, \(second)",
        ])
        for metric in metrics {
            for (position, change) in metric.changes {
                let pair = results.comparison.pairs[position]
                let layers = [
                    layers(metric.first, pair.firstCell, isExchanged: false),
                    layers(metric.second, pair.secondCell, isExchanged: pair.isExchanged),
                ]
                let numbers = [change.first, change.second, change.difference, change.lower, change.upper]
                table.append(
                    [.text(metric.first.id), .text(pair.x), .text(pair.y), .count(pair.sharesNetwork ? 1 : 0)]
                        + numbers.map { .number($0) }
                        + [.text(metric.hasIntervals ? (change.isDecided ? "yes" : "no") : "")]
                        + layers.map { .text($0) })
            }
        }
        return table
    }

    /// "4, 11": the layers of x and of y, as the first sweep calls them, that attain the maximum.
    private static func layers(_ metric: ScoredMetric, _ cell: Int, isExchanged: Bool) -> String {
        let found = [metric.bestXLayers[cell], metric.bestYLayers[cell]].map {
            $0 == ScoredLayer.concatenation ? "all" : "\($0)"
        }
        return (isExchanged ? found.reversed() : found).joined(separator: ", ")
    }
}
