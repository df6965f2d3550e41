internal import Figures
internal import SweepAnalysis
internal import SweepModel

/// What permutations support of one metric's scores, and what they do not, in words.
struct CalibrationSentences {
    private let metric: ScoredMetric
    private let calibration: PairCalibration
    private let context: ReportContext
    private let family: [ComparedModels.Pair]
    private let found: [ComparedModels.Pair]

    init(_ metric: ScoredMetric, _ calibration: PairCalibration, _ context: ReportContext) {
        self.metric = metric
        self.calibration = calibration
        self.context = context
        family = calibration.family(.maximum, context.compared)
        found = calibration.discoveries(.maximum, context.compared)
    }

    var text: String {
        [drawn, finding, others, resolution, largest, scale, caveats].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static let limit = "q ≤ \(NumberText.brief(CalibratedScores.significant))"
    private var permutations: Int { calibration.source.permutations }

    /// "pairs of different networks" where networks are known.
    private var kind: String {
        context.compared.models.contains { $0.network != nil } ? "of different networks" : "of different models"
    }

    private var drawn: String {
        let what = calibration.source.permutesGroups ? "whole groups of samples" : "the samples"
        let whose = context.sweep.isSymmetric ? "of the second model of each pair" : "of y"
        let parameter = ReportText.parameter(metric)
        let conditions = [metric.id, parameter, ReportText.conditions(metric, context.sweep)].filter { !$0.isEmpty }
        return
            "By \(conditions.joined(separator: ", ")), the scores of model pairs were found again under K = "
            + "\(permutations.counted("random permutation")) of \(what) \(whose); p is the share of scores as high or higher, the observed "
            + "one among them, and q is corrected for the number of pairs (Benjamini & Hochberg): of pairs with \(Self.limit) at most that "
            + "share is expected to be unrelated."
    }

    private var finding: String {
        let all = family.count
        let pair = "their best layer pairs agree more than those of unrelated models would"
        switch (found.count, all) {
        case (_, 0): return "No pair \(kind) has a score to correct: nothing is said of any."
        case (1, 1):
            return
                "The one pair \(kind) has \(Self.limit)\(numbers): its best layer pair agrees more than that of unrelated models would."
        case (0, 1): return "The one pair \(kind) does not have \(Self.limit)\(numbers): \(undecided("its"))."
        case (0, _): return "None of \(all) pairs \(kind) has \(Self.limit)\(numbers): \(undecided("their"))."
        case (all, _): return "All \(all) pairs \(kind) have \(Self.limit)\(numbers): \(pair)."
        case (1, _):
            return
                "Of \(all) pairs \(kind) one has \(Self.limit)\(numbers): its best layer pair agrees more than that of unrelated models would."
        default: return "Of \(all) pairs \(kind) \(found.count) have \(Self.limit)\(numbers): \(pair)."
        }
    }

    private func undecided(_ whose: String) -> String {
        "that \(whose) best layers agree more than those of unrelated models is not shown, nor is it that they do not"
    }

    /// " (p = 0.001, q = 0.042)" of the pairs that are spoken of, or the ranges of both.
    private var numbers: String {
        let spoken = found.isEmpty ? family : found
        guard let values = calibration.values[.maximum] else { return "" }
        func range(_ name: String, _ numbers: [Double]) -> String? {
            let all = spoken.map { numbers[cell($0)] }.filter(\.isFinite)
            guard let low = all.min(), let high = all.max() else { return nil }
            let (a, b) = (ReportText.probability(low), ReportText.probability(high))
            return a == b ? "\(name) = \(a)" : "\(name) from \(a) to \(b)"
        }
        return " (\([range("p", values.p), range("q", values.q)].compactMap(\.self).joined(separator: ", ")))"
    }

    /// The pairs that do not stand out, where others do.
    private var others: String {
        let left = family.filter { !found.contains($0) }
        guard !found.isEmpty, !left.isEmpty, let values = calibration.values[.maximum] else { return "" }
        let ordered = left.sorted { (values.q[cell($0)], cell($0)) < (values.q[cell($1)], cell($1)) }
        let named = ordered.map { pair in
            "\(name(pair)) (p = \(ReportText.probability(values.p[cell(pair)])), q = \(ReportText.probability(values.q[cell(pair)])))"
        }
        let count = left.count == 1 ? "One does not" : "\(left.count) do not"
        return
            "\(count), which does not show that \(left.count == 1 ? "it is" : "they are") unrelated: \(ReportText.some(named))."
    }

    /// How low p and q can be.
    private var resolution: String {
        guard !family.isEmpty else { return "" }
        let least = ReportText.probability(1 / Double(permutations + 1))
        let alone = CalibratedScores.leastQ(permutations: permutations, family: family.count)
        var text = "With \(permutations.counted("permutation")) no p is below \(least)"
        if family.count > 1 {
            text += ", and neither is the q of a lone pair, nor Holm's p of any, below \(ReportText.probability(alone))"
        }
        guard alone > CalibratedScores.significant else { return text + "." }
        // m/(K + 1) ≤ 1/20, in whole numbers.
        return text + ": to find a lone pair takes \((20 * family.count - 1).counted("permutation"))."
    }

    /// What a sweep of two sides says of its highest score.
    private var largest: String {
        guard let familywise = calibration.source.values[.maximum]?.familywise,
            familywise.count == metric.scores.count,
            let best = familywise.indices.filter({ familywise[$0].isFinite && metric.scores[$0].isFinite })
                .max(by: { metric.scores[$0] < metric.scores[$1] })
        else { return "" }
        let sweep = context.sweep
        let width = sweep.y.models.count
        return
            "The highest score of a pair that q is over, \(ReportText.score(metric.scores[best])) of \(sweep.x.models[best / width].name) with "
            + "\(sweep.y.models[best % width].name), has p = \(ReportText.probability(familywise[best])) against the "
            + "highest of all of these under the same permutation (Westfall & Young), which is exact where no pair at all is related."
    }

    private var scale: String {
        let share = "\(NumberText.brief(100 * calibration.source.level)) %"
        return
            "A threshold is what at most \(share) of permutations exceed, and a calibrated score is (score - threshold)/(1 - threshold), "
            + "from 0 to 1."
    }

    private var caveats: String {
        "That the best of many layer pairs is taken is allowed for, since every permutation's best is taken of the same layers; that pairs share "
            + "models is not: q holds for pairs that are independent or depend on one another positively. Unrelated means that any matching of "
            + "\(calibration.source.permutesGroups ? "groups of one size" : "the samples") is as likely as any other: a low q says neither how "
            + "strong an agreement is nor where it comes from, and untrained networks that saw the same inputs may have it too."
    }

    private func cell(_ pair: ComparedModels.Pair) -> Int { pair.first * context.compared.count + pair.second }

    private func name(_ pair: ComparedModels.Pair) -> String {
        "\(context.names[pair.first]) with \(context.names[pair.second])"
    }
}
