/// A unit of work that one worker runs from start to end.
package enum WorkItem: Hashable, Codable, Sendable {
    /// Read every layer of a model once: digests, clip threshold, values checked. The model's position in the plan.
    case survey(model: Int)
    /// Compute a layer's artifacts. The layer's position in the plan.
    case layer(Int)
    /// Score a tile of layer pairs: its block row and block column in the grid.
    case tile(row: Int, column: Int)
}

extension WorkItem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .survey(let model): "survey of model \(model)"
        case .layer(let layer): "artifacts of layer \(layer)"
        case .tile(let row, let column): "tile (\(row), \(column))"
        }
    }
}

/// One try at a work item. A higher number fences off the answers to every lower one.
package struct Attempt: Hashable, Codable, Sendable {
    package let item: WorkItem
    package let number: UInt32

    package init(item: WorkItem, number: UInt32) {
        self.item = item
        self.number = number
    }
}

/// What a survey found of a model: what its layers' artifacts depend on beside their own values.
package struct ModelSurvey: Hashable, Codable, Sendable {
    /// The clip threshold t, values are clamped to [-t, t]; infinity where nothing is clipped.
    package let clipThreshold: Double
    /// For each planned layer of the model, in order, the digest of its values in the joined order (32 hexadecimal digits).
    package let layerDigests: [String]
    /// What a reader of the results should know, such as the ids of all-zero rows.
    package let warnings: [String]

    package init(clipThreshold: Double, layerDigests: [String], warnings: [String]) {
        self.clipThreshold = clipThreshold
        self.layerDigests = layerDigests
        self.warnings = warnings
    }
}

/// What the coordinator keeps of a layer whose artifacts are done.
package struct LayerSummary: Hashable, Codable, Sendable {
    /// The share of rows, one for each k of the sweep in ascending order, whose k-th and next similarity are tied.
    package let tiedShares: [Double]
    /// The share of values that clipping changed.
    package let clippedShare: Double
    /// Whether all rows are the same, so that no metric is defined.
    package let isConstant: Bool
    /// Expected biased CKA of unrelated layers is the product of both sides' factor tr K_c/‖K_c‖ over n - 1; NaN if not computed.
    package let chanceFactor: Double
    /// The names of the artifacts; nil where no metric needs that kind.
    package let neighbours: String?
    package let gram: String?

    package init(
        tiedShares: [Double], clippedShare: Double, isConstant: Bool, chanceFactor: Double, neighbours: String?,
        gram: String?
    ) {
        self.tiedShares = tiedShares
        self.clippedShare = clippedShare
        self.isConstant = isConstant
        self.chanceFactor = chanceFactor
        self.neighbours = neighbours
        self.gram = gram
    }
}
