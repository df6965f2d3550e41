internal import Figures
internal import SweepAnalysis

/// The same words for the same things in every section.
enum ReportText {
    /// "mutual_knn (k = 10)".
    static func name(_ metric: ScoredMetric) -> String {
        var parts: [String] = []
        if let k = metric.k { parts.append("k = \(k)") }
        if let dimensions = metric.dimensions { parts.append("q = \(dimensions)") }
        if let bandwidth = metric.bandwidth { parts.append("bandwidth \(NumberText.brief(bandwidth))") }
        return metric.kind + (parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))")
    }

    /// "mutual_knn (k = 10), variant exact, n = 1024 samples".
    static func described(_ metric: ScoredMetric, _ sweep: SweepScores) -> String {
        "\(name(metric)), \(conditions(metric, sweep))"
    }

    /// "variant exact, n = 1024 samples".
    static func conditions(_ metric: ScoredMetric, _ sweep: SweepScores) -> String {
        "\(metric.variant.isEmpty ? "" : "variant \(metric.variant), ")n = \(sweep.sampleCount) samples"
    }

    static func score(_ value: Double) -> String {
        value.isFinite ? NumberText.fixed(value, decimals: 3) : "none"
    }

    static func statistic(_ estimate: Estimate<Double>) -> String {
        estimate.value.map { NumberText.fixed($0, decimals: 2) } ?? "none (\(estimate.reason ?? "unknown"))"
    }

    static func percent(_ share: Double) -> String {
        let percent = 100 * share
        return "\(NumberText.fixed(percent, decimals: percent < 10 ? 1 : 0)) %"
    }

    /// "1 pair", "3 pairs".
    static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

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
            sweep.x.models.compactMap(\.modality).first { $0 != own }.map { "\($0) models" } ?? "models of other modalities"
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

    /// A layer index as a person reads it.
    static func layer(_ index: Int?) -> String {
        switch index {
        case nil: ""
        case ScoredLayer.concatenation?: ", all layers"
        case let index?: ", layer \(index)"
        }
    }
}
