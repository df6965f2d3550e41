internal import HDF5
internal import SweepAnalysis

/// Writes the statistics over finished scores as `/analysis`.
struct AnalysisWriter {
    let analysed: AnalysedSweep

    func write(_ root: borrowing HDF5Group) throws(HDF5Error) {
        let analysis = analysed.compared
        let models = analysis.compared.models.map(\.name)
        let group = try LabelledGroup(
            root, "analysis", "statistics over the model scores; NaN where there is none, with reasons and n beside it")
        let axes = AnalysisAxes(
            metric: try group.axis("metric", analysis.metrics.map(\.id), "metrics, by the names of their groups"),
            model: try group.axis("model", models, "models of both sides, each once: x, then y"),
            modelNames: models)
        let others = try group.axis("other_model", models, "the same models")
        try group.put(
            "alignment", analysis.metrics.flatMap(\.matrix), [axes.metric, axes.model, others],
            "score of two models, both directions of asymmetric metrics averaged; NaN where they are not compared")
        // Ranges of k alone leave curves and no metric.
        if !analysis.metrics.isEmpty {
            try group.group.dataset("alignment").setAttribute("n", to: Int64(analysis.compared.pairs.count))
        }
        try ScoreAlignmentWriter(analysed: analysed).write(group.group, axes)
        try CompetenceBinsWriter(all: analysed.competenceBins).write(group.group, axes)
        try CurveTrendWriter(curves: analysed.curves).write(group.group, axes)
        try MetricCorrelationWriter(correlation: analysed.metricCorrelation).write(group.group, axes)
        try DepthProfileWriter(profiles: analysed.depthProfiles).write(group.group, axes)
        try FacetWriter(facets: analysed.facets).write(group.group, axes)
        try ClusteringWriter(clusterings: analysed.clusterings).write(group.group, axes)
        try HighlightWriter(highlights: analysed.highlights).write(group.group, axes)
        try GapWriter(gaps: analysed.gaps).write(group.group, axes)
    }
}

/// The dimensions that all sections share.
struct AnalysisAxes {
    let metric: DatasetAxis
    let model: DatasetAxis
    private let positions: [String: Int32]

    init(metric: DatasetAxis, model: DatasetAxis, modelNames: [String]) {
        self.metric = metric
        self.model = model
        positions = Dictionary(modelNames.enumerated().map { ($1, Int32(clamping: $0)) }) { first, _ in first }
    }

    /// Positions along `model`; -1 for a name that is not there.
    func positions(_ names: [String]) -> [Int32] { names.map { positions[$0] ?? -1 } }

    /// For each model the first of the `parts` that it is in; -1 for none.
    func parts(_ parts: [[String]]) -> [Int32] {
        var found = [Int32](repeating: -1, count: model.count)
        for (part, names) in parts.enumerated() {
            for position in positions(names) where position >= 0 && found[Int(position)] == -1 {
                found[Int(position)] = Int32(clamping: part)
            }
        }
        return found
    }
}

extension ComparisonGroup.Subjects {
    /// Says on a group who its subjects are.
    func describe(_ group: borrowing HDF5Group) throws(HDF5Error) {
        switch self {
        case .xModels: try group.setAttribute("subjects", to: "x")
        case .yModels: try group.setAttribute("subjects", to: "y")
        case .allModels: try group.setAttribute("subjects", to: "all")
        case .modality(let modality):
            try group.setAttribute("subjects", to: "modality")
            try group.setAttribute("modality", to: modality)
        }
    }
}
