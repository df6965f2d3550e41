internal import Figures
internal import SweepAnalysis

/// Part 4: the mean alignment of models of like competence (figure 2 of the paper, left).
enum CompetenceSection {
    private static let title = "Alignment of models of like competence"
    static let intervalNames = ["95 % interval over models"]

    static func section(_ context: ReportContext, _ files: inout ReportFiles) -> HTMLPage.Section {
        let all = context.analysis.competenceBins
        let binned = all.filter { $0.bins.contains { $0.alignment.value != nil } }
        guard let leading = context.leading, !binned.isEmpty else {
            var why = context.compared.scores.isEmpty ? ["No model has a score to be binned by."] : unbinned(all)
            if why.isEmpty { why = ["There are no scores of layer pairs to take means of."] }
            return HTMLPage.Section(title, why.map { .paragraph($0) })
        }
        let metric = context.sweep.metrics[leading]
        var blocks: [HTMLPage.Block] = [
            .paragraph(
                "Models of one modality are put into at most \(CompetenceBins.binCount) bins of equal numbers, at least "
                    + "\(CompetenceBins.leastModels) in each; a point is the mean over distinct pairs within a bin, pairs of one network left "
                    + "out. Its interval is meant to hold the mean of models like these in 95 % of samples: the jackknife over models, "
                    + "those of one network left out together, with Student's t. Fewer than three networks give none.")
        ]
        let own = binned.filter { $0.metric == metric.id }
        if own.isEmpty {
            blocks.append(.paragraph("No bin has a score by \(metric.id)."))
        } else {
            blocks.append(.figures(own.map { figure($0, context, &files) }))
        }
        let none = unbinned(all.filter { $0.metric == metric.id })
        if !none.isEmpty { blocks.append(.list(none)) }
        let others = binned.filter { $0.metric != metric.id }.map { figure($0, context, &files) }
        if !others.isEmpty {
            blocks.append(.details(summary: "Drawings by other metrics", [.figures(others)]))
        }
        let members = own.map(models)
        if !members.isEmpty, !context.hasManyModels {
            blocks.append(
                .details(summary: "Models of each bin", members.map { .table($0.table, caption: $0.caption) }))
        }
        for entry in members { _ = files.add(entry.table, ["competence-models", entry.caption]) }
        return HTMLPage.Section(title, blocks)
    }

    /// Over models; none where there is none.
    static func intervals(_ alignment: Estimate<PairMean>) -> [(lower: Double, upper: Double)] {
        alignment.interval.value.map { [($0.lower, $0.upper)] } ?? []
    }

    /// Why models are not in bins, for each score and modality of which it is so.
    private static func unbinned(_ all: [CompetenceBins]) -> [String] {
        var known: Set<String> = []
        return all.compactMap { bins in
            bins.reason.map { "No bins of \(subjects(bins)) by \(criterion(bins.criterion).title): \($0)." }
        }
        .filter { known.insert($0).inserted }
    }

    private static func subjects(_ bins: CompetenceBins) -> String { bins.modality.map { "\($0) models" } ?? "models" }

    private static func criterion(_ criterion: CompetenceBins.Criterion) -> (
        title: String, slug: String, isReversed: Bool
    ) {
        switch criterion {
        case .score(let axis): (axis.title, axis.score, axis.isReversed)
        case .solvedTasks: ("share of vtab tasks solved", "solved-tasks", false)
        }
    }

    private static func label(_ bin: CompetenceBins.Bin) -> String {
        let (lower, upper) = (NumberText.brief(bin.lower), NumberText.brief(bin.upper))
        return lower == upper ? lower : "\(lower) to \(upper)"
    }

    private static func models(_ bins: CompetenceBins) -> (table: DataTable, caption: String) {
        var table = DataTable(columns: ["bin", "lower", "upper", "model"])
        for (position, bin) in bins.bins.enumerated() {
            for model in bin.models {
                table.append([.count(position + 1), .number(bin.lower), .number(bin.upper), .text(model)])
            }
        }
        return (table, "\(subjects(bins)) by \(criterion(bins.criterion).title)")
    }

    private static func figure(
        _ bins: CompetenceBins, _ context: ReportContext, _ files: inout ReportFiles
    ) -> PageFigure {
        let metric = context.sweep.metrics.first { $0.id == bins.metric }
        let name = bins.metric
        let described = metric.map { ReportText.described($0, context.sweep) } ?? bins.metric
        let by = criterion(bins.criterion)
        // From worse to better, as on the scatter plots.
        let scored = bins.bins.filter { $0.alignment.value != nil }
        let ordered = by.isReversed ? Array(scored.reversed()) : scored
        let bars = ordered.map { bin in
            BarChart.Bar(
                label(bin), value: bin.alignment.value?.mean ?? .nan, intervals: intervals(bin.alignment),
                n: bin.alignment.n, subjects: bin.models)
        }
        let chart = BarChart(
            ChartText("Alignment of \(subjects(bins)) within bins of \(by.title)", subtitle: described),
            x: Axis(by.title), y: Axis("mean \(name) within the bin"), bars: bars, intervalNames: intervalNames,
            style: .pointRanges)
        let models = ReportText.list(scored.map { "\($0.models.count)" })
        let order = by.isReversed ? " Less is better: the best bin is on the right." : ""
        let uneven = bins.unevenness.map { " \(ReportText.sentence($0))" } ?? ""
        return files.add(
            chart.figure(), ["competence", bins.metric, by.slug] + [bins.modality].compactMap(\.self),
            caption:
                "\(described): mean alignment of distinct pairs of \(subjects(bins)) within bins of \(by.title); n counts pairs, of bins of \(models) "
                + "models.\(uneven)\(order)", topic: metric.map(ReportText.topic))
    }
}
