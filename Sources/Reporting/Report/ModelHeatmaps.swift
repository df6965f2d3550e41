internal import Figures
internal import SweepAnalysis

/// Part 2: models against models under each metric, maxima over layers beside last layers.
enum ModelHeatmaps {
    /// What the cells of one heatmap are.
    enum Quantity: String, CaseIterable {
        case maximum = "maximum"
        case aboveChance = "above_chance"
        case lastLayers = "last_layers"

        var title: String {
            switch self {
            case .maximum: "maximum over layers"
            case .aboveChance: "maximum, above chance"
            case .lastLayers: "last x last layer"
            }
        }

        /// What permutations say of it is said of this.
        var aggregate: NullTable.Aggregate? {
            switch self {
            case .maximum: .maximum
            case .aboveChance: nil
            case .lastLayers: .lastLayers
            }
        }
    }

    private struct Panel {
        let metric: Int
        let quantity: Quantity
        let values: [Double]
        let colours: ColourScale
    }

    static func section(_ context: ReportContext, _ files: inout ReportFiles) -> HTMLPage.Section {
        var blocks: [HTMLPage.Block] = []
        guard context.leading != nil else {
            return HTMLPage.Section(
                "Models against models", [.paragraph("The sweep has no scores of single layer pairs.")])
        }
        guard !context.compared.pairs.isEmpty else {
            return HTMLPage.Section(
                "Models against models", [.paragraph("There is no pair of different models to show.")])
        }
        let panels = context.metricOrder.map { metric in self.panels(metric, context) }
        blocks.append(.paragraph(introduction(context)))
        let columns = panels.flatMap { $0 }.map { panel in
            ModelPairTable.Column(
                title: context.sweep.metrics[panel.metric].id
                    + (panel.quantity == .maximum ? "" : ":\(panel.quantity.rawValue)"), values: panel.values)
        }
        let calibrated = context.metricOrder.flatMap { metric in
            (context.matrices[metric].calibration?.columns(context) ?? []).map {
                ModelPairTable.Column(title: "\(context.sweep.metrics[metric].id):\($0.title)", values: $0.values)
            }
        }
        let path = files.add(ModelPairTable.table(columns + calibrated, context), ["model-pairs"])
        let means = MeanScores.table(context)
        _ = files.add(means, ["mean-scores"])
        blocks.append(
            .table(means, caption: "Mean scores of distinct pairs, pairs of one network left out"))
        var others: [PageFigure] = []
        for (position, group) in panels.enumerated() {
            let figures = group.map { figure($0, path, context, &files) }
            // Many models make a heatmap large: those of one metric are enough to scroll by.
            if context.hasManyModels && position > 0 {
                others += figures
                continue
            }
            let metric = context.sweep.metrics[group[0].metric]
            blocks.append(
                .about(
                    ReportText.topic(metric),
                    [.heading(ReportText.described(metric, context.sweep)), .figures(figures)]))
        }
        if !others.isEmpty {
            blocks.append(
                .paragraph(
                    "With more than \(ReportLimits.modelsInTables) models, heatmaps of the other metrics are folded up, and "
                        + "tables in data/ only."))
            blocks.append(.details(summary: "Heatmaps of the other metrics", [.figures(others)]))
        }
        return HTMLPage.Section("Models against models", blocks)
    }

    private static func introduction(_ context: ReportContext) -> String {
        let order =
            context.sweep.isSymmetric
            ? "Rows and columns are in the order of the tree: average linkage of 1 - score, leaves ordered so that "
                + "neighbours are as alike as can be; the same order in all heatmaps of a metric. Scores of metrics that are "
                + "not symmetric are averaged over both directions. "
            : "Rows are models of x, columns models of y, in the order of the sweep. "
        return order
            + "The colour scale spans the scores of different models and is shared by the heatmaps of one metric; a model with "
            + "itself and missing scores are hatched. A maximum over many layer pairs lies above the chance level of one."
    }

    /// The heatmaps of one metric, on one colour scale.
    private static func panels(_ metric: Int, _ context: ReportContext) -> [Panel] {
        let (scored, matrices) = (context.sweep.metrics[metric], context.matrices[metric])
        var found: [(Quantity, [Double])] = []
        let isLeading = metric == context.leading
        if context.sweep.isSymmetric {
            found.append((.maximum, matrices.maximum))
            if let aboveChance = matrices.aboveChance, !context.hasManyModels || isLeading {
                found.append((.aboveChance, aboveChance))
            }
            if !context.hasManyModels || isLeading { found.append((.lastLayers, matrices.lastLayers)) }
        } else {
            found.append((.maximum, crossed(scored.scores, context)))
            if let aboveChance = ScoreAboveChance.values(scored, context.sweep) {
                found.append((.aboveChance, crossed(aboveChance, context)))
            }
            found.append((.lastLayers, crossed(scored.lastLayers, context)))
        }
        let colours = context.scale(over: found.flatMap(\.1))
        return found.map { Panel(metric: metric, quantity: $0, values: $1, colours: colours) }
    }

    /// X x Y scores without those of a model with itself.
    private static func crossed(_ values: [Double], _ context: ReportContext) -> [Double] {
        let compared = context.compared
        let width = compared.yPositions.count
        return (0..<(compared.xPositions.count * width)).map { cell in
            let isSame = compared.xPositions[cell / width] == compared.yPositions[cell % width]
            return isSame || !values.indices.contains(cell) ? .nan : values[cell]
        }
    }

    private static func figure(
        _ panel: Panel, _ path: String, _ context: ReportContext, _ files: inout ReportFiles
    ) -> PageFigure {
        let (sweep, metric) = (context.sweep, context.sweep.metrics[panel.metric])
        let xNames = sweep.x.models.map(\.name)
        let yNames = sweep.y.models.map(\.name)
        let count = panel.values.count { $0.isFinite } / (sweep.isSymmetric ? 2 : 1)
        let text = ChartText(
            "\(metric.id): \(panel.quantity.title)",
            subtitle: "\(ReportText.conditions(metric, sweep)); \(ReportText.count(count, "pair"))")
        var chart = HeatmapChart(
            text, rows: .init(sweep.isSymmetric ? "" : "x", names: xNames),
            columns: .init(sweep.isSymmetric ? "" : "y", names: yNames), values: panel.values, colours: panel.colours,
            colourTitle: panel.quantity == .aboveChance ? "(score - chance)/(1 - chance)" : "score")
        chart.hatchesDiagonal = sweep.isSymmetric
        let facts = ModelCellFacts(panel.metric, panel.quantity, context)
        (chart.facts, chart.parts) = (facts.facts, facts.parts)
        let calibration = context.matrices[panel.metric].calibration
        chart.marks = panel.quantity.aggregate.flatMap { calibration?.marks($0, context) }
        // Two of them stand beside one another.
        chart.plotSize = 400
        var caption = "\(metric.id), \(panel.quantity.title), \(ReportText.conditions(metric, sweep))."
        if sweep.isSymmetric {
            chart.dendrogram = tree(panel.metric, context)
            chart.families = context.grouping.map { .init($0.title, $0.names) }
            if panel.quantity != .maximum { caption += " The tree is that of the maxima." }
            let missing = context.analysis.clusterings.first { $0.metric == metric.id }?.missingCount ?? 0
            if missing > 0 {
                caption +=
                    " For the tree, \(ReportText.count(missing, "pair")) without a score are taken as the least alike."
            }
        }
        if panel.quantity == .aboveChance {
            caption +=
                " The biased metric grows with the layers' widths; this is (score - chance)/(1 - chance) at the layer pair of "
                + "each maximum."
        }
        if chart.marks != nil, let aggregate = panel.quantity.aggregate, let calibration {
            caption += " \(calibration.caption(aggregate, context))"
        }
        let pairs = "all pairs of models by all metrics"
        let name = ["models", metric.id] + (panel.quantity == .maximum ? [] : [panel.quantity.rawValue])
        return files.add(
            chart.figure(), name, caption: caption,
            numbers: context.hasManyModels
                ? .shared(path: path, content: pairs) : .sharedWithTable(path: path, content: pairs, chart.matrix),
            topic: ReportText.topic(metric))
    }

    private static func tree(_ metric: Int, _ context: ReportContext) -> Dendrogram? {
        let id = context.sweep.metrics[metric].id
        return context.analysis.clusterings.first { $0.metric == id }.map { clustering in
            Dendrogram(
                merges: clustering.merges.map { .init($0.left, $0.right, height: $0.height) }, order: clustering.order)
        }
    }
}
