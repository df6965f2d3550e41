internal import Figures
internal import SweepAnalysis

/// Mean alignment by an attribute of the stores, such as the density of captions (figure 9 of the paper).
enum FacetSection {
    /// Nothing where no attribute has several values.
    static func blocks(_ context: ReportContext, _ files: inout ReportFiles) -> [HTMLPage.Block] {
        guard let leading = context.leading else { return [] }
        let metric = context.sweep.metrics[leading]
        let figures = context.analysis.facets.filter { $0.metric == metric.id }.map { facet in
            figure(facet, metric, context, &files)
        }
        guard !figures.isEmpty else { return [] }
        return [
            .heading("By attributes of the models"),
            .paragraph(
                "Mean over pairs with the reference models, pairs of one network left out. Where networks have several of the values, "
                    + "these networks alone are compared with themselves; where none has, the values differ by their networks as well "
                    + "and are said to be confounded. Intervals are 95 %, the jackknife over the models with the value and over the "
                    + "reference models, models of one network left out together, with Student's t and the degrees of freedom of Welch "
                    + "and Satterthwaite. A single network is held fixed: its interval, and that of a difference within it, is over the "
                    + "reference models."),
            .figures(figures),
        ]
    }

    private static func figure(
        _ facet: FacetedAlignment, _ metric: ScoredMetric, _ context: ReportContext, _ files: inout ReportFiles
    ) -> PageFigure {
        facet.paired.map { paired($0, facet, metric, context, &files) } ?? confounded(facet, metric, context, &files)
    }

    /// The networks that have the values, value by value.
    private static func paired(
        _ paired: PairedFacets, _ facet: FacetedAlignment, _ metric: ScoredMetric, _ context: ReportContext,
        _ files: inout ReportFiles
    ) -> PageFigure {
        let described = ReportText.described(metric, context.sweep)
        let values = paired.facets.map { facet.facets[$0].value }
        let series = facet.series.filter { paired.networks.contains($0.network) }
        let bars = values.indices.flatMap { position in
            series.map { one in
                let alignment = one.alignments[paired.facets[position]]
                return BarChart.Bar(
                    "\(values[position]): \(one.network)", value: alignment.value?.mean ?? .nan,
                    intervals: CompetenceSection.intervals(alignment), n: alignment.n)
            }
        }
        let chart = BarChart(
            ChartText(
                "\(title(facet, context)), by network",
                subtitle: "\(described); \(ReportText.count(paired.networks.count, "network")) with each value"),
            x: Axis("\(facet.attribute): network"), y: Axis("mean \(metric.id)"), bars: bars,
            intervalNames: CompetenceSection.intervalNames, style: .pointRanges)
        let differences = paired.facets.indices.dropFirst().map { position -> String in
            let difference = paired.differences[position]
            let found = difference.value.map { ReportText.interval(of: $0.mean, $0.interval) }
            return "\(values[position]) less \(values[0]): \(found ?? "none")"
        }
        return files.add(
            chart.figure(), ["attribute", facet.attribute, ReportText.slug(facet.subjects)],
            caption:
                "\(described): \(ReportText.subjects(facet.subjects)) by \(facet.attribute) of their stores, \(paired.networks.count == 1 ? "one network" : "the same \(paired.networks.count) networks") "
                + "with each value (\(ReportText.some(paired.networks))); n counts "
                + "pairs. Mean difference of networks: \(differences.joined(separator: "; ")).",
            topic: ReportText.topic(metric))
    }

    private static func title(_ facet: FacetedAlignment, _ context: ReportContext) -> String {
        "\(ReportText.subjects(facet.subjects)): alignment with \(ReportText.references(facet.subjects, context.sweep)) by "
            + facet.attribute
    }

    private static func confounded(
        _ facet: FacetedAlignment, _ metric: ScoredMetric, _ context: ReportContext, _ files: inout ReportFiles
    ) -> PageFigure {
        let described = ReportText.described(metric, context.sweep)
        let bars = facet.facets.map { part in
            BarChart.Bar(
                part.value, value: part.alignment.value?.mean ?? .nan,
                intervals: CompetenceSection.intervals(part.alignment), n: part.alignment.n)
        }
        let chart = BarChart(
            ChartText("\(title(facet, context)), confounded", subtitle: "\(described); confounded with the networks"),
            x: Axis(facet.attribute), y: Axis("mean \(metric.id)"), bars: bars,
            intervalNames: CompetenceSection.intervalNames, style: .pointRanges)
        return files.add(
            chart.figure(), ["attribute", facet.attribute, ReportText.slug(facet.subjects)],
            caption:
                "\(described): \(ReportText.subjects(facet.subjects)) by \(facet.attribute) of their stores; n counts pairs. "
                + "Confounded: no network has two of the values, so that networks differ between them as well.",
            topic: ReportText.topic(metric))
    }
}
