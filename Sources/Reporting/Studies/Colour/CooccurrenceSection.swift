internal import ColourStudy
internal import Figures
internal import SweepModel

/// Part 5: what was counted, pairs that are never seen, and smoothing.
enum CooccurrenceSection {
    static func section(_ study: ColourStudy, _ files: inout ReportFiles) -> HTMLPage.Section {
        let (vision, settings) = (study.vision, study.settings)
        let (counts, pmi) = (vision.counts, vision.pmi)
        var table = DataTable(columns: [
            "added to every count", "Spearman with CIELAB", "unbiased CKA with CIELAB", "of this study",
        ])
        for (smoothing, comparison) in vision.smoothings {
            table.append([
                .text(NumberText.brief(smoothing)), .init(comparison.spearman), .init(comparison.unbiasedCKA),
                .text(smoothing == pmi.smoothing ? "yes" : ""),
            ])
        }
        _ = files.add(table, ["smoothing"])
        let treatment =
            pmi.smoothing > 0
            ? "here \(NumberText.brief(pmi.smoothing)) is added to the count of every ordered pair of colours, so that each has a PMI"
            : "nothing is added to counts here, and such pairs are put as far apart as the farthest that were seen"
        return HTMLPage.Section(
            "Pixels that stand beside each other",
            [
                .paragraph(
                    "\(counts.pairs.grouped) pairs of pixels at most \(counts.radius) apart were drawn. Their colours are put on a grid of "
                        + "\(counts.grid.levels) by \(counts.grid.levels) by \(counts.grid.levels) cells in RGB, of which the \(pmi.count) most frequent "
                        + "take part: they hold \(ReportText.percent(share(vision))) of all pixels."),
                .paragraph(
                    "\(ReportText.percent(pmi.unseenShare)) of the pairs of different colours were never seen beside each other. Their PMI would be minus "
                        + "infinity; \(treatment). Dissimilarities are c − PMI with c = \(ColourText.number(pmi.offset)), the least that makes none of two "
                        + "different colours negative."),
                .table(
                    table,
                    caption:
                        "How much rests on what is added to counts (\(settings.colours) colours at most; 0 puts pairs that were never seen as far apart as the farthest)"
                ),
            ])
    }

    /// The share of ends of pairs that lie in the cells that take part.
    private static func share(_ vision: ColourStudy.VisionFindings) -> Double {
        let ends = vision.counts.ends
        return Double(vision.pmi.cells.reduce(0) { $0 + ends[$1] }) / Double(max(1, ends.reduce(0, +)))
    }
}
