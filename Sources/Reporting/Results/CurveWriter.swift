internal import HDF5
internal import SweepAnalysis
internal import SweepModel

/// Writes one metric's scores as functions of the number of neighbours.
struct CurveWriter {
    let scores: CurveScores
    let plan: SweepPlan

    func write(_ curves: borrowing HDF5Group, _ axes: borrowing Axes) throws(HDF5Error) {
        let curve = scores.curve
        let group = try curves.createGroup(curve.kind.rawValue)
        try group.setAttribute("metric", to: curve.kind.rawValue)
        try group.setAttribute("variant", to: curve.kind.variant(plan.variant).rawValue)
        let ks = try group.createDataset("k", shape: [curve.ks.count], values: curve.ks.map { Int32(clamping: $0) })
        try ks.makeScale(named: "k")
        let best = curve.ks.indices.flatMap { scores.scores(position: $0, variant: plan.variant) }
        try write(group, "scores", best, ks, axes)
        try write(group, "last_layers", scores.lastLayers.flatMap(\.self), ks, axes)
    }

    private func write(
        _ group: borrowing HDF5Group, _ name: String, _ values: [Double], _ ks: borrowing HDF5Dataset,
        _ axes: borrowing Axes
    ) throws(HDF5Error) {
        let shape = [scores.curve.ks.count, plan.xModels.count, plan.yModels.count]
        let dataset = try group.createDataset(name, shape: shape, values: values)
        try dataset.attachScale(ks, toDimension: 0)
        try dataset.attachScale(axes.x, toDimension: 1)
        try dataset.attachScale(axes.y, toDimension: 2)
    }
}
