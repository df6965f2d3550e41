internal import Figures
internal import SweepAnalysis

/// Part 7: scores as functions of the number of neighbours k (figure 10 of the paper).
enum CurveSection {
    private static let title = "Scores over the number of neighbours"

    static func section(_ context: ReportContext, _ files: inout ReportFiles) -> HTMLPage.Section {
        guard !context.analysis.curves.isEmpty else {
            let why =
                context.sweep.curves.isEmpty
                ? "The sweep has no ranges of k: '--k 1:100' adds curves of every neighbour metric."
                : "The sweep has curves, and no models to show them of."
            return HTMLPage.Section(title, [.paragraph(why)])
        }
        var blocks: [HTMLPage.Block] = []
        let order = ["mutual_knn", "cknna"]
        let curves =
            order.flatMap { name in context.analysis.curves.filter { $0.metric == name } }
            + context.analysis.curves.filter { !order.contains($0.metric) }
        for curve in curves {
            guard let scored = context.sweep.curves.first(where: { $0.metric == curve.metric }) else { continue }
            var own = [
                HTMLPage.Block.heading(
                    "\(curve.metric), k = \(ReportText.ranges(curve.ks)), \(context.sweep.samplesInWords)")
            ]
            guard !curve.pairs.isEmpty else {
                blocks += own + [.paragraph("There is no pair of different models to show.")]
                continue
            }
            var figures = [raw(curve, context, &files), means(curve, scored, context, &files)]
            if let figure = normalised(curve, context, &files) {
                figures.append(figure)
            } else {
                own.append(
                    .paragraph("Normalised curves need scores of at least two models with one reference that differ."))
            }
            own.append(.figures(figures))
            blocks.append(.about(PageChoices.Topic(curve.metric), own))
        }
        return HTMLPage.Section(title, blocks)
    }

    private static func raw(
        _ curve: CurveNormalisation, _ context: ReportContext, _ files: inout ReportFiles
    ) -> PageFigure {
        let ks = curve.ks.map(Double.init)
        let chosen = spread(curve.pairs.count)
        let curves = chosen.map { pair in
            LineChart.Curve(
                "\(curve.pairs[pair].member) with \(curve.pairs[pair].reference)", x: ks,
                y: Array(curve.scores[(pair * ks.count)..<((pair + 1) * ks.count)]),
                subjects: [curve.pairs[pair].member, curve.pairs[pair].reference])
        }
        let some =
            chosen.count < curve.pairs.count
            ? "\(chosen.count) of \(curve.pairs.count) pairs" : ReportText.count(chosen.count, "pair")
        var chart = LineChart(
            ChartText(
                "\(curve.metric): maxima over layers", subtitle: "\(context.sweep.samplesInWords); \(some)"),
            x: Axis("k", isLogarithmic: isLogarithmic(curve.ks)), y: Axis(curve.metric), curves: curves)
        chart.hasMarkers = ks.count <= 12
        let all = table(curve)
        let path = files.add(all, ["curves", curve.metric])
        return files.add(
            chart.figure(), ["curves", curve.metric, "pairs"],
            caption:
                "\(curve.metric), \(context.sweep.samplesInWords): the maximum over layer pairs at each k, \(some). "
                + "No chance line: chance of a maximum lies above that of one layer pair.",
            numbers: .shared(path: path, content: "all curves of \(curve.metric)"),
            topic: PageChoices.Topic(curve.metric))
    }

    /// Means over pairs: the maxima, and the last layers with the chance level of a single layer pair.
    private static func means(
        _ curve: CurveNormalisation, _ scored: ScoredCurve, _ context: ReportContext, _ files: inout ReportFiles
    ) -> PageFigure {
        let ks = curve.ks.map(Double.init)
        func band(
            _ name: String, _ means: [Double?], _ intervals: [Estimate<JackknifeInterval>]
        ) -> LineChart.Curve {
            LineChart.Curve(
                name, x: ks, y: means.map { $0 ?? .nan }, lower: intervals.map { $0.value?.lower ?? .nan },
                upper: intervals.map { $0.value?.upper ?? .nan })
        }
        var curves = [band("maximum over layers", curve.means.map(\.value?.mean), curve.intervals)]
        let last = lastLayers(curve, scored, context)
        if last.contains(where: { $0.value != nil }) {
            curves.append(band("last x last layer", last.map(\.value?.mean), last.map(\.interval)))
        }
        let (n, samples) = (context.sweep.sampleCount, context.sweep.samplesInWords)
        if curve.metric == "mutual_knn", n > 1 {
            curves.append(LineChart.Curve("chance of one layer pair", x: ks, y: ks.map { $0 / Double(n - 1) }))
        }
        var chart = LineChart(
            ChartText(
                "\(curve.metric): means over pairs",
                subtitle:
                    "\(samples); \(ReportText.count(curve.pairs.count, "pair")), 95 % intervals over models"),
            x: Axis("k", isLogarithmic: isLogarithmic(curve.ks)), y: Axis("mean \(curve.metric)"), curves: curves)
        chart.hasMarkers = ks.count <= 12
        chart.naming = .legend
        let chance =
            curves.count > 2
            ? " Chance, k/(n - 1), is that of a single layer pair: it belongs to the last layers, not to the maxima."
            : ""
        let none = curve.intervals.contains { $0.value != nil } ? nil : curve.intervals.compactMap(\.reason).first
        return files.add(
            chart.figure(), ["curves", curve.metric, "means"],
            caption:
                "\(curve.metric), \(samples): means over \(ReportText.count(curve.pairs.count, "pair")), bands "
                + "their 95 % intervals over models, of each k by itself\(none.map { " (no interval: \($0))" } ?? "").\(chance)",
            topic: PageChoices.Topic(curve.metric))
    }

    private static func lastLayers(
        _ curve: CurveNormalisation, _ scored: ScoredCurve, _ context: ReportContext
    ) -> [Estimate<PairMean>] {
        let compared = context.compared
        let cells = compared.xPositions.count * compared.yPositions.count
        guard scored.lastLayers.count == cells * scored.ks.count else { return [] }
        guard let group = context.analysis.compared.groups.first(where: { $0.subjects == curve.subjects }) else {
            return []
        }
        let pairs = context.analysis.compared.pairs(of: group)
        return scored.ks.indices.map { k in
            let matrix = compared.matrix(
                Array(scored.lastLayers[(k * cells)..<((k + 1) * cells)]), isSymmetricMetric: scored.isSymmetric)
            return PairMean.of(pairs, matrix: matrix, compared, subjects: group.firstSet)
        }
    }

    private static func normalised(
        _ curve: CurveNormalisation, _ context: ReportContext, _ files: inout ReportFiles
    ) -> PageFigure? {
        let ks = curve.ks.map(Double.init)
        let present = curve.members.indices.filter { member in
            curve.trends.contains { $0.values[member].value != nil }
        }
        guard present.count > 1 else { return nil }
        // From few parameters to many, as far as they are known.
        let ordered = present.sorted {
            (curve.parameters[$0] ?? .infinity, $0) < (curve.parameters[$1] ?? .infinity, $1)
        }
        let chosen = spread(ordered.count).map { ordered[$0] }
        let curves = chosen.map { member in
            LineChart.Curve(
                curve.members[member], x: ks, y: curve.trends.map { $0.values[member].value ?? .nan },
                subjects: [curve.members[member]])
        }
        let some =
            chosen.count < present.count
            ? "\(chosen.count) of \(present.count) models" : ReportText.count(chosen.count, "model")
        var chart = LineChart(
            ChartText("\(curve.metric), normalised", subtitle: "\(context.sweep.samplesInWords); \(some)"),
            x: Axis("k", isLogarithmic: isLogarithmic(curve.ks)), y: Axis("(score - score of \(curve.centre))/sd"),
            curves: curves)
        chart.hasMarkers = ks.count <= 12
        let subjects = ReportText.subjects(curve.subjects)
        let why = curve.parameters.contains { $0 != nil } ? "the one of fewest parameters" : "the first one"
        return files.add(
            chart.figure(), ["curves", curve.metric, "normalised"],
            caption: "\(curve.metric), \(context.sweep.samplesInWords), \(subjects) against "
                + "\(ReportText.references(curve.subjects, context.sweep)): at each k and for each reference model, scores less that "
                + "of \(curve.centre) (\(why)) over the standard deviation of models; then the mean over reference models.",
            topic: PageChoices.Topic(curve.metric))
    }

    /// All raw curves, a row for each pair and k.
    private static func table(_ curve: CurveNormalisation) -> DataTable {
        var table = DataTable(columns: ["member", "reference", "k", "score"])
        // Above this there are too many for a file that anybody opens: the pairs drawn stand for all.
        let isLong = curve.pairs.count * curve.ks.count > ReportLimits.rowsInSpecs
        for pair in isLong ? spread(curve.pairs.count) : Array(curve.pairs.indices) {
            for (position, k) in curve.ks.enumerated() {
                table.append([
                    .text(curve.pairs[pair].member), .text(curve.pairs[pair].reference), .count(k),
                    .number(curve.scores[pair * curve.ks.count + position]),
                ])
            }
        }
        return table
    }

    /// At most as many positions as one chart can tell apart, evenly spread.
    static func spread(_ count: Int) -> [Int] {
        guard count > ReportLimits.curves else { return Array(0..<count) }
        return (0..<ReportLimits.curves).map { $0 * (count - 1) / (ReportLimits.curves - 1) }
    }

    private static func isLogarithmic(_ ks: [Int]) -> Bool {
        guard let first = ks.first, let last = ks.last, first > 0 else { return false }
        return last >= 20 * first
    }
}
