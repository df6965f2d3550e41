internal import Figures
internal import SweepAnalysis

/// Part 1: what was compared, the extremes in words, and what is missing.
enum SummarySection {
    static func section(_ context: ReportContext, _ files: inout ReportFiles) -> HTMLPage.Section {
        var blocks: [HTMLPage.Block] = [.paragraph(comparison(context))]
        if !context.provenance.isComplete {
            blocks.append(
                .note("The sweep is partial: some of its work was given up. What is missing is listed below."))
        }
        if context.sweep.metrics.isEmpty {
            blocks.append(.note("There are no scores of single layer pairs: the sweep has curves over k only."))
        } else {
            let table = metrics(context)
            _ = files.add(table, ["metrics"])
            blocks.append(.table(table, caption: "Metrics; chance is that of a single layer pair"))
        }
        blocks += HighlightSentences.blocks(context)
        blocks.append(.heading("Missing, tied and clipped"))
        blocks += GapSentences.blocks(context, &files)
        return HTMLPage.Section("Summary", blocks)
    }

    private static func comparison(_ context: ReportContext) -> String {
        let (sweep, compared) = (context.sweep, context.compared)
        let what: String
        if sweep.isSymmetric {
            what =
                "\(ReportText.count(sweep.x.models.count, "model")) with \(ReportText.count(sweep.x.layers.count, "layer")) "
                + "are compared with one another (\(ReportText.count(compared.pairs.count, "pair")))"
        } else {
            what =
                "\(ReportText.count(sweep.x.models.count, "model")) of x with "
                + "\(ReportText.count(sweep.x.layers.count, "layer")) are compared with "
                + "\(ReportText.count(sweep.y.models.count, "model")) of y with "
                + "\(ReportText.count(sweep.y.layers.count, "layer")) (\(ReportText.count(compared.pairs.count, "pair")))"
        }
        let modalities = Set(compared.models.compactMap(\.modality)).sorted().map { modality in
            "\(compared.models.count { $0.modality == modality }) \(modality)"
        }
        let kinds = modalities.isEmpty ? "" : ", by modality \(ReportText.some(modalities))"
        return
            "\(what)\(kinds), on \(sweep.samplesInWords). The score of two models is the maximum over their "
            + "pairs of layers unless another one is named. Scores of one number of samples or one k do not compare with "
            + "those of another."
    }

    private static func metrics(_ context: ReportContext) -> DataTable {
        var table = DataTable(
            columns: [
                "metric", "parameter", "variant", "chance, lowest", "chance, highest", "pairs with a score", "lowest",
                "median", "highest",
            ])
        let n = context.compared.count
        for (metric, matrices) in zip(context.sweep.metrics, context.matrices) {
            let scores = context.compared.pairs.map { matrices.maximum[$0.first * n + $0.second] }.filter(\.isFinite)
                .sorted()
            let levels = (metric.chanceLayers ?? metric.chance.map { [$0] } ?? []).filter(\.isFinite)
            let middle = scores.count / 2
            let median: Double? =
                scores.isEmpty
                ? nil : (scores.count % 2 == 1 ? scores[middle] : (scores[middle - 1] + scores[middle]) / 2)
            table.append([
                .text(metric.id), .text(ReportText.parameter(metric)), .text(metric.variant), .init(levels.min()),
                .init(levels.max()),
                .count(scores.count), .init(scores.first), .init(median), .init(scores.last),
            ])
        }
        return table
    }
}
