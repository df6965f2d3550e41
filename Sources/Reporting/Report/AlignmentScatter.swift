internal import Figures
internal import SweepAnalysis

/// Part 3: alignment against what models can do, as in figures 3 and 4 of the paper.
enum AlignmentScatter {
    private static let title = "Alignment against performance"

    static func section(_ context: ReportContext, _ files: inout ReportFiles) -> HTMLPage.Section {
        let alignments = context.analysis.scoreAlignments
        guard let leading = context.leading, !alignments.isEmpty else {
            let why =
                context.compared.scores.isEmpty
                ? "No model has a score: write attributes to the group scores of the feature stores to see alignment against them."
                : (context.leading == nil
                    ? "There are no scores of layer pairs to set against the models' performance."
                    : "No model that is compared with those of the other modality has a score.")
            return HTMLPage.Section(title, [.paragraph(why)])
        }
        let metric = context.sweep.metrics[leading]
        let statistics = ScoreStatistics.table(alignments, context.sweep)
        let path = files.add(statistics, ["score-alignment"])
        let own = ordered(alignments.filter { $0.metric == metric.id })
        let shown = own.prefix(ReportLimits.scatterPlots)
        var blocks: [HTMLPage.Block] = [.paragraph(introduction(context))]
        blocks.append(
            .table(
                ScoreStatistics.table(Array(shown), context.sweep),
                caption: "Alignment by \(ReportText.described(metric, context.sweep)), against scores as shown"))
        blocks.append(.links([("Statistics of every metric and score (CSV)", path)]))
        blocks.append(.figures(shown.map { figure($0, context, &files) }))
        if own.count > shown.count {
            blocks.append(
                .paragraph(
                    "\(ReportText.count(own.count - shown.count, "more panel")) of this metric, mostly single tasks, are in the "
                        + "statistics only."))
        }
        let others = ordered(alignments.filter { $0.metric != metric.id && !isTask($0) })
        let drawn = others.prefix(ReportLimits.scatterFiles).map { figure($0, context, &files) }
        if !drawn.isEmpty {
            blocks.append(.details(summary: "Drawings by other metrics", [.figures(drawn)]))
        }
        blocks += FacetSection.blocks(context, &files)
        return HTMLPage.Section(title, blocks)
    }

    private static func introduction(_ context: ReportContext) -> String {
        let drawn = context.options.resamplesFamilies ? "whole families of models" : "models"
        return
            "Each point is a model: its score against its alignment with a reference model or, where there are more than "
            + "\(ScoreAlignment.mostBandedReferences) of those, with the mean over them. Lines are least squares, from "
            + "\(AlignmentLine.leastModels) models on; bands are simultaneous: from \(AlignmentLine.leastModelsOfBand) models on, meant to "
            + "hold the whole line of models like these in 95 % of samples, by lines through resampled \(drawn). Intervals of Spearman's "
            + "correlation are 95 % over models (Bonett & Wright 2000), the reference models held fixed. Models of one family are not "
            + "independent, which \(context.options.resamplesFamilies ? "these" : "bands and these") leave out of account: no p-values are "
            + "given."
    }

    static func isTask(_ panel: ScoreAlignment) -> Bool { panel.axis.score.hasPrefix(SolvedTasks.prefix) }

    /// Single tasks come last.
    private static func ordered(_ panels: [ScoreAlignment]) -> [ScoreAlignment] {
        panels.filter { !isTask($0) } + panels.filter(isTask)
    }

    private static func figure(
        _ panel: ScoreAlignment, _ context: ReportContext, _ files: inout ReportFiles
    ) -> PageFigure {
        let (sweep, subjects) = (context.sweep, ReportText.subjects(panel.subjects))
        let metric = sweep.metrics.first { $0.id == panel.metric }
        let name = panel.metric
        let references = ReportText.references(panel.subjects, sweep)
        let isPooled = panel.lines.count > ScoreAlignment.mostBandedReferences
        let lines = isPooled ? [panel.pooled] : panel.lines.filter { $0.alignments.contains(where: \.isFinite) }
        let conditions = metric.map { ReportText.conditions($0, sweep) } ?? "\(sweep.samplesInWords)"
        let axis = Axis(panel.axis.title, n: panel.members.count, isReversed: panel.axis.isReversed)
        var chart = ScatterChart(
            ChartText(
                "\(subjects): alignment with \(references) against \(panel.axis.title)",
                subtitle: "\(name), \(conditions)"),
            x: axis, y: Axis("\(name)\(isPooled ? ", mean over references" : "")"),
            series: series(panel, lines))
        chart.seriesTitle = "with"
        if isPooled {
            chart.categoryTitle = panel.families.contains { $0 != nil } ? "family" : ""
        }
        let reversed =
            panel.axis.isReversed
            ? " Less is better: the axis is reversed. Correlations are with the score itself: below 0, better models align more."
            : ""
        let pooled = panel.pooled
        let caption =
            "\(name), \(conditions): alignment of \(subjects) (\(panel.members.count)) with \(references), by \(panel.axis.title)."
            + "\(reversed) Mean over \(references): Pearson \(ReportText.statistic(pooled.pearson)), Spearman "
            + "\(ReportText.spearman(pooled)), \(ReportText.count(pooled.pearson.n, "model"))."
            + (pooled.line.value == nil ? " No line: \(pooled.line.reason ?? "unknown")." : "")
            + (pooled.line.value != nil && pooled.band.value == nil
                ? " No band: \(pooled.band.reason ?? "unknown")." : "")
        return files.add(
            chart.figure(), ["score", panel.metric, panel.axis.score, ReportText.slug(panel.subjects)],
            caption: caption,
            topic: metric.map(ReportText.topic))
    }

    private static func series(_ panel: ScoreAlignment, _ lines: [AlignmentLine]) -> [ScatterChart.Series] {
        // One name for each model, at its highest point: those of other lines are above or below it.
        let highest = panel.members.indices.map { member in
            lines.indices.filter { lines[$0].alignments[member].isFinite }
                .max { lines[$0].alignments[member] < lines[$1].alignments[member] }
        }
        let hasFamilies = lines.count == 1 && panel.families.contains { $0 != nil }
        return lines.enumerated().map { position, line in
            let points = panel.members.indices.filter { line.alignments[$0].isFinite }.map { member in
                ScatterChart.Point(
                    x: panel.shown[member], y: line.alignments[member], name: panel.members[member],
                    category: hasFamilies ? panel.families[member] ?? "unknown" : nil,
                    isLabelled: highest[member] == position)
            }
            return ScatterChart.Series(
                line.reference ?? "mean over references", points: points, trend: trend(line, xs: points.map(\.x)))
        }
    }

    /// The line through points at `xs`, with its band where it has one.
    static func trend(_ line: AlignmentLine, xs: [Double]) -> TrendLine? {
        guard let fit = line.line.value else { return nil }
        if let band = line.band.value {
            return TrendLine(x: band.x, y: band.x.map(fit.value), lower: band.lower, upper: band.upper)
        }
        let ends = [xs.min(), xs.max()].compactMap { $0 }
        return TrendLine(x: ends, y: ends.map(fit.value))
    }
}
