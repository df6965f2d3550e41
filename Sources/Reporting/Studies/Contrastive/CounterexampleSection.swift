internal import ContrastiveStudy
internal import Figures

/// Part 5: what happens where the theory does not apply.
enum CounterexampleSection {
    static func section(_ study: ContrastiveStudy, _ files: inout ReportFiles) -> HTMLPage.Section {
        var blocks: [HTMLPage.Block] = []
        if let rough = study.findings(.rough) {
            blocks.append(.heading("The world is not smooth"))
            blocks.append(
                .paragraph(
                    "When every pair's affinity is drawn by itself, half of the PMI's eigenvalues are negative. The learners give the nearest "
                        + "thing that inner products can be. Far above the others lie events with themselves: a vector's product with itself is "
                        + "large whatever the world says."))
            blocks.append(.figures([KernelSection.scatter(rough, &files)]))
        }
        blocks.append(.heading("The vectors have too few dimensions"))
        blocks.append(.figures([dimensions(study, &files)]))
        if let torus = study.findings(.torus) {
            blocks.append(.heading("The observation is not a bijection"))
            blocks.append(.figures([lossy(torus, &files)]))
        }
        if let window = study.findings(.window) {
            blocks.append(.heading("A hard window"))
            blocks.append(
                .paragraph(
                    "Of pairs of events within the window the PMI is one and the same number, and of all others, "
                        + "\(ReportText.percent(window.unseenShare)) of the pairs, it is minus infinity. No table has such inner products: "
                        + "the loss always gains from pushing these pairs further apart."))
            blocks.append(.figures([drift(window, study, &files)]))
        }
        return HTMLPage.Section("Where it fails", blocks)
    }

    private static func dimensions(_ study: ContrastiveStudy, _ files: inout ReportFiles) -> PageFigure {
        let xs = study.dimensions.map { Double($0.dimension) }
        let curves = ContrastiveLoss.allCases.enumerated().map { position, loss in
            LineChart.Curve(loss.title, x: xs, y: study.dimensions.map { $0.fits[position].correlation ?? .nan })
        }
        var chart = LineChart(
            ChartText("Torus: correlation of kernel and PMI over the dimension"), x: Axis("numbers in a vector"),
            y: Axis("correlation", domain: 0...1.02), curves: curves)
        chart.naming = .legend
        let needed = study.findings(.torus)?.condition.neededDimension ?? 0
        let first = study.dimensions.first { $0.fits.allSatisfy { ($0.correlation ?? 0) >= 0.99 } }?.dimension
        return files.add(
            chart.figure(), ["dimensions"],
            caption:
                "A torus is two circles, and each takes two numbers. \(needed) eigenvalues of PMI + C are above a thousandth of the largest; both losses "
                + (first.map { "reach a correlation of 0.99 from \($0) numbers on." }
                    ?? "stay below a correlation of 0.99."))
    }

    /// The kernel of a modality that merges events, against what the events' own PMI is.
    private static func lossy(_ found: ContrastiveStudy.WorldFindings, _ files: inout ReportFiles) -> PageFigure {
        let pmi = found.pmi
        let shown = KernelSection.someOf(pmi)
        let fits = found.learned.map { KernelFit($0.kernels[2], pmi: pmi).correlation }
        let series = found.learned.map { learned in
            ScatterChart.Series(
                learned.loss.title,
                points: shown.map { a, b in
                    ScatterChart.Point(
                        x: pmi[a, b], y: learned.kernels[2][a, b], name: "events \(a) and \(b)", isLabelled: false)
                })
        }
        var chart = ScatterChart(
            ChartText(
                "Torus: kernel of the lossy modality against PMI",
                subtitle: zip(found.learned, fits).map { "\($0.loss.title): r \(ContrastiveText.relation($1))" }
                    .joined(separator: ", ")),
            x: Axis("PMI of two events"), y: Axis("learned inner product"), series: series)
        chart.width = 530
        chart.plotHeight = 300
        return files.add(
            chart.figure(), ["kernel", "lossy"],
            caption:
                "Every two events look the same to this modality. Its kernel is the PMI of what it observes, and not that of the events; so the "
                + "kernels of two modalities need not agree where one of them loses what the other shows.")
    }

    private static func drift(
        _ found: ContrastiveStudy.WorldFindings, _ study: ContrastiveStudy, _ files: inout ReportFiles
    ) -> PageFigure {
        let steps = study.settings.looks.map(Double.init)
        let curves = found.learned.flatMap { learned in
            [
                LineChart.Curve("within the window, \(learned.loss.title)", x: steps, y: learned.seenScores),
                LineChart.Curve("never together, \(learned.loss.title)", x: steps, y: learned.unseenScores),
            ]
        }
        var chart = LineChart(
            ChartText("Window: mean score of pairs", subtitle: "inner product, and the bias of binary NCE"),
            x: Axis("step of training", isLogarithmic: true), y: Axis("mean score"), curves: curves)
        chart.naming = .legend
        let pmi = found.pmi.values.filter(\.isFinite).max()
        let sentences = found.learned.compactMap { learned in
            learned.unseenScores.last.map { "\(learned.loss.title) \(ContrastiveText.number($0))" }
        }
        return files.add(
            chart.figure(), ["window"],
            caption:
                "Within the window the PMI is \(ContrastiveText.number(pmi)). Mean scores of pairs that are never together at the end: "
                + "\(ReportText.list(sentences)); InfoNCE may add any number to all of them.")
    }
}
