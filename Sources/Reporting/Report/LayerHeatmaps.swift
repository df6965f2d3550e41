internal import Figures
internal import SweepAnalysis
internal import SweepModel

/// Part 6: layers against layers of the most telling pairs of models, and of those asked for.
enum LayerHeatmaps {
    private static let title = "Layers against layers"

    static func section(_ context: ReportContext, _ files: inout ReportFiles) throws(Complaint) -> HTMLPage.Section {
        let requested = try requested(context)
        guard let leading = context.leading else {
            return HTMLPage.Section(title, [.paragraph("The sweep has no scores of single layer pairs.")])
        }
        let (sweep, metric) = (context.sweep, context.sweep.metrics[leading])
        guard metric.layerScores.count == sweep.x.layers.count * sweep.y.layers.count else {
            return HTMLPage.Section(title, [.paragraph("The results hold no scores of layer pairs.")])
        }
        // Both triangles of a symmetric sweep would be twice the work and the memory.
        let all = pairs(context, metric) { x, y in
            isDistinct(x, y, context) || requested.contains { $0 == (x, y) }
        }
        let asked = requested.map { pair in all.first { $0.x == pair.x && $0.y == pair.y } }.compactMap { $0 }
        let telling = all.filter { pair in
            pair.spread > 0 && isDistinct(pair.x, pair.y, context)
                && !asked.contains { $0.x == pair.x && $0.y == pair.y }
        }
        var blocks: [HTMLPage.Block] = []
        if !asked.isEmpty {
            let colours = context.scale(over: asked.flatMap(\.values))
            blocks += [
                .heading("Pairs that were asked for"),
                .figures(asked.map { figure($0, metric, colours, context, &files) }),
            ]
        }
        if telling.isEmpty {
            blocks.append(
                .paragraph("No two different models have scores of several layer pairs that differ."))
        } else {
            blocks.append(
                .paragraph(
                    "By \(ReportText.described(metric, sweep)): for each pair of modalities the pairs of models whose layer scores "
                        + "spread most (standard deviation), on one colour scale for each. The frame marks the maximum over layers, "
                        + "which leaves out layers with tied neighbours unless the sweep kept them. 'platonic report --pair A B' shows "
                        + "any other.\(RandomMatchings.legend(metric))"))
            blocks += byModality(telling, metric, context, &files)
        }
        blocks += DepthTable.blocks(leading, context, &files) + RandomMatchings.blocks(context, &files)
        return HTMLPage.Section(title, blocks)
    }

    /// As many of the most telling pairs of each kind, under a heading of its own.
    private static func byModality(
        _ pairs: [LayerPair], _ metric: ScoredMetric, _ context: ReportContext, _ files: inout ReportFiles
    ) -> [HTMLPage.Block] {
        let compared = context.compared
        let byModels = Dictionary(grouping: pairs) { [compared.xPositions[$0.x], compared.yPositions[$0.y]].sorted() }
        func layers(_ pair: ComparedModels.Pair) -> [LayerPair] { byModels[[pair.first, pair.second]] ?? [] }
        let kinds = ModalityPairs.kinds(compared, of: compared.pairs.filter { !layers($0).isEmpty })
        let quota = max(ReportLimits.fewestOfKind, ReportLimits.layerHeatmaps / max(1, kinds.count))
        return kinds.flatMap { kind -> [HTMLPage.Block] in
            let chosen = kind.pairs.flatMap(layers)
                .sorted { ($1.spread, $0.x, $0.y) < ($0.spread, $1.x, $1.y) }.prefix(quota)
            let colours = context.scale(over: chosen.flatMap(\.values))
            let all =
                chosen.count < kind.pairs.count
                ? "the \(chosen.count) most telling of \(kind.pairs.count) pairs"
                : ReportText.count(chosen.count, "pair")
            return [
                .about(
                    ReportText.topic(metric),
                    [
                        .heading("Layers \(kind.name): \(all)"),
                        .figures(chosen.map { figure($0, metric, colours, context, &files) }),
                    ])
            ]
        }
    }

    /// The pairs that the reader named, as positions in x and y; in either order.
    private static func requested(_ context: ReportContext) throws(Complaint) -> [(x: Int, y: Int)] {
        let (x, y) = (context.sweep.x.models.map(\.name), context.sweep.y.models.map(\.name))
        var found: [(x: Int, y: Int)] = []
        for pair in context.options.pairs {
            for name in [pair.x, pair.y] where !x.contains(name) && !y.contains(name) {
                throw Complaint(
                    .request, "the results have no model called \(name)", at: "--pair \(pair.x) \(pair.y)",
                    advice: "the models are: \(ReportText.some(context.names, limit: 20))")
            }
            guard
                let place = [(pair.x, pair.y), (pair.y, pair.x)].lazy.compactMap({ first, second in
                    x.firstIndex(of: first).flatMap { i in y.firstIndex(of: second).map { (x: i, y: $0) } }
                }).first
            else {
                throw Complaint(
                    .request, "the sweep does not compare \(pair.x) with \(pair.y)", at: "--pair \(pair.x) \(pair.y)",
                    advice: "name a model of x and a model of y")
            }
            if !found.contains(where: { $0 == place }) { found.append(place) }
        }
        return found
    }

    /// The wanted ones of every x with every y.
    private static func pairs(
        _ context: ReportContext, _ metric: ScoredMetric, where isWanted: (_ x: Int, _ y: Int) -> Bool
    ) -> [LayerPair] {
        let sweep = context.sweep
        func layers(_ side: ScoredSide) -> [[Int]] {
            var layers = [[Int]](repeating: [], count: side.models.count)
            for (position, layer) in side.layers.enumerated() { layers[layer.model].append(position) }
            return layers
        }
        let (rows, columns) = (layers(sweep.x), layers(sweep.y))
        return rows.indices.flatMap { x in
            columns.indices.filter { isWanted(x, $0) }.map { y in
                LayerPair(metric, sweep, x: x, y: y, rows: rows[x], columns: columns[y])
            }
        }
    }

    private static func isDistinct(_ x: Int, _ y: Int, _ context: ReportContext) -> Bool {
        if context.sweep.isSymmetric { return x < y }
        return context.compared.xPositions[x] != context.compared.yPositions[y]
    }

    private static func figure(
        _ pair: LayerPair, _ metric: ScoredMetric, _ colours: ColourScale, _ context: ReportContext,
        _ files: inout ReportFiles
    ) -> PageFigure {
        let sweep = context.sweep
        let (x, y) = (sweep.x.models[pair.x].name, sweep.y.models[pair.y].name)
        let best = pair.best(metric, sweep)
        let text = ChartText("\(x) against \(y)", subtitle: ReportText.described(metric, sweep))
        var chart = HeatmapChart(
            text, rows: LayerPair.side("layer of \(x)", pair.rows.map { sweep.x.layers[$0] }),
            columns: LayerPair.side("layer of \(y)", pair.columns.map { sweep.y.layers[$0] }), values: pair.values,
            colours: colours, colourTitle: metric.id)
        (chart.rows.owner, chart.columns.owner) = (x, y)
        chart.best = best
        chart.marks = RandomMatchings.marks(pair, metric, sweep)
        chart.facts = LayerCellFacts.facts(pair, metric, sweep)
        chart.plotSize = 330
        var caption =
            "\(x) against \(y), \(ReportText.described(metric, sweep)); standard deviation over layer pairs "
            + "\(ReportText.score(pair.spread))."
        if let best {
            let score = pair.values[best.row * pair.columns.count + best.column]
            let layers = [
                context.layerNames.suffix(x, sweep.x.layers[pair.rows[best.row]].index),
                context.layerNames.suffix(y, sweep.y.layers[pair.columns[best.column]].index),
            ]
            caption += " Maximum \(ReportText.score(score)) at\(layers[0].dropFirst()) and\(layers[1].dropFirst())."
        }
        if let marks = chart.marks { caption += " \(RandomMatchings.caption(marks))" }
        return files.add(
            chart.figure(), ["layers", metric.id, x, y], caption: caption, numbers: .table(chart.matrix),
            topic: ReportText.topic(metric))
    }
}
