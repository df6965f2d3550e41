internal import Figures
internal import SweepAnalysis

/// Scores of Gaussian kernels over their bandwidth: from local likeness to global.
enum BandwidthSection {
    static let title = "From local to global: the bandwidth of Gaussian kernels"

    /// Fewer bandwidths are no curve.
    private static let leastBandwidths = 3

    /// Nil where the sweep has no such series.
    static func section(_ context: ReportContext, _ files: inout ReportFiles) -> HTMLPage.Section? {
        let series = context.sweep.metrics.indices.filter { context.sweep.metrics[$0].bandwidth != nil }
            .sorted { (context.sweep.metrics[$0].bandwidth ?? 0) < (context.sweep.metrics[$1].bandwidth ?? 0) }
        guard series.count >= leastBandwidths else { return nil }
        let linear = context.sweep.metrics.indices.first { context.sweep.metrics[$0].kind == "cka" }
        let n = context.compared.count
        func scores(_ pair: ComparedModels.Pair) -> [Double] {
            series.map { context.matrices[$0].maximum[pair.first * n + pair.second] }
        }
        let ranked = context.compared.pairs.filter { pair in
            !context.compared.sharesNetwork(pair) && scores(pair).contains(where: \.isFinite)
        }.sorted { a, b in
            let (first, second) = (mean(scores(a)), mean(scores(b)))
            return first != second ? first > second : (a.first, a.second) < (b.first, b.second)
        }
        guard !ranked.isEmpty else { return nil }
        let shown = CurveSection.spread(ranked.count).map { ranked[$0] }
        let bandwidths = series.compactMap { context.sweep.metrics[$0].bandwidth }
        let curves = shown.map { pair in
            LineChart.Curve(
                "\(context.names[pair.first]) with \(context.names[pair.second])", x: bandwidths, y: scores(pair))
        }
        let kind = context.sweep.metrics[series[0]].kind
        let samples = context.sweep.samplesInWords
        let some =
            shown.count < ranked.count
            ? "\(shown.count) of \(ranked.count) pairs, from the highest to the lowest"
            : ReportText.count(shown.count, "pair")
        var chart = LineChart(
            ChartText("\(kind) over the bandwidth", subtitle: "\(samples); \(some)"),
            x: Axis("bandwidth, in median distances", isLogarithmic: true), y: Axis(kind), curves: curves)
        chart.naming = .legend
        return HTMLPage.Section(
            title,
            [
                .paragraph(
                    "A Gaussian kernel sees samples that are nearer to each other than its bandwidth, a multiple of the median distance: small ones ask "
                        + "whether the same samples are close to each other, as neighbours do, and large ones come near to linear CKA, which looks at "
                        + "the whole. With a small bandwidth every sample is alike to itself alone, and all layers then look alike: that end is not "
                        + "to be read as alignment. " + words(ranked, series, linear, context)),
                .figures([
                    files.add(
                        chart.figure(), ["bandwidth", kind],
                        caption:
                            "\(kind), \(samples): the maximum over layers at each bandwidth, \(some), pairs of one network left out."
                    )
                ]),
                .links([
                    (
                        "Scores of all pairs at all bandwidths (CSV)",
                        files.add(table(ranked, series, linear, context), ["bandwidths"])
                    )
                ]),
            ])
    }

    private static func mean(_ values: [Double]) -> Double {
        let known = values.filter(\.isFinite)
        return known.reduce(0, +) / Double(max(1, known.count))
    }

    /// How much the order of the pairs owes to the bandwidth.
    private static func words(
        _ pairs: [ComparedModels.Pair], _ series: [Int], _ linear: Int?, _ context: ReportContext
    ) -> String {
        func values(_ metric: Int) -> [Double] {
            pairs.map { context.matrices[metric].maximum[$0.first * context.compared.count + $0.second] }
        }
        func name(_ metric: Int) -> String {
            "bandwidth \(NumberText.brief(context.sweep.metrics[metric].bandwidth ?? .nan))"
        }
        let (smallest, largest) = (series[0], series[series.count - 1])
        var parts = [
            "between \(name(smallest)) and \(name(largest)) "
                + ReportText.statistic(SpearmanCorrelation.of(values(smallest), values(largest)))
        ]
        if let linear {
            parts.append(
                "between \(name(largest)) and linear CKA "
                    + ReportText.statistic(SpearmanCorrelation.of(values(largest), values(linear))))
        }
        return
            "Spearman's correlation of the scores of \(ReportText.count(pairs.count, "pair")) is \(parts.joined(separator: ", and "))."
    }

    private static func table(
        _ pairs: [ComparedModels.Pair], _ series: [Int], _ linear: Int?, _ context: ReportContext
    ) -> DataTable {
        let metrics = series + (linear.map { [$0] } ?? [])
        var table = DataTable(columns: ["x", "y"] + metrics.map { context.sweep.metrics[$0].id })
        for pair in pairs {
            table.append(
                [.text(context.names[pair.first]), .text(context.names[pair.second])]
                    + metrics.map {
                        .number(context.matrices[$0].maximum[pair.first * context.compared.count + pair.second])
                    })
        }
        return table
    }
}
