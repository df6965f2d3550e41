internal import Figures
internal import SweepAnalysis

/// What is set beside what, and how much scores differ under each metric.
enum ChangeSummarySection {
    static func section(_ results: ComparedResults, _ files: inout ReportFiles) -> HTMLPage.Section {
        let comparison = results.comparison
        var blocks: [HTMLPage.Block] = [.paragraph(compared(results)), .paragraph(samples(results))]
        if let metric = leading(results), let sentence = sentence(metric, results) {
            blocks.append(.paragraph(sentence))
        }
        if results.first.scores.sampleCount != results.second.scores.sampleCount {
            blocks.append(
                .note(
                    "The numbers of samples differ: neighbours are harder to share among more samples, and scores of one number do not compare "
                        + "with those of another. A sweep with --gallery says what score a smaller number is expected to give."
                ))
        }
        for metric in comparison.metrics where metric.first.variant != metric.second.variant {
            blocks.append(
                .note(
                    "\(metric.first.id) is of the variant \(metric.first.variant) in \(results.first.name), and \(metric.second.variant) in "
                        + "\(results.second.name)."))
        }
        guard !comparison.metrics.isEmpty, !comparison.pairs.isEmpty else {
            let what = comparison.metrics.isEmpty ? "No metric" : "No pair of models"
            return HTMLPage.Section(
                "Summary", blocks + [.note("\(what) is in both sweeps: there is nothing to compare.")])
        }
        let table = table(results)
        let path = files.add(table, ["metrics"])
        blocks.append(
            .table(
                table,
                caption:
                    "Means over pairs of different networks; of the pairs with a score in both, how many are higher or lower in \(results.second.name) "
                    + "by intervals"))
        blocks.append(.links([("CSV of this table", path)]))
        return HTMLPage.Section("Summary", blocks)
    }

    /// The metric that is shown where there is room for one.
    static func leading(_ results: ComparedResults) -> SweepComparison.Metric? {
        let metrics = results.comparison.metrics
        return ReportContext.leading(metrics.map(\.first)).map { metrics[$0] }
    }

    private static func compared(_ results: ComparedResults) -> String {
        let comparison = results.comparison
        func described(_ sweep: ComparedResults.Sweep) -> String {
            "\(sweep.name) (\(ReportText.count(ComparedModels(sweep.scores).count, "model")), \(sweep.scores.samplesInWords)"
                + "\(sweep.provenance.isComplete ? "" : ", partial"))"
        }
        return
            "\(described(results.first)) is set beside \(described(results.second)): \(ReportText.count(comparison.pairs.count, "pair")) of models, "
            + "by name, and \(ReportText.count(comparison.metrics.count, "metric")) are in both. Differences are \(results.second.name) less "
            + "\(results.first.name), of the maximum over pairs of layers."
    }

    private static func samples(_ results: ComparedResults) -> String {
        let lacking = results.comparison.metrics.filter { !$0.hasIntervals }
        let lack =
            lacking.isEmpty
            ? ""
            : " There are none of \(ReportText.some(lacking.map(\.first.id))): both sweeps have to be run with --intervals."
        let how =
            switch results.comparison.samples {
            case .paired:
                "Both have the same samples in the same order: intervals of differences are of the same subsamples, where what both scores owe to "
                    + "the samples cancels."
            case .same:
                "Both have the same samples, in other subsamples: what both scores owe to the samples does not cancel, and intervals of differences "
                    + "are rather too wide."
            case .shared(let count):
                "\(ReportText.count(count, "sample")) are in both: intervals of differences are those of independent samples, and rather too wide."
            case .disjoint: "The samples are others: intervals of differences are those of independent samples."
            }
        return how + lack
            + " Intervals say how far other samples would move a difference: models and their best layers are taken as they are."
    }

    private static func sentence(_ metric: SweepComparison.Metric, _ results: ComparedResults) -> String? {
        guard let mean = metric.mean else { return nil }
        let id = metric.first.id
        let all =
            "By \(id), the mean over \(ReportText.count(metric.meanPairs, "pair")) of different networks is \(ReportText.score(mean.first)) in "
            + "\(results.first.name) and \(ReportText.score(mean.second)) in \(results.second.name), a difference of \(ReportText.change(mean))"
        let verdict =
            !metric.hasIntervals ? "." : (mean.isDecided ? "." : ", which other samples could turn round.")
        let order = metric.rankCorrelation.value.map {
            " The order of the pairs is \($0 > 0.95 ? "nearly the same" : ($0 > 0.7 ? "much the same" : "another")): Spearman's correlation is "
                + "\(NumberText.fixed($0, decimals: 2))."
        }
        return all + verdict + (order ?? "")
    }

    private static func table(_ results: ComparedResults) -> DataTable {
        var table = DataTable(columns: [
            "metric", "parameter", "pairs", "mean, \(results.first.name)", "mean, \(results.second.name)", "difference",
            "lower", "upper",
            "Spearman", "pairs higher", "pairs lower", "not decided",
        ])
        for metric in results.comparison.metrics {
            let changes = metric.changes.map(\.change)
            func count(_ isCounted: (SweepComparison.Change) -> Bool) -> DataTable.Cell {
                metric.hasIntervals ? .count(changes.count(where: isCounted)) : .missing
            }
            let mean = metric.mean
            table.append(
                [.text(metric.first.id), .text(ReportText.parameter(metric.first)), .count(changes.count)]
                    + [
                        mean?.first, mean?.second, mean?.difference, mean?.lower, mean?.upper,
                        metric.rankCorrelation.value,
                    ]
                    .map { .init($0) } + [count { $0.lower > 0 }, count { $0.upper < 0 }, count { !$0.isDecided }])
        }
        return table
    }
}
