internal import ContrastiveStudy
internal import Figures

/// Part 3: how alike the kernels of two modalities are, along training.
enum TrainingSection {
    static func section(_ study: ContrastiveStudy, _ files: inout ReportFiles) -> HTMLPage.Section {
        let k = study.settings.neighbours
        var blocks: [HTMLPage.Block] = [
            .paragraph(
                "Learners of different modalities share no event, no order and no beginning: what they see is shuffled, and their tables are "
                    + "drawn by themselves. For comparison their kernels are brought into the order of the events. mutual_knn (k = \(k)) and "
                    + "cka are computed by the code that sweeps use, of vectors that are neither clipped nor normalised."
            )
        ]
        for found in study.smooth {
            blocks.append(
                .figures([
                    figure(found, study, "mutual_knn", "mutual k-NN", \.mutualNeighbours, &files),
                    figure(found, study, "cka", "CKA", \.cka, &files),
                ]))
        }
        return HTMLPage.Section("Modalities come to the same kernel as they learn", blocks)
    }

    private static func figure(
        _ found: ContrastiveStudy.WorldFindings, _ study: ContrastiveStudy, _ slug: String, _ metric: String,
        _ number: (KernelAgreement) -> Double, _ files: inout ReportFiles
    ) -> PageFigure {
        let steps = study.settings.looks.map(Double.init)
        let curves = found.learned.flatMap { learned in
            [
                LineChart.Curve("bijective, \(learned.loss.title)", x: steps, y: learned.bijective.map(number)),
                LineChart.Curve("lossy, \(learned.loss.title)", x: steps, y: learned.lossy.map(number)),
            ]
        }
        let kind = found.world.kind
        var chart = LineChart(
            ChartText(
                "\(ContrastiveText.title(kind)): \(metric) of two modalities", subtitle: "\(found.world.count) events"),
            x: Axis("step of training", isLogarithmic: true), y: Axis(metric, domain: 0...1.02), curves: curves)
        let isMutual = slug == "mutual_knn"
        if isMutual {
            chart.reference = .init(
                KernelAgreement.chance(events: found.world.count, neighbours: study.settings.neighbours),
                label: "chance")
        }
        chart.plotHeight = 260
        chart.naming = .legend
        let ends = found.learned.compactMap { learned in
            learned.bijective.last.flatMap { good in
                learned.lossy.last.map {
                    "\(learned.loss.title) \(NumberText.fixed(number(good), decimals: 3)) for the bijective and "
                        + "\(NumberText.fixed(number($0), decimals: 3)) for the lossy modality"
                }
            }
        }
        return files.add(
            chart.figure(), ["training", kind.rawValue, slug],
            caption: "\(ContrastiveText.title(kind)), at the end: \(ReportText.list(ends)).")
    }
}
