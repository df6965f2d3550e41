internal import ContrastiveStudy
internal import Figures

/// Part 2: learned kernels against the PMI, pair by pair.
enum KernelSection {
    /// Pairs of events that a scatter plot shows of each loss.
    private static let mostPairs = 260

    static func section(_ study: ContrastiveStudy, _ files: inout ReportFiles) -> HTMLPage.Section {
        var blocks: [HTMLPage.Block] = [
            .paragraph(
                "Each point is a pair of events: where it lies on the horizontal axis is known beforehand, from the world alone; how high "
                    + "it lies was learned. A line of slope 1 is the theory, and where it crosses the axis is the offset, which either loss leaves "
                    + "open: binary NCE through its bias, InfoNCE because it never sees it.")
        ]
        var figures: [PageFigure] = []
        for found in study.smooth { figures.append(scatter(found, &files)) }
        if let torus = study.findings(.torus) { figures.append(modalities(torus, &files)) }
        blocks.append(.figures(figures))
        if let torus = study.findings(.torus) {
            blocks.append(.heading("The same as matrices"))
            blocks.append(.figures(matrices(torus, &files)))
        }
        return HTMLPage.Section("The kernel is the PMI, up to an offset", blocks)
    }

    /// Kernels of both losses against the PMI, of pairs that happen.
    static func scatter(_ found: ContrastiveStudy.WorldFindings, _ files: inout ReportFiles) -> PageFigure {
        let (world, pmi) = (found.world, found.pmi)
        let shown = someOf(pmi)
        let ends = [pmi.values.filter(\.isFinite).min() ?? 0, pmi.values.filter(\.isFinite).max() ?? 1]
        let series = found.learned.map { learned in
            let kernel = learned.kernels[0]
            let points = shown.map { a, b in
                ScatterChart.Point(
                    x: pmi[a, b], y: kernel[a, b], name: "events \(a) and \(b)", isLabelled: false)
            }
            let trend = learned.fit.scale.flatMap { scale in
                learned.fit.offset.map { offset in TrendLine(x: ends, y: ends.map { offset + scale * $0 }) }
            }
            return ScatterChart.Series(learned.loss.title, points: points, trend: trend)
        }
        var chart = ScatterChart(
            ChartText(
                "\(ContrastiveText.title(world.kind)): kernel against PMI",
                subtitle: found.learned.map {
                    "\($0.loss.title): r \(ContrastiveText.relation($0.fit.correlation))"
                }
                .joined(separator: ", ")),
            x: Axis("PMI of two events"), y: Axis("learned inner product"), series: series)
        chart.width = 530
        chart.plotHeight = 300
        let fits = found.learned.map { learned in
            "with \(learned.loss.title) slope \(ContrastiveText.number(learned.fit.scale)) and offset "
                + ContrastiveText.number(learned.fit.offset)
        }
        return files.add(
            chart.figure(), ["kernel", world.kind.rawValue],
            caption:
                "\(ContrastiveText.title(world.kind)): \(world.kind.definition). The line has \(ReportText.list(fits)), over "
                + "\(ReportText.count(found.learned.first?.fit.pairs ?? 0, "ordered pair")); \(shown.count) of each loss are drawn."
        )
    }

    /// Pairs of different or equal events whose number is finite, evenly spread over the order of the numbers, both ends included.
    static func someOf(_ numbers: PairValues) -> [(Int, Int)] {
        let pairs = (0..<numbers.count).flatMap { a in (a..<numbers.count).map { (a, $0) } }
            .filter { numbers[$0.0, $0.1].isFinite }
            .sorted { (numbers[$0.0, $0.1], $0.0, $0.1) < (numbers[$1.0, $1.1], $1.0, $1.1) }
        let shown = min(mostPairs, pairs.count)
        guard shown > 1 else { return pairs }
        return (0..<shown).map { pairs[$0 * (pairs.count - 1) / (shown - 1)] }
    }

    /// The kernel of the second modality against that of the first.
    private static func modalities(
        _ found: ContrastiveStudy.WorldFindings, _ files: inout ReportFiles
    ) -> PageFigure {
        let shown = someOf(found.pmi)
        let series = found.learned.map { learned in
            ScatterChart.Series(
                learned.loss.title,
                points: shown.map { a, b in
                    ScatterChart.Point(
                        x: learned.kernels[0][a, b], y: learned.kernels[1][a, b], name: "events \(a) and \(b)",
                        isLabelled: false)
                })
        }
        let correlations = found.learned.map {
            "\($0.loss.title): r \(ContrastiveText.relation(KernelFit($0.kernels[1], pmi: $0.kernels[0]).correlation))"
        }
        var chart = ScatterChart(
            ChartText("Torus: one modality against another", subtitle: correlations.joined(separator: ", ")),
            x: Axis("inner product, first modality"), y: Axis("inner product, second modality"), series: series)
        chart.width = 530
        chart.plotHeight = 300
        return files.add(
            chart.figure(), ["kernel", "modalities"],
            caption:
                "Two learners that never saw each other's observations: the same events have the same inner products. The offset is what each happened "
                + "to end with.")
    }

    private static func matrices(
        _ found: ContrastiveStudy.WorldFindings, _ files: inout ReportFiles
    ) -> [PageFigure] {
        let count = found.world.count
        let names = [("PMI", found.pmi)] + found.learned.prefix(1).map { ("kernel by \($0.loss.title)", $0.kernels[0]) }
        let numbers = Array(0..<count)
        return names.map { name, values in
            let domain = (values.values.min() ?? 0)...(values.values.max() ?? 1)
            var chart = HeatmapChart(
                ChartText("Torus: \(name)", subtitle: "\(count) events by \(count)"),
                rows: .init("event", numbers: numbers),
                columns: .init("event", numbers: numbers), values: values.values,
                colours: ColourScale(.viridis, over: domain), colourTitle: name)
            chart.printsValues = false
            chart.plotSize = 400
            return files.add(
                chart.figure(), ["matrix", name],
                caption:
                    "Torus, \(name): every pair of events. The colours run from each matrix's least number to its greatest, so that the offset is not seen."
            )
        }
    }
}
