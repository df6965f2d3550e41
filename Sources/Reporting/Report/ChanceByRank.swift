internal import Figures
internal import Glibc
internal import SweepAnalysis

/// How high scores of random matchings are, against how many dimensions layers fill: raw scores of kernels are high by chance where those are many.
enum ChanceByRank {
    /// Parts of the range of ranks, of equal width on a logarithmic scale.
    private static let binCount = 8
    /// How many standard deviations above the mean are shown.
    private static let deviations = 2.0

    /// Layer pairs of about the same rank, as sums.
    private struct Bin {
        var cells = 0
        var logRank = 0.0
        var mean = 0.0
        var high = 0.0
        var score = 0.0

        func average(_ sum: KeyPath<Bin, Double>) -> Double { self[keyPath: sum] / Double(cells) }
        var rank: Double { exp(average(\.logRank)) }
    }

    /// - Parameter metrics: some that have moments.
    static func blocks(
        _ metrics: [ScoredMetric], _ context: ReportContext, _ files: inout ReportFiles
    ) -> [HTMLPage.Block] {
        let binned = metrics.map { ($0, bins($0, context)) }.filter { !$0.1.isEmpty }
        guard !binned.isEmpty else { return [] }
        let table = table(binned)
        let path = files.add(table, ["chance-by-rank"])
        var blocks: [HTMLPage.Block] = [
            .heading("Chance against effective rank"),
            .paragraph(
                "The mean score of random matchings, and two standard deviations above it, of layer pairs of different models by the geometric "
                    + "mean of their two effective ranks: how many dimensions a layer fills, at most its width. That of cka is this rank "
                    + "over n - 1: raw scores of layers of many dimensions are high by chance, and compare with others only above that. "
                    + "Metrics whose mean hardly depends on it are in the table alone."),
        ]
        let drawn = binned.filter { $0.1.count > 1 && isVarying($0.1) }
        if !drawn.isEmpty {
            blocks.append(.figures(drawn.map { figure($0.0, $0.1, path, context, &files) }))
        }
        if table.rows.count <= ReportLimits.rowsInTables {
            blocks.append(.table(table, caption: "Scores of random matchings by effective rank"))
        }
        return blocks + [.links([("Scores of random matchings by effective rank (CSV)", path)])]
    }

    /// Those that hold a layer pair, by rank.
    private static func bins(_ metric: ScoredMetric, _ context: ReportContext) -> [Bin] {
        guard case .known(let means, let sds, _, _) = metric.placement else { return [] }
        let sweep = context.sweep
        // Below 1 no rank can lie, but by rounding.
        func logarithms(_ side: ScoredSide) -> [Double] {
            side.layers.map { $0.effectiveRank > 0 ? log($0.effectiveRank) : .nan }
        }
        let (x, y) = (logarithms(sweep.x), logarithms(sweep.y))
        func isShown(_ cell: Int) -> Bool {
            means[cell].isFinite && sds[cell].isFinite && metric.layerScores[cell].isFinite
        }
        var (lowest, highest) = (Double.infinity, -Double.infinity)
        RandomMatchings.forEachCell(of: metric, context) { row, column, cell in
            let rank = (x[row] + y[column]) / 2
            guard rank.isFinite, isShown(cell) else { return }
            (lowest, highest) = (min(lowest, rank), max(highest, rank))
        }
        guard lowest <= highest else { return [] }
        var bins = [Bin](repeating: Bin(), count: binCount)
        RandomMatchings.forEachCell(of: metric, context) { row, column, cell in
            let rank = (x[row] + y[column]) / 2
            guard rank.isFinite, isShown(cell) else { return }
            let place = highest > lowest ? Double(binCount) * (rank - lowest) / (highest - lowest) : 0
            let bin = min(Int(place), binCount - 1)
            bins[bin].cells += 1
            bins[bin].logRank += rank
            bins[bin].mean += means[cell]
            bins[bin].high += means[cell] + deviations * sds[cell]
            bins[bin].score += metric.layerScores[cell]
        }
        return bins.filter { $0.cells > 0 }
    }

    /// Whether the mean depends on the rank by more than a tenth of itself.
    private static func isVarying(_ bins: [Bin]) -> Bool {
        let means = bins.map { $0.average(\.mean) }
        guard let least = means.min(), let most = means.max() else { return false }
        return least > 0 && most > 1.1 * least
    }

    private static func table(_ binned: [(ScoredMetric, [Bin])]) -> DataTable {
        var table = DataTable(
            columns: [
                "metric", "effective rank", "layer pairs", "mean of random matchings", "mean + 2 sd", "mean score",
            ])
        for (metric, bins) in binned {
            for bin in bins {
                table.append([
                    .text(metric.id), .number(bin.rank), .count(bin.cells), .number(bin.average(\.mean)),
                    .number(bin.average(\.high)), .number(bin.average(\.score)),
                ])
            }
        }
        return table
    }

    private static func figure(
        _ metric: ScoredMetric, _ bins: [Bin], _ path: String, _ context: ReportContext, _ files: inout ReportFiles
    ) -> PageFigure {
        let ranks = bins.map(\.rank)
        let described = ReportText.described(metric, context.sweep)
        let curves = [
            ("scores", \Bin.score), ("random matchings, mean + 2 sd", \Bin.high), ("random matchings, mean", \Bin.mean),
        ].map { name, sum in LineChart.Curve(name, x: ranks, y: bins.map { $0.average(sum) }) }
        var chart = LineChart(
            ChartText("\(metric.id) of random matchings by effective rank", subtitle: described),
            x: Axis("effective rank, geometric mean of the two layers", isLogarithmic: true),
            y: Axis(metric.id, isLogarithmic: curves.allSatisfy { $0.y.allSatisfy { $0 > 0 } }), curves: curves)
        chart.naming = .legend
        let pairs = ReportText.count(bins.reduce(0) { $0 + $1.cells }, "layer pair")
        return files.add(
            chart.figure(), ["chance-by-rank", metric.id],
            caption:
                "\(described): mean scores of \(pairs) of different models by effective rank, beside those of random matchings.",
            numbers: .shared(path: path, content: "scores of random matchings of all metrics"),
            topic: ReportText.topic(metric))
    }
}
