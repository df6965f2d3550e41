internal import Figures
internal import SweepAnalysis
internal import SweepModel

/// What a reader has to know of the scores: what is missing, tied or clipped, and why.
enum GapSentences {
    static func blocks(_ context: ReportContext, _ files: inout ReportFiles) -> [HTMLPage.Block] {
        let gaps = context.analysis.gaps
        var items = missing(context)
        if gaps.tied.isEmpty {
            items.append(
                "No layer has more than \(ReportText.percent(SweepPlan.tiedLimit)) of rows with tied neighbours.")
        } else {
            let layers = gaps.tied.map { "\($0.label) \($0.name) (\(ReportText.percent($0.share)) of rows)" }
            items.append(
                "Tied neighbours: \(ReportText.some(layers)). The order of samples decides the neighbours there, so these "
                    + "layers stay out of the maxima of neighbour metrics unless the sweep was told to keep them.")
        }
        if gaps.clipped.isEmpty {
            items.append("No values were clipped.")
        } else {
            let share = gaps.clipped.map(\.share).max() ?? 0
            let most = gaps.clipped.prefix(3).map { "\($0.label) \($0.name) (\(ReportText.percent($0.share)))" }
            items.append(
                "Clipped values: \(ReportText.count(gaps.clipped.count, "layer")), up to \(ReportText.percent(share)) of "
                    + "a layer's values; most in \(most.joined(separator: ", ")).")
        }
        let path = files.add(layers(context.sweep), ["layers"])
        return [.list(items)] + causes(context.provenance) + [
            .links([("Every layer's shares of tied rows and clipped values (CSV)", path)])
        ]
    }

    private static func missing(_ context: ReportContext) -> [String] {
        guard !context.sweep.metrics.isEmpty else { return [] }
        let gaps = context.analysis.gaps.missing
        guard !gaps.isEmpty else { return ["Every pair of models has a score by every metric."] }
        return gaps.map { gap in
            let models = gap.models.isEmpty ? "" : "; models without any: \(ReportText.some(gap.models))"
            return
                "\(gap.metric): \(gap.pairCount) of \(ReportText.count(gap.comparedCount, "pair")) without a score\(models)."
        }
    }

    private static func causes(_ provenance: Provenance) -> [HTMLPage.Block] {
        let undefined = provenance.undefined.map { "Not defined: \($0)" }
        let failures = provenance.failures.map { "Not computed: \($0)" }
        let causes = failures + undefined
        guard !causes.isEmpty else { return [] }
        if causes.count <= ReportLimits.listed { return [.paragraph("Why scores are missing:"), .list(causes)] }
        return [
            .paragraph("Why scores are missing, the first of \(causes.count) causes:"),
            .list(Array(causes.prefix(ReportLimits.listed))), .details(summary: "All causes", [.list(causes)]),
        ]
    }

    private static func layers(_ sweep: SweepScores) -> DataTable {
        var table = DataTable(columns: ["side", "model", "layer", "name", "tied", "clipped"])
        for (name, side) in sweep.isSymmetric ? [("x", sweep.x)] : [("x", sweep.x), ("y", sweep.y)] {
            for layer in side.layers {
                table.append([
                    .text(name), .text(side.models[layer.model].name), .count(layer.index), .text(layer.name),
                    .number(layer.tied), .number(layer.clipped),
                ])
            }
        }
        return table
    }
}
