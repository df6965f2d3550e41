internal import Figures
internal import SweepAnalysis

/// Correlations and lines of alignment against scores.
enum ScoreStatistics {
    /// A row for the mean over reference models, and one for each of them where they are few enough to be drawn.
    static func table(_ panels: [ScoreAlignment], _ sweep: SweepScores) -> DataTable {
        var table = DataTable(
            columns: [
                "metric", "score", "models", "reference", "n", "Pearson", "Spearman", "Spearman lower",
                "Spearman upper",
                "slope", "intercept",
            ])
        for panel in panels {
            let isDrawn = panel.lines.count <= ScoreAlignment.mostBandedReferences
            for line in [panel.pooled] + (isDrawn ? panel.lines : []) {
                table.append([
                    .text(panel.metric), .text(panel.axis.title), .text(ReportText.subjects(panel.subjects)),
                    .text(line.reference ?? "mean over \(ReportText.references(panel.subjects, sweep))"),
                    .count(line.pearson.n), .init(line.pearson.value), .init(line.spearman.value),
                    .init(line.spearmanInterval.value?.lower), .init(line.spearmanInterval.value?.upper),
                    .init(line.line.value?.slope), .init(line.line.value?.intercept),
                ])
            }
        }
        return table
    }
}
