internal import Figures
internal import SweepAnalysis

/// The same words for the same things in every section.
enum ReportText {
    /// "k = 10", "q = 10", "bandwidth 0.5"; empty for metrics without a parameter. Metrics themselves are called by their ids everywhere.
    static func parameter(_ metric: ScoredMetric) -> String {
        if let k = metric.k { return "k = \(k)" }
        if let dimensions = metric.dimensions { return "q = \(dimensions)" }
        return metric.bandwidth.map { "bandwidth \(NumberText.brief($0))" } ?? ""
    }

    /// What a figure by the metric is about, among what readers may choose.
    static func topic(_ metric: ScoredMetric) -> PageChoices.Topic {
        let parameter = parameter(metric)
        return PageChoices.Topic(metric.kind, setting: parameter.isEmpty ? nil : parameter)
    }

    /// "mutual_knn_k10, variant exact, n = 1024 samples".
    static func described(_ metric: ScoredMetric, _ sweep: SweepScores) -> String {
        "\(metric.id), \(conditions(metric, sweep))"
    }

    /// "variant exact, n = 1024 samples".
    static func conditions(_ metric: ScoredMetric, _ sweep: SweepScores) -> String {
        "\(metric.variant.isEmpty ? "" : "variant \(metric.variant), ")\(sweep.samplesInWords)"
    }

    static func score(_ value: Double) -> String {
        value.isFinite ? NumberText.fixed(value, decimals: 3) : "none"
    }

    /// A p or q to two significant digits, and to more where these would put it on the other side of 0.05.
    static func probability(_ value: Double) -> String {
        let limit = 0.05
        let shown = (2...15).lazy.map { NumberText.rounded(value, significant: $0) }
            .first { ($0 <= limit) == (value <= limit) }
        return NumberText.exact(shown ?? value)
    }

    static func statistic(_ estimate: Estimate<Double>) -> String {
        estimate.value.map { NumberText.fixed($0, decimals: 2) } ?? "none (\(estimate.reason ?? "unknown"))"
    }

    /// "0.83 (95 % interval 0.41 to 0.96)".
    static func spearman(_ line: AlignmentLine) -> String {
        let interval = line.spearmanInterval.value.map {
            " (95 % interval \(NumberText.fixed($0.lower, decimals: 2)) to \(NumberText.fixed($0.upper, decimals: 2)))"
        }
        return statistic(line.spearman) + (interval ?? "")
    }

    /// "0.1 (95 % interval 0.05 to 0.15)".
    static func interval(of value: Double, _ interval: Estimate<JackknifeInterval>) -> String {
        let ends = interval.value.map { "95 % interval \(NumberText.brief($0.lower)) to \(NumberText.brief($0.upper))" }
        return "\(NumberText.brief(value)) (\(ends ?? "no interval: \(interval.reason ?? "unknown")"))"
    }

    static func percent(_ share: Double) -> String {
        let percent = 100 * share
        return "\(NumberText.fixed(percent, decimals: percent < 10 ? 1 : 0)) %"
    }

    /// A clause as a sentence of its own.
    static func sentence(_ clause: String) -> String { clause.prefix(1).uppercased() + clause.dropFirst() + "." }

    /// "1 pair", "3 pairs".
    static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// "3", "3 and 4", "3, 3 and 4".
    static func list(_ items: [String]) -> String {
        items.count > 1 ? items.dropLast().joined(separator: ", ") + " and " + items[items.count - 1] : items.joined()
    }

    /// The first of `items`, and how many more there are.
    static func some(_ items: [String], limit: Int = ReportLimits.listed) -> String {
        let shown = items.prefix(limit).joined(separator: ", ")
        return items.count > limit ? "\(shown) and \(items.count - limit) more" : shown
    }

    /// The models that are looked at: "vision models", "models of x".
    static func subjects(_ subjects: ComparisonGroup.Subjects) -> String {
        switch subjects {
        case .xModels: "models of x"
        case .yModels: "models of y"
        case .modality(let modality): "\(modality) models"
        case .allModels: "all models"
        }
    }

    /// What they are measured against.
    static func references(_ subjects: ComparisonGroup.Subjects, _ sweep: SweepScores) -> String {
        switch subjects {
        case .xModels: "models of y"
        case .yModels: "models of x"
        case .modality(let own):
            sweep.x.models.compactMap(\.modality).first { $0 != own }.map { "\($0) models" }
                ?? "models of other modalities"
        case .allModels: "all other models"
        }
    }

    /// For file names.
    static func slug(_ subjects: ComparisonGroup.Subjects) -> String {
        switch subjects {
        case .xModels: "x"
        case .yModels: "y"
        case .modality(let modality): modality
        case .allModels: "all"
        }
    }

    /// "1 to 20, 40 to 60" of numbers in ascending order.
    static func ranges(_ numbers: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = runs.last, number == last.upperBound + 1 {
                runs[runs.count - 1] = last.lowerBound...number
            } else {
                runs.append(number...number)
            }
        }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }.joined(
            separator: ", ")
    }
}
