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
            .paragraph("Mean over pairs with the reference models, pairs of one network left out."), .figures(figures),
        ]
    }

    private static func figure(
        _ facet: FacetedAlignment, _ metric: ScoredMetric, _ context: ReportContext, _ files: inout ReportFiles
    ) -> PageFigure {
        let described = ReportText.described(metric, context.sweep)
        let subjects = ReportText.subjects(facet.subjects)
        let references = ReportText.references(facet.subjects, context.sweep)
        let bars = facet.facets.map { part in
            BarChart.Bar(
                part.value, value: part.alignment.value?.mean ?? .nan,
                intervals: CompetenceSection.intervals(part.alignment), n: part.alignment.n)
        }
        let chart = BarChart(
            ChartText("\(subjects): alignment with \(references) by \(facet.attribute)", subtitle: described),
            x: Axis(facet.attribute), y: Axis("mean \(ReportText.name(metric))"), bars: bars,
            intervalNames: CompetenceSection.intervalNames, style: .pointRanges)
        return files.add(
            chart.figure(), ["attribute", facet.attribute, ReportText.slug(facet.subjects)],
            caption: "\(described): \(subjects) by \(facet.attribute) of their stores; n counts pairs.")
    }
}
