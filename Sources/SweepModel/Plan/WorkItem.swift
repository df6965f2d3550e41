/// A unit of work that one worker runs from start to end.
package enum WorkItem: Hashable, Codable, Sendable {
    /// Read every layer of a model once: digests, clip threshold, values checked. The model's position in the plan.
    case survey(model: Int)
    /// Compute a layer's artifacts. The layer's position in the plan.
    case layer(Int)
    /// One of the steps (`NeighbourSteps`) that find a layer's neighbours before its artifacts are computed, where several workers share
    /// a layer.
    case step(layer: Int, index: Int)
    /// Score a tile of layer pairs: its block row and block column in the grid.
    case tile(row: Int, column: Int)
}

extension WorkItem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .survey(let model): "survey of model \(model)"
        case .layer(let layer): "artifacts of layer \(layer)"
        case .step(let layer, let index): "step \(index) of layer \(layer)"
        case .tile(let row, let column): "tile (\(row), \(column))"
        }
    }
}

extension WorkItem: Comparable {
    /// Surveys, layers, steps, tiles; each kind in the order of the plan.
    package static func < (a: WorkItem, b: WorkItem) -> Bool { a.place < b.place }

    private var place: (Int, Int, Int) {
        switch self {
        case .survey(let model): (0, model, 0)
        case .layer(let layer): (1, layer, 0)
        case .step(let layer, let index): (2, layer, index)
        case .tile(let row, let column): (3, row, column)
        }
    }
}

/// What a survey found of a model: what its layers' artifacts depend on beside their own values.
package struct ModelSurvey: Hashable, Codable, Sendable {
    /// The clip thresholds t, values are clamped to [-t, t]; infinity where nothing is clipped. One for the whole model, or, where
    /// each layer is clipped by itself, one for each layer of the store.
    package let clipThresholds: [Double]
    /// For each planned layer of the model, in order, the digest of its values in the joined order (32 hexadecimal digits).
    package let layerDigests: [String]
    /// What a reader of the results should know, such as the ids of all-zero rows.
    package let warnings: [String]

    package init(clipThresholds: [Double], layerDigests: [String], warnings: [String]) {
        self.clipThresholds = clipThresholds
        self.layerDigests = layerDigests
        self.warnings = warnings
    }

    /// The thresholds of `layer`: one, or for a concatenation of layers that are clipped by themselves one for each.
    package func clipThresholds(of layer: PlannedLayer) -> [Double] {
        guard clipThresholds.count > 1, clipThresholds.indices.contains(layer.index) else { return clipThresholds }
        return [clipThresholds[layer.index]]
    }
}
