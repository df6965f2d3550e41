internal import Figures
internal import SweepAnalysis
internal import SweepModel

/// Where layer scores lie among those of random matchings (Schemas/metrics.md, *Moments under random matching*): marks in heatmaps, how
/// many layer pairs stand out, and what that supports.
enum RandomMatchings {
    /// What is marked more lightly than the least p that is told.
    static let weak = 0.05

    // MARK: Marks

    /// What a heatmap marks: p of each cell; nil where the results say nothing of it.
    static func marks(_ pair: LayerPair, _ metric: ScoredMetric, _ sweep: SweepScores) -> HeatmapChart.Marks? {
        guard case .known(_, _, let p, let floor) = metric.placement else { return nil }
        let values = pair.rows.flatMap { row in
            pair.columns.map { column in
                isTied(metric, sweep, row, column) ? .nan : p[row * sweep.y.layers.count + column]
            }
        }
        var marks = HeatmapChart.Marks("p", values: values, strong: floor, weak: weak)
        marks.isDrawn = !marks.marksAll
        return marks
    }

    /// The sentence beside the first heatmaps; empty where nothing is marked.
    static func legend(_ metric: ScoredMetric) -> String {
        guard case .known(_, _, _, let floor) = metric.placement else { return "" }
        return
            " A dot marks a cell whose p is \(NumberText.brief(floor)), the least that is told, a ring one of at most "
            + "\(NumberText.brief(weak)); where all cells would be marked, none is: see \"\(title)\" below."
    }

    /// What a heatmap's marks say.
    static func caption(_ marks: HeatmapChart.Marks) -> String {
        var tally = Tally()
        for p in marks.values { tally.count(p, floor: marks.strong) }
        if !marks.isDrawn {
            let (strong, cells) = ("p ≤ \(NumberText.brief(marks.strong))", ReportText.count(tally.cells, "cell"))
            guard tally.weak > 0 else {
                return "No cell is marked: \(strong) in \(tally.cells == 1 ? "the one cell" : "all \(cells)")."
            }
            return
                "No cell is marked: \(strong) in \(tally.strong) of \(cells), and p ≤ \(NumberText.brief(weak)) in all others."
        }
        return
            "Dots: p ≤ \(NumberText.brief(marks.strong)) (\(tally.strong) of \(ReportText.count(tally.cells, "cell"))); "
            + "rings: p ≤ \(NumberText.brief(weak)) (\(tally.weak) more)."
    }

    /// How many standard deviations a score lies above its mean; NaN where that is not known.
    static func z(_ score: Double, _ mean: Double, _ deviation: Double) -> Double {
        deviation > 0 ? (score - mean) / deviation : .nan
    }

    /// Positions tie the neighbours of such layers to one another, whatever they represent.
    private static func isTied(_ metric: ScoredMetric, _ sweep: SweepScores, _ row: Int, _ column: Int) -> Bool {
        metric.k != nil
            && (sweep.x.layers[row].tied > SweepPlan.tiedLimit || sweep.y.layers[column].tied > SweepPlan.tiedLimit)
    }

    // MARK: Counts

    static let title = "Scores among those of random matchings"

    /// How many cells have so low a p.
    private struct Tally {
        /// With a p.
        private(set) var cells = 0
        private(set) var strong = 0
        /// Beyond `strong`.
        private(set) var weak = 0
        private(set) var means: ClosedRange<Double>?

        mutating func count(_ p: Double, floor: Double, mean: Double = .nan) {
            guard p.isFinite else { return }
            cells += 1
            if p <= floor { strong += 1 } else if p <= RandomMatchings.weak { weak += 1 }
            guard mean.isFinite else { return }
            means = means.map { min($0.lowerBound, mean)...max($0.upperBound, mean) } ?? mean...mean
        }
    }

    /// A metric with its numbers.
    private struct Counted {
        let metric: ScoredMetric
        let floor: Double
        let tally: Tally
    }

    /// Nothing of results of earlier builds, which do not know.
    static func blocks(_ context: ReportContext, _ files: inout ReportFiles) -> [HTMLPage.Block] {
        let metrics = context.metricOrder.map { context.sweep.metrics[$0] }.filter { $0.placement != nil }
        guard !metrics.isEmpty else { return [] }
        let known = metrics.compactMap { counted($0, context) }
        var blocks: [HTMLPage.Block] = [.heading(title)]
        if let first = known.first {
            blocks += [.paragraph(found(first, context.sweep)), .paragraph(meaning(context))]
            let table = table(known)
            let path = files.add(table, ["random-matchings"])
            blocks += [
                .table(
                    table,
                    caption:
                        "Layer pairs of different models by p, in both directions of metrics that are not symmetric, and the mean score "
                        + "of random matchings"),
                .links([("Layer pairs by p (CSV)", path)]),
            ]
        }
        let causes = reasons(metrics)
        if !causes.isEmpty { blocks += [.paragraph("Of some metrics there is no p:"), .list(causes)] }
        return blocks + ChanceByRank.blocks(known.map(\.metric), context, &files)
    }

    private static func counted(_ metric: ScoredMetric, _ context: ReportContext) -> Counted? {
        guard case .known(let means, _, let p, let floor) = metric.placement else { return nil }
        var tally = Tally()
        forEachCell(of: metric, context) { row, column, cell in
            guard !isTied(metric, context.sweep, row, column) else { return }
            tally.count(p[cell], floor: floor, mean: means[cell])
        }
        return tally.cells > 0 ? Counted(metric: metric, floor: floor, tally: tally) : nil
    }

    /// Every layer pair of two different models once: its row, its column and its place in LX x LY values.
    static func forEachCell(
        of metric: ScoredMetric, _ context: ReportContext, _ body: (_ row: Int, _ column: Int, _ cell: Int) -> Void
    ) {
        let (sweep, compared) = (context.sweep, context.compared)
        let isHalf = sweep.isSymmetric && metric.isSymmetric
        for (row, x) in sweep.x.layers.enumerated() {
            for (column, y) in sweep.y.layers.enumerated() {
                let (a, b) = (compared.xPositions[x.model], compared.yPositions[y.model])
                if isHalf ? a < b : a != b { body(row, column, row * sweep.y.layers.count + column) }
            }
        }
    }

    private static func table(_ counted: [Counted]) -> DataTable {
        var table = DataTable(
            columns: [
                "metric", "layer pairs", "p at its floor", "floor", "p to \(NumberText.brief(weak))", "p above",
                "mean of random matchings, lowest", "highest",
            ])
        for one in counted {
            let tally = one.tally
            table.append([
                .text(one.metric.id), .count(tally.cells), .count(tally.strong), .number(one.floor), .count(tally.weak),
                .count(tally.cells - tally.strong - tally.weak), .init(tally.means?.lowerBound),
                .init(tally.means?.upperBound),
            ])
        }
        return table
    }

    // MARK: In words

    private static func found(_ one: Counted, _ sweep: SweepScores) -> String {
        let (tally, floor) = (one.tally, NumberText.brief(one.floor))
        let parameter = ReportText.parameter(one.metric)
        return
            "Were the samples of one layer matched at random with those of the other, a score would have a mean, a standard deviation and "
            + "a skewness that are known exactly; p is the probability of a score as high or higher. By "
            + "\(one.metric.id)\(parameter.isEmpty ? "" : ", \(parameter)"), \(ReportText.conditions(one.metric, sweep)), "
            + "\(tally.strong) of \(ReportText.count(tally.cells, "layer pair")) of different models have p ≤ \(floor) and \(tally.weak) "
            + "more p ≤ \(NumberText.brief(weak)). Had no two layers anything in common, about "
            + "\(expected(one.floor, tally)) and \(expected(weak - one.floor, tally)) would."
    }

    /// How many cells have a p in a range of this width where all values of p are equally likely.
    private static func expected(_ width: Double, _ tally: Tally) -> String {
        let count = width * Double(tally.cells)
        return NumberText.fixed(count, decimals: count < 10 ? 1 : 0)
    }

    private static func meaning(_ context: ReportContext) -> String {
        let maximum =
            context.matrices.contains { $0.calibration != nil }
            ? "which permutations are for: see \"\(CalibrationSection.title)\""
            : "which is high by chance too and is not tested here"
        return
            "A low p says that two layers have more in common than layers of which neither tells anything of the other, and not how much: with "
            + "many samples little is enough, and the score above its mean tells more. p is approximate, and never said to be less than its floor. "
            + "It belongs to a layer pair that was chosen before it was looked at: it is not that of the maximum over the layers of two "
            + "models, \(maximum). Layer pairs share layers and samples, so that the numbers of "
            + "pairs are no test of all of them together. Layers with tied neighbours are left out under neighbour metrics: the order of samples "
            + "makes them alike."
    }

    /// Each cause with the metrics that have it, in order.
    private static func reasons(_ metrics: [ScoredMetric]) -> [String] {
        var causes: [(reason: String, ids: [String])] = []
        for metric in metrics {
            guard case .unknown(let reason) = metric.placement else { continue }
            if let known = causes.firstIndex(where: { $0.reason == reason }) {
                causes[known].ids.append(metric.id)
            } else {
                causes.append((reason, [metric.id]))
            }
        }
        return causes.map { "\(ReportText.some($0.ids)): \($0.reason)." }
    }
}
