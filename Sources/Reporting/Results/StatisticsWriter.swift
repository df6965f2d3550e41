internal import HDF5
internal import SweepAnalysis
internal import SweepModel

/// Writes what supports one metric's scores: where they lie among those of random matchings, and what permutations, subsamples, parts and galleries
/// say of them: `/statistics/<id>`.
struct StatisticsWriter {
    let sweep: FinishedSweep
    /// Position of the metric in the plan.
    let position: Int

    func write(_ statistics: borrowing HDF5Group, _ axes: borrowing Axes) throws(HDF5Error) {
        let (plan, found) = (sweep.plan, NullScores(metric: position, sweep))
        let group = try statistics.createGroup(plan.metrics[position].id)
        if let calibration = sweep.calibrations[position] {
            try CalibrationWriter(plan: plan, calibration: calibration, permutesGroups: sweep.groupSizes != nil)
                .write(group, axes)
        }
        if let intervals = sweep.scoredIntervals(metric: position) {
            try SubsampleIntervalWriter(plan: plan, scores: sweep.table.scores[position], intervals: intervals)
                .write(group, axes)
        }
        if let splits = sweep.scoredSplits(metric: position), let layers = sweep.subsampled(.parts, metric: position) {
            try SplitWriter(plan: plan, layers: layers, splits: splits).write(group, axes)
        }
        if let gallery = sweep.scoredGallery(metric: position) {
            try GalleryWriter(plan: plan, gallery: gallery).write(group, axes)
        }
        if let gap = found.gap { return try group.setAttribute("unknown", to: gap.rawValue) }
        try group.setAttribute("p_floor", to: NullScores.floor)
        for (name, values) in [
            ("null_mean", found.means), ("null_sd", found.deviations), ("null_skewness", found.skewnesses),
            ("z", found.z), ("p", found.p), ("adjusted", found.adjusted),
        ] {
            let dataset = try group.createDataset(
                name, shape: [plan.xLayers.count, plan.yLayers.count], values: values)
            try dataset.attachScale(axes.xLayer, toDimension: 0)
            try dataset.attachScale(axes.yLayer, toDimension: 1)
        }
    }
}
