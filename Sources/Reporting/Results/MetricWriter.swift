internal import HDF5
internal import SweepAnalysis
internal import SweepModel

/// Writes one metric: its layer scores, chance, maximum over layers, and what stands beside the maximum.
struct MetricWriter {
    let sweep: FinishedSweep
    /// Position of the metric in the plan.
    let position: Int

    func write(
        metrics: borrowing HDF5Group, diagnostics: borrowing HDF5Group, _ axes: borrowing Axes
    ) throws(HDF5Error) {
        let plan = sweep.plan
        let metric = plan.metrics[position]
        let group = try metrics.createGroup(metric.id)
        try group.setAttribute("metric", to: metric.kind.rawValue)
        try group.setAttribute("variant", to: metric.kind.variant(plan.variant).rawValue)
        switch metric.parameter {
        case nil: break
        case .neighbours(let k): try group.setAttribute("k", to: Int64(k))
        case .dimensions(let q): try group.setAttribute("dimensions", to: Int64(q))
        case .bandwidth(let bandwidth): try group.setAttribute("bandwidth", to: bandwidth)
        }
        let layerShape = [plan.xLayers.count, plan.yLayers.count]
        try matrix(group, "layer_scores", layerShape, sweep.table.scores[position], axes.xLayer, axes.yLayer)
        switch ChanceLevel(metric, sweep) {
        case .uniform(let level): try group.setAttribute("chance", to: level)
        case .layerwise(let levels):
            try matrix(group, "chance_layer", layerShape, levels, axes.xLayer, axes.yLayer)
        case .unknown: try group.setAttribute("chance", to: .nan)
        }
        let models = sweep.modelScores(metric: position)
        let shape = [plan.xModels.count, plan.yModels.count]
        try matrix(group, "scores", shape, models.scores, axes.x, axes.y)
        try matrix(group, "best_x_layer", shape, models.bestXLayers, axes.x, axes.y)
        try matrix(group, "best_y_layer", shape, models.bestYLayers, axes.x, axes.y)

        let diagnosis = try diagnostics.createGroup(metric.id)
        try matrix(
            diagnosis, "last_layers", shape, ModelScores.lastLayers(sweep.table, metric: position), axes.x, axes.y)
        try matrix(
            diagnosis, "matched_depth", shape, ModelScores.matchedDepth(sweep.table, metric: position), axes.x, axes.y)
        guard let k = metric.k else { return }
        func tied(_ layers: [Int]) -> [Double] { layers.map { sweep.tiedShare(ofLayer: $0, k: k) ?? .nan } }
        try vector(diagnosis, "x_layer_tied", tied(plan.xLayers), axes.xLayer)
        try vector(diagnosis, "y_layer_tied", tied(plan.yLayers), axes.yLayer)
    }

    private func matrix<Element: HDF5Element>(
        _ group: borrowing HDF5Group, _ name: String, _ shape: [Int], _ values: [Element],
        _ rows: borrowing HDF5Dataset,
        _ columns: borrowing HDF5Dataset
    ) throws(HDF5Error) {
        let dataset = try group.createDataset(name, shape: shape, values: values)
        try dataset.attachScale(rows, toDimension: 0)
        try dataset.attachScale(columns, toDimension: 1)
    }

    private func vector(
        _ group: borrowing HDF5Group, _ name: String, _ values: [Double], _ axis: borrowing HDF5Dataset
    ) throws(HDF5Error) {
        let dataset = try group.createDataset(name, shape: [values.count], values: values)
        try dataset.attachScale(axis, toDimension: 0)
    }
}
