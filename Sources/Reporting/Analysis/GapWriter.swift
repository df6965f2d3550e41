internal import HDF5
internal import SweepAnalysis

/// Writes what is missing, tied or clipped.
struct GapWriter {
    let gaps: ScoreGaps

    func write(_ analysis: borrowing HDF5Group, _ axes: AnalysisAxes) throws(HDF5Error) {
        let group = try LabelledGroup(analysis, "gaps", "what a reader of the scores has to know")
        let lacking = try group.axis(
            "lacking_metric", gaps.missing.map(\.metric), "metrics that lack scores of pairs")
        try group.put(
            "missing_pairs", counts: gaps.missing.map(\.pairCount), [lacking], "distinct pairs without a score")
        try group.put("n", counts: gaps.missing.map(\.comparedCount), [lacking], "distinct pairs compared")
        try group.put(
            "model_has_none", gaps.missing.flatMap { missing in axes.parts([missing.models]).map { $0 + 1 } },
            [lacking, axes.model], "1 where the model has no score at all")
        try write(group, "tied", gaps.tied, "share of rows with tied neighbours, above the limit")
        try write(group, "clipped", gaps.clipped, "share of clipped values")
    }

    private func write(
        _ group: borrowing LabelledGroup, _ name: String, _ layers: [ScoreGaps.Layer], _ description: String
    ) throws(HDF5Error) {
        let axis = try group.axis("\(name)_layer", layers.map(\.label), "layers, greatest share first")
        try group.put("\(name)_share", layers.map(\.share), [axis], description)
    }
}
