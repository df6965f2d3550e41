internal import Figures
package import SweepAnalysis

/// Two models, or two pairs of models, beside each other, for a terminal or for programs.
package struct ComparisonListing {
    /// One metric's part.
    private struct Part {
        let metric: ScoredMetric
        let intervals: ScoredIntervals
        let rows: [Row]
        let relatives: [String]
    }

    private struct Row {
        let name: String
        let first: Double
        let second: Double
        let difference: ScoreDifference
    }

    /// What the columns of scores are called.
    private let first: String
    private let second: String
    private let sampleCount: Int
    private let parts: [Part]

    /// Of two models with every model that both are compared with, or with those that are `chosen`.
    package init(_ sweep: SweepScores, _ side: ComparedSide, _ first: String, _ second: String, chosen: [String]) {
        (self.first, self.second, sampleCount) = (first, second, sweep.sampleCount)
        parts = sweep.metrics.compactMap { metric in
            guard let intervals = metric.intervals else { return nil }
            let found = ModelComparison(metric, intervals, side, chosen: chosen.isEmpty ? nil : Set(chosen))
            func row(_ partner: ModelComparison.Partner, _ name: String) -> Row {
                Row(name: name, first: partner.first, second: partner.second, difference: partner.difference)
            }
            var rows = found.partners.map { row($0, $0.name) }
            if let mean = found.mean, rows.count > 1 { rows.append(row(mean, "mean of \(rows.count)")) }
            return Part(metric: metric, intervals: intervals, rows: rows, relatives: found.relatives)
        }
    }

    /// Of two pairs of models, by the positions of their scores.
    package init(_ sweep: SweepScores, pairs: [(name: String, cell: Int)]) {
        precondition(pairs.count == 2, "two pairs")
        (first, second, sampleCount) = (pairs[0].name, pairs[1].name, sweep.sampleCount)
        parts = sweep.metrics.compactMap { metric in
            guard let intervals = metric.intervals else { return nil }
            let (a, b) = (pairs[0].cell, pairs[1].cell)
            let difference = ScoreDifference(intervals, scores: metric.scores, plus: [a], minus: [b])
            let row = Row(name: "", first: metric.scores[a], second: metric.scores[b], difference: difference)
            return Part(
                metric: metric, intervals: intervals, rows: difference.value.isFinite ? [row] : [], relatives: [])
        }
    }

    /// Whether any score was compared.
    package var isEmpty: Bool { parts.allSatisfy(\.rows.isEmpty) }

    package func text(width: Int) -> String {
        let tables = parts.map { part in heading(part) + table(part, width: width) + verdict(part) }
        return tables.joined(separator: "\n") + "\n" + caveats
    }

    private func heading(_ part: Part) -> String {
        let intervals = part.intervals
        let what = intervals.drawsGroups ? "groups of samples" : "samples"
        return
            "\(part.metric.id): \(TerminalText.safe(first)) beside \(TerminalText.safe(second)); n = \(sampleCount), "
            + "\(intervals.subsamples) subsamples of \(intervals.drawnUnits) of \(intervals.units) \(what)"
            + "\(intervals.isValidated ? "" : "; intervals of this metric are not validated")\n"
    }

    private func table(_ part: Part, width: Int) -> String {
        guard !part.rows.isEmpty else { return "no model has a score with both\n" }
        let rows = part.rows.map { row in
            let difference = row.difference
            return [
                TerminalText.safe(row.name), ScoreTables.number(row.first), ScoreTables.number(row.second),
                signed(difference.value), "\(signed(difference.lower)) to \(signed(difference.upper))",
                difference.isDecided ? (difference.value > 0 ? "higher" : "lower") : "not decided",
            ]
        }
        let header = ["with", TerminalText.safe(first), TerminalText.safe(second), "difference", "95 % interval", ""]
        return TextTable(header: header, rows: rows).text(width: width)
    }

    private func verdict(_ part: Part) -> String {
        guard let last = part.rows.last else { return "" }
        let difference = last.difference
        let (a, b) = (TerminalText.safe(first), TerminalText.safe(second))
        let mean = part.rows.count > 1 ? " on average over these \(part.rows.count - 1)" : ""
        let left =
            part.relatives.isEmpty
            ? ""
            : " Left out as variants of one of their networks: \(part.relatives.map(TerminalText.safe).joined(separator: ", "))."
        guard difference.isDecided else {
            return "Which of both is higher\(mean) is not shown: the interval of the difference holds 0.\(left)\n"
        }
        return "\(difference.value > 0 ? a : b) is higher than \(difference.value > 0 ? b : a)\(mean).\(left)\n"
    }

    private var caveats: String {
        "Intervals say how far other samples would move a difference: models and their best layers are taken as they are, and that these were chosen "
            + "is not allowed for. Of many comparisons some are decided by chance.\n"
    }

    private func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + ScoreTables.number(value) }

    package func json() throws -> String {
        try SafeJSON.document(
            parts.map { part in
                PartJSON(
                    metric: part.metric.id, first: first, second: second, n: sampleCount,
                    subsamples: part.intervals.subsamples, drawn: part.intervals.drawsGroups ? "groups" : "samples",
                    validated: part.intervals.isValidated, level: ScoredIntervals.level,
                    rows: part.rows.map { row in
                        RowJSON(
                            with: row.name, first: row.first, second: row.second, difference: row.difference.value,
                            standardError: row.difference.standardError.finite, lower: row.difference.lower.finite,
                            upper: row.difference.upper.finite, decided: row.difference.isDecided)
                    }, leftOut: part.relatives)
            })
    }

    private struct PartJSON: Encodable {
        let metric: String
        let first: String
        let second: String
        let n: Int
        let subsamples: Int
        let drawn: String
        let validated: Bool
        let level: Double
        let rows: [RowJSON]
        let leftOut: [String]
    }

    private struct RowJSON: Encodable {
        let with: String
        let first: Double
        let second: Double
        let difference: Double
        let standardError: Double?
        let lower: Double?
        let upper: Double?
        let decided: Bool
    }
}
