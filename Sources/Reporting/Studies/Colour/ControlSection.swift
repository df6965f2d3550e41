internal import ColourStudy
internal import Figures

/// Part 4: networks by layer, trained against random weights.
enum ControlSection {
    static func section(_ study: ColourStudy, _ files: inout ReportFiles) -> HTMLPage.Section? {
        guard !study.models.isEmpty else { return nil }
        var table = DataTable(columns: ["network", "weights", "layer", "Spearman", "p", "unbiased CKA", "p of CKA"])
        for model in study.models {
            for (layer, found) in zip(model.features.layers, model.layers) {
                table.append([
                    .text(model.features.model), .text(model.features.isPretrained ? "trained" : "random"),
                    .text(layer.name),
                    .init(found.spearman), .init(found.spearmanP), .init(found.unbiasedCKA), .init(found.unbiasedCKAP),
                ])
            }
        }
        _ = files.add(table, ["layers"])
        var blocks: [HTMLPage.Block] = [
            .paragraph(
                "A network need not have learned anything of colour to put \u{201C}dark green\u{201D} near \u{201C}light green\u{201D}: they share a "
                    + "word. What training brings is what a trained network has beyond the same network with random weights."
            ),
            .figures([
                depths(study, "Spearman", "spearman", \.spearman, &files),
                depths(study, "unbiased CKA", "unbiased-cka", \.unbiasedCKA, &files),
            ]),
        ]
        if table.rows.count <= ReportLimits.rowsInTables {
            blocks.append(.table(table, caption: "Every layer against CIELAB"))
        }
        return HTMLPage.Section("Trained networks against random weights", blocks)
    }

    private static func depths(
        _ study: ColourStudy, _ title: String, _ slug: String, _ number: (DistanceComparison) -> Double?,
        _ files: inout ReportFiles
    ) -> PageFigure {
        let curves = study.models.map { model in
            let last = Double(max(1, model.layers.count - 1))
            return LineChart.Curve(
                model.features.model, x: model.layers.indices.map { model.layers.count == 1 ? 1 : Double($0) / last },
                y: model.layers.map { number($0) ?? .nan })
        }
        var chart = LineChart(
            ChartText("\(title) with CIELAB over the depth of networks"),
            x: Axis("depth among the layers of the store, 1 is the last"), y: Axis(title), curves: curves)
        chart.reference = .init(0, label: "chance")
        chart.naming = .legend
        return files.add(
            chart.figure(), ["layers", slug],
            caption: "\(title) of the distances of colour words with ΔE, layer by layer. Layers stand at equal steps.")
    }
}
