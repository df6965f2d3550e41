internal import HDF5
internal import SweepAnalysis

/// Writes how deep in each model its best layers are.
struct DepthProfileWriter {
    let profiles: [DepthProfile]

    func write(_ analysis: borrowing HDF5Group, _ axes: AnalysisAxes) throws(HDF5Error) {
        let parent = try LabelledGroup(
            analysis, "depth", "relative depth l/(L - 1) of the layers that align best, over partners")
        try write(parent.group, "x_models", profiles.map(\.x), axes.metric)
        try write(parent.group, "y_models", profiles.map(\.y), axes.metric)
    }

    private func write(
        _ parent: borrowing HDF5Group, _ side: String, _ profiles: [[DepthProfile.Model]], _ metric: DatasetAxis
    ) throws(HDF5Error) {
        guard let models = profiles.first, !models.isEmpty, profiles.allSatisfy({ $0.count == models.count })
        else { return }
        let group = try LabelledGroup(parent, side, "depth profiles of one side's models")
        let member = try group.axis("member", models.map(\.name), "models of the side")
        let quartile = try group.axis("quartile", [0.25, 0.5, 0.75], "quantiles")
        let count = DepthProfile.binCount
        let bin = try group.axis(
            "depth_bin", (0..<count).map { Double($0) / Double(count) }, "lower edges; the last bin includes 1")
        let found = profiles.flatMap(\.self)
        let depths = found.map(\.depths)
        try group.put("mean", depths, [metric, member], "mean relative depth") { $0.mean }
        try group.put("n", counts: depths.map(\.n), [metric, member], "number of partners")
        try group.put(
            "quartiles", depths.flatMap { $0.value?.quartiles ?? [.nan, .nan, .nan] }, [metric, member, quartile],
            "quartiles of relative depth")
        try group.put(
            "histogram", counts: depths.flatMap { $0.value?.histogram ?? [Int](repeating: 0, count: count) },
            [metric, member, bin], "number of partners by relative depth")
        try group.put(
            "concatenated", counts: found.map(\.concatenatedCount), [metric, member],
            "number of partners with which all layers side by side align best")
    }
}
