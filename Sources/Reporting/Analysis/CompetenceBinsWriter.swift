internal import HDF5
internal import SweepAnalysis

/// Writes the mean alignment of models of like competence.
struct CompetenceBinsWriter {
    /// Metric by metric, the same criteria in the same order for each.
    let all: [CompetenceBins]

    func write(_ analysis: borrowing HDF5Group, _ axes: AnalysisAxes) throws(HDF5Error) {
        let group = try LabelledGroup(
            analysis, "competence_bins", "alignment within bins of like competence, as in figure 2 of the paper, left")
        let count = axes.metric.count == 0 ? 0 : all.count / axes.metric.count
        let criteria = Array(all.prefix(count))
        let names = criteria.map { entry in
            switch entry.criterion {
            case .score(let axis): axis.score
            case .solvedTasks: "solved_tasks"
            }
        }
        let criterion = try group.axis("criterion", names, "the score that models are binned by")
        // The same criterion stands once for each modality that has it.
        try group.put(
            "modality", strings: criteria.map { $0.modality ?? "" }, [criterion],
            "modality of the models that are binned; empty where stores record none")
        try group.put(
            "reason", strings: criteria.map { $0.reason ?? "" }, [criterion],
            "why there are no bins; empty where there are")
        try group.put(
            "unevenness", strings: criteria.map { $0.unevenness ?? "" }, [criterion],
            "what equal values, which are never parted, did to the numbers of models; empty where nothing")
        guard count > 0 else { return try group.group.setAttribute("reason", to: "no model has a score") }
        let binCount = criteria.map(\.bins.count).max() ?? 0
        try group.put(
            "is_solved_tasks", counts: criteria.map { $0.criterion == .solvedTasks ? 1 : 0 }, [criterion],
            "1 for the share of vtab tasks solved at 80 % of the best model, 0 for a score")
        try group.put("bin_count", counts: criteria.map(\.bins.count), [criterion], "number of bins; 0, or at least 2")
        try group.put(
            "bin_of_model", criteria.flatMap { axes.parts($0.bins.map(\.models)) }, [criterion, axes.model],
            "position of the model's bin, -1 for none")
        let sizes = criteria.flatMap { entry in
            (0..<binCount).map { $0 < entry.bins.count ? entry.bins[$0].models.count : 0 }
        }
        let bin = try group.axis("bin", (0..<binCount).map { Int32(clamping: $0) }, "bins, ascending by value")
        func edges(_ edge: (CompetenceBins.Bin) -> Double) -> [Double] {
            criteria.flatMap { entry in (0..<binCount).map { $0 < entry.bins.count ? edge(entry.bins[$0]) : .nan } }
        }
        try group.put("bin_size", counts: sizes, [criterion, bin], "number of models in the bin")
        try group.put("lower", edges(\.lower), [criterion, bin], "least value in the bin, as shown")
        try group.put("upper", edges(\.upper), [criterion, bin], "greatest value in the bin, as shown")
        let means = (0..<count).flatMap { position in
            (0..<axes.metric.count).flatMap { metric in
                let bins = all[metric * count + position].bins
                return (0..<binCount).map {
                    $0 < bins.count
                        ? bins[$0].alignment : Estimate<PairMean>(none: "there are fewer bins by this criterion", n: 0)
                }
            }
        }
        try PairMeanWriter(prefix: "", means: means).write(group, [criterion, axes.metric, bin])
    }
}
