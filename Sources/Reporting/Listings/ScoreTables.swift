internal import Figures
package import SweepAnalysis
internal import SweepModel

/// The model x model scores of a sweep as tables for a terminal, with the layers that attain them.
package struct ScoreTables {
    private let sweep: FinishedSweep
    /// Whether scores that do not stand out are dimmed, where a terminal shows them.
    private let dims: Bool

    /// Above so many models a matrix is no longer read, and the best pairs are listed instead.
    private static let matrixLimit = 40
    private static let listLength = 20

    package init(_ sweep: FinishedSweep, dims: Bool = false) {
        self.sweep = sweep
        self.dims = dims
    }

    /// One table for each metric, at most `width` columns wide.
    package func text(width: Int) -> String {
        var tables = sweep.plan.metrics.indices.map { table(metric: $0, width: width) }
        if let curve = sweep.plan.curves.first, let first = curve.ks.first, let last = curve.ks.last {
            let names = sweep.plan.curves.map(\.kind.rawValue).joined(separator: ", ")
            tables.append(
                "\(names): curves over \(curve.ks.count) values of k from \(first) to \(last) are in /curves\n")
        }
        return tables.joined(separator: "\n")
    }

    private func table(metric position: Int, width: Int) -> String {
        let plan = sweep.plan
        let metric = plan.metrics[position]
        let models = sweep.modelScores(metric: position)
        let variant = metric.kind.variant(plan.variant)
        let suffix = variant == .exact ? "" : " (\(variant.rawValue))"
        let title =
            "\(metric.id)\(suffix): best layer pair, score and layers (x layer/y layer); \(plan.samplesInWords)\(chance(metric))\n"
        let marks = Marks(
            calibration: sweep.calibrations[position],
            standardErrors: sweep.scoredIntervals(metric: position)?.bestStandardErrors)
        // One direction says nothing of the other where the metric is not symmetric.
        let isMirrored = plan.isSymmetric && metric.kind.isSymmetric
        let isSmall = max(plan.xModels.count, plan.yModels.count) <= Self.matrixLimit
        return title + (marks.calibration.map(legend) ?? "") + legend(position)
            + (isSmall ? matrix(models, marks, isMirrored, width) : list(models, marks, isMirrored, width))
    }

    /// A chance level, which may be too small for the decimals of scores.
    static func chance(_ level: Double) -> String { level < 0.0005 ? NumberText.brief(level) : number(level) }

    private func chance(_ metric: Metric) -> String {
        switch ChanceLevel(metric, sweep) {
        case .unknown: return ""
        case .uniform(let level): return ", chance of one layer pair \(Self.chance(level))"
        case .layerwise(let levels):
            let known = levels.filter(\.isFinite)
            guard let least = known.min(), let most = known.max() else { return "" }
            return ", chance of one layer pair \(Self.chance(least)) to \(Self.chance(most))"
        }
    }

    /// What the stars beside calibrated scores say.
    private func legend(_ calibration: CalibratedScores) -> String {
        return
            "* p <= 0.05, ** p <= 0.01, *** p <= 0.001 under \(calibration.permutations.counted("permutation")) of the samples, "
            + "the maximum over layers included; \(calibration.discoveries) of \(calibration.familySize.counted("pair")) with q <= \(CalibratedScores.significant)\n"
    }

    /// What ± says; empty where there are no intervals.
    private func legend(_ position: Int) -> String {
        guard let intervals = sweep.scoredIntervals(metric: position) else { return "" }
        return
            "± \(NumberText.brief(100 * ScoredIntervals.level)) % over \(intervals.drawsGroups ? "groups of samples" : "samples")"
            + " (\(intervals.subsamples) subsamples\(intervals.isValidated ? "" : "; not validated for this metric")), the best layers held fixed\n"
    }

    /// Stars for the p of a model pair; nothing where it has none, or where it is above 0.05.
    private static func stars(_ p: Double) -> String {
        switch p {
        case ...0.001: "***"
        case ...0.01: "**"
        case ...0.05: "*"
        default: ""
        }
    }

    private func matrix(
        _ models: ModelScores, _ marks: Marks, _ isMirrored: Bool, _ width: Int
    ) -> String {
        let plan = sweep.plan
        let columns = plan.yModels.count
        let rows = plan.xModels.indices.map { i in
            ["\(i + 1) " + name(plan.xModels[i])]
                + plan.yModels.indices.map { j in
                    // The lower half of a symmetric table says nothing new.
                    isMirrored && j < i ? "" : cell(models, marks, i * columns + j)
                }
        }
        let header = [""] + plan.yModels.enumerated().map { plan.isSymmetric ? "\($0 + 1)" : "\($0 + 1) " + name($1) }
        let note = plan.isSymmetric && !isMirrored ? "not symmetric: x in rows, y in columns\n" : ""
        let faint = { (row: Int, column: Int) in column > 0 && isFaint(marks.p(row * columns + column - 1)) }
        return note + TextTable(header: header, rows: rows, isFaint: faint).text(width: width)
    }

    private func list(
        _ models: ModelScores, _ marks: Marks, _ isMirrored: Bool, _ width: Int
    ) -> String {
        let plan = sweep.plan
        let columns = plan.yModels.count
        let cells = (0..<models.scores.count).filter { cell in
            let (i, j) = (cell / columns, cell % columns)
            return models.scores[cell].isFinite && (!plan.isSymmetric || (isMirrored ? i < j : i != j))
        }
        let best = Array(cells.sorted { models.scores[$0] > models.scores[$1] }.prefix(Self.listLength))
        let rows = best.map { cell in
            [
                name(plan.xModels[cell / columns]), name(plan.yModels[cell % columns]),
                self.cell(models, marks, cell),
            ]
        }
        let pairs = plan.isSymmetric && !isMirrored ? "ordered pair" : "pair"
        return "the \(rows.count) best of \(cells.count.counted(pairs))\n"
            + TextTable(header: ["x", "y", "score"], rows: rows, textColumns: 2) {
                isFaint(marks.p(best[$0])) && $1 == 2
            }
            .text(width: width)
    }

    /// Whether a score that is calibrated does not stand out.
    private func isFaint(_ p: Double) -> Bool { dims && p > CalibratedScores.significant }

    private func name(_ model: Int) -> String { TerminalText.safe(sweep.plan.models[model].name) }

    /// What stands beside scores.
    private struct Marks {
        let calibration: CalibratedScores?
        /// Of the maximum, for each pair of models.
        let standardErrors: [Double]?

        func p(_ cell: Int) -> Double { calibration?.values[.maximum]?.p[cell] ?? .nan }
    }

    private func cell(_ models: ModelScores, _ marks: Marks, _ cell: Int) -> String {
        if models.scores[cell].isNaN { return "-" }
        let error = marks.standardErrors?[cell] ?? .nan
        let width = error.isFinite ? "±\(Self.number(ScoredIntervals.halfWidth(error)))" : ""
        return
            "\(Self.number(models.scores[cell]))\(width)\(Self.stars(marks.p(cell))) \(layer(models.bestXLayers[cell]))/\(layer(models.bestYLayers[cell]))"
    }

    /// A layer's index; all layers side by side as a word.
    private func layer(_ index: Int32) -> String {
        switch Int(index) {
        case PlannedLayer.concatenation: "all"
        case -1: "-"
        default: "\(index)"
        }
    }

    /// Three decimals.
    package static func number(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        // Beyond what thousandths in an Int can hold.
        guard value.magnitude < 1e15 else { return "\(value)" }
        let thousandths = Int((value.magnitude * 1000).rounded())
        let fraction = String(thousandths % 1000)
        let sign = value < 0 && thousandths > 0 ? "-" : ""
        return "\(sign)\(thousandths / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }
}
