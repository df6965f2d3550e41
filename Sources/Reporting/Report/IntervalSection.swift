internal import Figures
internal import SweepAnalysis

/// How far other samples would move the scores of pairs of models (Schemas/metrics.md, *Intervals by subsamples*).
enum IntervalSection {
    static let title = "How far other samples would move the scores"

    /// So many pairs are drawn: those with the highest scores.
    private static let drawnPairs = 20

    /// A pair of models that the sweep compares, with the score of its best layers.
    private struct Ranked {
        let name: String
        let cell: Int
        let score: Double
        let standardError: Double
        let models: [String]
    }

    /// Nil where no metric has intervals.
    static func section(_ context: ReportContext, _ files: inout ReportFiles) -> HTMLPage.Section? {
        let metrics = context.metricOrder.map { context.sweep.metrics[$0] }.filter { $0.intervals != nil }
        guard let first = metrics.first, let intervals = first.intervals else { return nil }
        let ranked = ranked(first, intervals, context)
        var blocks: [HTMLPage.Block] = [
            .paragraph(
                [drawn(first, intervals, context), order(ranked, first, intervals), caveats(intervals)].joined(
                    separator: " "))
        ]
        if !ranked.isEmpty {
            blocks.append(.figures([figure(Array(ranked.prefix(drawnPairs)), first, intervals, context, &files)]))
        }
        let table = table(metrics, context)
        let path = files.add(table, ["intervals"])
        if table.rows.count <= ReportLimits.rowsInTables {
            blocks.append(
                .details(
                    summary: "Intervals of all pairs of models",
                    [.table(table, caption: "Scores, standard errors and \(level) % intervals")]))
        }
        blocks.append(.links([("Intervals of all pairs of models (CSV)", path)]))
        return HTMLPage.Section(title, blocks)
    }

    private static var level: String { NumberText.brief(100 * ScoredIntervals.level) }

    /// Pairs of different models of different networks, by score.
    private static func ranked(_ metric: ScoredMetric, _ intervals: ScoredIntervals, _ context: ReportContext)
        -> [Ranked]
    {
        var found: [Ranked] = []
        context.forEachModelPair { x, y, cell in
            guard !x.sharesNetwork(with: y), metric.scores[cell].isFinite, intervals.bestStandardErrors[cell].isFinite
            else {
                return
            }
            found.append(
                Ranked(
                    name: "\(x.name) with \(y.name)", cell: cell, score: metric.scores[cell],
                    standardError: intervals.bestStandardErrors[cell], models: [x.name, y.name]))
        }
        return found.sorted { ($0.score, $1.cell) > ($1.score, $0.cell) }
    }

    // MARK: In words

    private static func drawn(_ metric: ScoredMetric, _ intervals: ScoredIntervals, _ context: ReportContext) -> String
    {
        let what = intervals.drawsGroups ? "groups of samples, whole" : "samples"
        let conditions = [metric.id, ReportText.parameter(metric), ReportText.conditions(metric, context.sweep)]
        return
            "By \(conditions.filter { !$0.isEmpty }.joined(separator: ", ")), the scores of the best layer pairs were found again in "
            + "\(intervals.subsamples) subsamples of \(intervals.drawnUnits) of \(intervals.units) \(what), drawn without replacement: "
            + "a standard error is the deviation of these, scaled to all samples, and an interval is the score ± 1.96 of them."
            + (intervals.isValidated
                ? "" : " For this metric it was not shown that so many intervals hold what they are meant to.")
    }

    /// Whether the order of the highest scores would hold with other samples.
    private static func order(_ ranked: [Ranked], _ metric: ScoredMetric, _ intervals: ScoredIntervals) -> String {
        guard let best = ranked.first, ranked.count > 1 else { return "" }
        let others = ranked.dropFirst().map {
            (
                pair: $0,
                difference: ScoreDifference(intervals, scores: metric.scores, plus: [best.cell], minus: [$0.cell])
            )
        }
        let open = others.filter { !$0.difference.isDecided }
        let first = "\(best.name) has the highest score of pairs of different networks, \(interval(best))"
        guard !open.isEmpty else {
            return
                "\(first): higher than each of the \(others.count) others, by intervals of the differences in the same subsamples."
        }
        let named = open.map { "\($0.pair.name) (\(interval($0.pair)))" }
        return
            "\(first). That it is higher is shown against \(others.count - open.count) of \(others.count) others, by intervals of the differences "
            + "in the same subsamples, and not against \(ReportText.some(named))."
    }

    private static func interval(_ pair: Ranked) -> String {
        let ends = ScoredIntervals.ends(pair.score, pair.standardError)
        return
            "\(ReportText.score(pair.score)) (\(ReportText.score(ends.lower)) to \(ReportText.score(ends.upper)))"
    }

    private static func caveats(_ intervals: ScoredIntervals) -> String {
        "Intervals are of other \(intervals.drawsGroups ? "groups of samples" : "samples") of the same kind, and not of other models. The layers that "
            + "attain each maximum are held fixed, and that they were chosen is not covered; errors are rather too wide than too narrow."
    }

    // MARK: Numbers

    private static func figure(
        _ ranked: [Ranked], _ metric: ScoredMetric, _ intervals: ScoredIntervals, _ context: ReportContext,
        _ files: inout ReportFiles
    ) -> PageFigure {
        let bars = ranked.map { pair in
            let ends = ScoredIntervals.ends(pair.score, pair.standardError)
            return BarChart.Bar(
                pair.name, value: pair.score, intervals: [(ends.lower, ends.upper)], subjects: pair.models)
        }
        let described = ReportText.described(metric, context.sweep)
        let chart = BarChart(
            ChartText("Highest scores of pairs of models with \(level) % intervals over samples", subtitle: described),
            x: Axis("pair of models"), y: Axis(metric.id), bars: bars,
            intervalNames: ["\(level) % interval over \(intervals.drawsGroups ? "groups of samples" : "samples")"],
            style: .pointRanges)
        return files.add(
            chart.figure(), ["intervals", metric.id],
            caption:
                "\(described), \(intervals.subsamples) subsamples: the \(ReportText.count(ranked.count, "pair")) of different networks with the highest "
                + "scores, maximum over layers.", topic: ReportText.topic(metric))
    }

    private static func table(_ metrics: [ScoredMetric], _ context: ReportContext) -> DataTable {
        var table = DataTable(columns: ["metric", "x", "y", "score", "standard error", "lower", "upper"])
        for metric in metrics {
            guard let intervals = metric.intervals else { continue }
            context.forEachModelPair { x, y, cell in
                let (score, error) = (metric.scores[cell], intervals.bestStandardErrors[cell])
                let ends = ScoredIntervals.ends(score, error)
                table.append(
                    [.text(metric.id), .text(x.name), .text(y.name)]
                        + [score, error, ends.lower, ends.upper].map { .number($0) })
            }
        }
        return table
    }
}
