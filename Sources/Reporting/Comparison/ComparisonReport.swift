internal import Figures
internal import SweepAnalysis

/// A page about two sweeps side by side, with every drawing and every number beside it: the same bytes for the same input.
package struct ComparisonReport: Sendable {
    /// The page comes last.
    package let files: [ReportFile]

    package init(_ results: ComparedResults) {
        let (first, second) = (results.first, results.second)
        var files = ReportFiles()
        let sections = [
            ChangeSummarySection.section(results, &files), ChangeSection.section(results, &files),
            SettingsSection.section(results, &files),
        ]
        let pairs = results.comparison.pairs.count
        files.add(
            HTMLPage(
                title: "Two sweeps: \(first.name) and \(second.name)",
                subtitle: "\(ReportText.count(pairs, "pair")) of models in both; "
                    + ReportText.some(results.comparison.metrics.map(\.first.id)),
                sections: sections, footer: Report.footer, generator: PageMaker.report.rawValue,
                files: files.files.map(\.path)))
        self.files = files.files
    }
}

extension ReportText {
    /// "+0.012", "-0.003", "none".
    static func difference(_ value: Double) -> String { (value > 0 ? "+" : "") + score(value) }

    /// "+0.012 (95 % interval +0.004 to +0.020)".
    static func change(_ change: SweepComparison.Change) -> String {
        guard change.lower.isFinite else { return difference(change.difference) }
        return
            "\(difference(change.difference)) (95 % interval \(difference(change.lower)) to \(difference(change.upper)))"
    }
}
