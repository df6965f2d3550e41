internal import HDF5
internal import SweepAnalysis
internal import SweepModel

/// Writes how far other samples would move one metric's scores, into `/statistics/<id>`.
struct SubsampleIntervalWriter {
    let plan: SweepPlan
    /// LX x LY, row-major.
    let scores: [Double]
    let intervals: ScoredIntervals

    func write(_ group: borrowing HDF5Group, _ axes: borrowing Axes) throws(HDF5Error) {
        try group.setAttribute("subsamples", to: Int64(intervals.subsamples))
        try group.setAttribute("drawn", to: intervals.drawsGroups ? "groups" : "samples")
        try group.setAttribute("units", to: Int64(intervals.units))
        try group.setAttribute("drawn_units", to: Int64(intervals.drawnUnits))
        try group.setAttribute("interval_level", to: ScoredIntervals.level)
        try group.setAttribute("interval_validated", to: Int64(intervals.isValidated ? 1 : 0))
        let ends = ScoredIntervals.ends(scores, intervals.standardErrors)
        for (name, values) in [
            ("standard_error", intervals.standardErrors), ("lower", ends.lower), ("upper", ends.upper),
            ("left_out", intervals.leftOut ?? []),
        ] where !values.isEmpty {
            let dataset = try group.createDataset(
                name, shape: [plan.xLayers.count, plan.yLayers.count], values: values)
            try dataset.attachScale(axes.xLayer, toDimension: 0)
            try dataset.attachScale(axes.yLayer, toDimension: 1)
        }
        let shape = [plan.xModels.count, plan.yModels.count]
        let errors = try group.createDataset(
            "maximum_standard_error", shape: shape, values: intervals.bestStandardErrors)
        try errors.attachScale(axes.x, toDimension: 0)
        try errors.attachScale(axes.y, toDimension: 1)
        let replicates = try group.createDataset(
            "replicates", shape: shape + [intervals.subsamples], values: intervals.replicates)
        try replicates.attachScale(axes.x, toDimension: 0)
        try replicates.attachScale(axes.y, toDimension: 1)
    }
}
