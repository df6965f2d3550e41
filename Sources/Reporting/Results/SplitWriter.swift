internal import HDF5
internal import SweepAnalysis
internal import SweepModel

/// Writes one metric's scores in disjoint parts of the samples, into `/statistics/<id>`.
struct SplitWriter {
    let plan: SweepPlan
    let layers: SubsampledScores
    let splits: ScoredSplits

    func write(_ group: borrowing HDF5Group, _ axes: borrowing Axes) throws(HDF5Error) {
        try group.setAttribute("splits", to: Int64(splits.count))
        try group.setAttribute("least_split_samples", to: Int64(splits.samples.lowerBound))
        try group.setAttribute("most_split_samples", to: Int64(splits.samples.upperBound))
        for (name, values) in [("split_mean", layers.means), ("split_sd", layers.deviations)] {
            let dataset = try group.createDataset(
                name, shape: [plan.xLayers.count, plan.yLayers.count], values: values)
            try dataset.attachScale(axes.xLayer, toDimension: 0)
            try dataset.attachScale(axes.yLayer, toDimension: 1)
        }
        let scores = try group.createDataset(
            "split_scores", shape: [plan.xModels.count, plan.yModels.count, splits.count], values: splits.scores)
        try scores.attachScale(axes.x, toDimension: 0)
        try scores.attachScale(axes.y, toDimension: 1)
    }
}

extension ResultsReader {
    /// The scores of the metric called `id` in disjoint parts of the samples; nil where there are no such.
    func scoredSplits(of id: String) throws(HDF5Error) -> ScoredSplits? {
        guard let group = try statisticsGroup(of: id), try group.kind(of: "split_scores") != nil else { return nil }
        let parts = try count("splits", of: 2...Int(Self.largestNumber), group)
        let least = try count("least_split_samples", of: 1...Int(Self.largestNumber), group)
        let most = try count("most_split_samples", of: least...Int(Self.largestNumber), group)
        return ScoredSplits(
            count: parts, samples: least...most,
            scores: try reading.scores("split_scores", models + [parts], in: group))
    }
}
