internal import Figures
internal import SweepAnalysis
internal import SweepModel

/// What permutations of the samples give where models are unrelated, beside the scores (Schemas/metrics.md, *Calibration by permutation*).
enum CalibrationSection {
    static let title = "Scores beside what permutations give"

    /// A metric with what permutations say of it.
    private struct Calibrated {
        let position: Int
        let metric: ScoredMetric
        let pairs: PairCalibration
    }

    /// Nil where no metric was calibrated.
    static func section(_ context: ReportContext, _ files: inout ReportFiles) -> HTMLPage.Section? {
        let all = context.metricOrder.compactMap { position in
            context.matrices[position].calibration.map {
                Calibrated(position: position, metric: context.sweep.metrics[position], pairs: $0)
            }
        }
        guard let first = all.first else { return nil }
        var blocks: [HTMLPage.Block] = [
            .paragraph(CalibrationSentences(first.metric, first.pairs, context).text)
        ]
        let kinds = kinds(first, context)
        if !kinds.rows.isEmpty {
            blocks.append(
                .table(
                    kinds,
                    caption:
                        "Maxima over layers by \(ReportText.described(first.metric, context.sweep)); means over the pairs that q is over"
                ))
        }
        let counts = counts(all, context)
        let path = files.add(counts, ["calibration"])
        blocks += [
            .table(
                counts, caption: "Pairs of models that stand out, by metric and by what makes one score of many layers"),
            .links([("Pairs that stand out (CSV)", path)]),
        ]
        var figures = figures(first, context, &files)
        if let thresholds = ThresholdsByLayers.figure(first.metric, first.pairs, context, &files) {
            figures.append(thresholds)
        }
        if !figures.isEmpty { blocks.append(.figures(figures)) }
        return HTMLPage.Section(title, blocks)
    }

    // MARK: Tables

    private static func name(_ aggregate: NullTable.Aggregate) -> String {
        switch aggregate {
        case .maximum: "maximum over layers"
        case .studentisedMaximum: "largest z of a layer pair"
        case .lastLayers: "last x last layer"
        case .matchedDepth: "matched depth"
        case .mean: "mean over layer pairs"
        }
    }

    private static func counts(_ all: [Calibrated], _ context: ReportContext) -> DataTable {
        let limit = NumberText.brief(CalibratedScores.significant)
        var table = DataTable(
            columns: ["metric", "score", "pairs", "q ≤ \(limit)", "Holm's p ≤ \(limit)", "lowest p", "highest q"])
        let n = context.compared.count
        for one in all {
            for aggregate in NullTable.Aggregate.allCases {
                guard let values = one.pairs.values[aggregate] else { continue }
                let cells = one.pairs.family(aggregate, context.compared).map { $0.first * n + $0.second }
                // Largest z are not known of every metric.
                if cells.isEmpty, aggregate == .studentisedMaximum { continue }
                func count(_ numbers: [Double]) -> DataTable.Cell {
                    .count(cells.count { numbers[$0] <= CalibratedScores.significant })
                }
                table.append([
                    .text(one.metric.id), .text(name(aggregate)), .count(cells.count), count(values.q),
                    count(values.holm), .init(cells.map { values.p[$0] }.min()),
                    .init(cells.map { values.q[$0] }.max()),
                ])
            }
        }
        return table
    }

    private static func kinds(_ one: Calibrated, _ context: ReportContext) -> DataTable {
        var table = DataTable(
            columns: [
                "pairs", "number of pairs", "mean score", "mean threshold", "mean calibrated score",
                "q ≤ \(NumberText.brief(CalibratedScores.significant))",
            ])
        guard let values = one.pairs.values[.maximum] else { return table }
        let compared = context.compared
        for kind in ModalityPairs.kinds(compared, of: one.pairs.family(.maximum, compared)) {
            let means = [context.matrices[one.position].maximum, values.threshold, values.calibrated].map {
                PairMean.of(kind.pairs, matrix: $0, compared).value?.mean
            }
            let found = kind.pairs.count {
                values.q[$0.first * compared.count + $0.second] <= CalibratedScores.significant
            }
            table.append(
                [.text(kind.name), .count(kind.pairs.count)] + means.map { .init($0) } + [.count(found)])
        }
        return table
    }

    // MARK: Drawings

    /// Scores and calibrated scores against what models can do; against each other where nothing is known of that.
    private static func figures(
        _ one: Calibrated, _ context: ReportContext, _ files: inout ReportFiles
    ) -> [PageFigure] {
        var sweep = context.sweep
        var metric = one.metric
        metric.scores = metric.calibration?.values[.maximum]?.calibrated ?? []
        guard metric.scores.count == one.metric.scores.count else { return [] }
        (sweep.metrics, sweep.curves) = ([metric], [])
        // Of fewer than three models there is no correlation to compare.
        let raw = context.analysis.scoreAlignments.filter {
            $0.metric == metric.id && !AlignmentScatter.isTask($0) && $0.pooled.pearson.value != nil
        }
        .prefix(ReportLimits.scatterPlots)
        guard !raw.isEmpty else { return [againstScores(one, context, &files)].compactMap(\.self) }
        let calibrated = ScoreAlignment.all(
            ComparedSweep(sweep), bootstrap: .init(resamplesFamilies: context.options.resamplesFamilies))
        return raw.compactMap { panel in
            calibrated.first { $0.axis == panel.axis && $0.subjects == panel.subjects }.map {
                competence(panel, $0, one, context, &files)
            }
        }
    }

    private static func competence(
        _ raw: ScoreAlignment, _ calibrated: ScoreAlignment, _ one: Calibrated, _ context: ReportContext,
        _ files: inout ReportFiles
    ) -> PageFigure {
        let sweep = context.sweep
        let (subjects, references) = (ReportText.subjects(raw.subjects), ReportText.references(raw.subjects, sweep))
        let series = [("score", raw), ("calibrated score", calibrated)].map { name, panel in
            let points = panel.points(of: panel.pooled).map {
                // One name for each model, at its score: what is calibrated lies below it.
                ScatterChart.Point(x: $0.shown, y: $0.alignment, name: $0.model, isLabelled: name == "score")
            }
            return ScatterChart.Series(
                name, points: points, trend: AlignmentScatter.trend(panel.pooled, xs: points.map(\.x)))
        }
        var chart = ScatterChart(
            ChartText(
                "\(subjects): score and calibrated score against \(raw.axis.title)",
                subtitle: ReportText.described(one.metric, sweep)),
            x: Axis(raw.axis.title, n: raw.members.count, isReversed: raw.axis.isReversed),
            y: Axis("mean over \(references)"), series: series)
        chart.seriesTitle = "mean of"
        func said(_ panel: ScoreAlignment) -> String {
            "Pearson \(ReportText.statistic(panel.pooled.pearson)), Spearman \(ReportText.spearman(panel.pooled))"
        }
        return files.add(
            chart.figure(), ["calibrated", one.metric.id, raw.axis.score, ReportText.slug(raw.subjects)],
            caption:
                "\(ReportText.described(one.metric, sweep)), \(one.pairs.source.permutations.counted("permutation")): mean score of "
                + "\(subjects) (\(raw.members.count)) with \(references), and mean calibrated score, by \(raw.axis.title)."
                + "\(raw.axis.isReversed ? " Less is better: the axis is reversed." : "") Scores: \(said(raw)); calibrated: \(said(calibrated)).",
            topic: ReportText.topic(one.metric))
    }

    private static func againstScores(
        _ one: Calibrated, _ context: ReportContext, _ files: inout ReportFiles
    ) -> PageFigure? {
        guard let values = one.pairs.values[.maximum] else { return nil }
        let (compared, sweep) = (context.compared, context.sweep)
        let scores = context.matrices[one.position].maximum
        let family = one.pairs.family(.maximum, compared)
        let series = ModalityPairs.kinds(compared, of: family).map { kind in
            ScatterChart.Series(
                kind.name,
                points: kind.pairs.compactMap { pair in
                    let cell = pair.first * compared.count + pair.second
                    guard scores[cell].isFinite, values.calibrated[cell].isFinite else { return nil }
                    return ScatterChart.Point(
                        x: scores[cell], y: values.calibrated[cell],
                        name: "\(compared.models[pair.first].name), \(compared.models[pair.second].name)",
                        subjects: [compared.models[pair.first].name, compared.models[pair.second].name],
                        isLabelled: false)
                })
        }
        .filter { !$0.points.isEmpty }
        guard !series.isEmpty else { return nil }
        var chart = ScatterChart(
            ChartText("Calibrated score against score", subtitle: ReportText.described(one.metric, sweep)),
            x: Axis("score, maximum over layers", n: family.count), y: Axis("calibrated score"), series: series)
        chart.seriesTitle = "pairs"
        return files.add(
            chart.figure(), ["calibrated", one.metric.id],
            caption:
                "\(ReportText.described(one.metric, sweep)), \(one.pairs.source.permutations.counted("permutation")): each point "
                + "is a pair of models that q is over. A calibrated score of 0 is at the threshold or below it.",
            topic: ReportText.topic(one.metric))
    }
}
