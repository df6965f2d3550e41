package import SweepModel

/// What a worker is asked to do in one go.
package enum LeasedWork: Hashable, Codable, Sendable {
    case survey(model: Int)
    case layer(Int)
    case step(layer: Int, index: Int)
    /// Tiles of one block row, scored in the order of their columns.
    case tiles(row: Int, columns: Range<Int>)

    /// The first, or only, work item.
    package var firstItem: WorkItem {
        switch self {
        case .survey(let model): .survey(model: model)
        case .layer(let layer): .layer(layer)
        case .step(let layer, let index): .step(layer: layer, index: index)
        case .tiles(let row, let columns): .tile(row: row, column: columns.lowerBound)
        }
    }

    /// A single work item.
    package init(_ item: WorkItem) {
        self =
            switch item {
            case .survey(let model): .survey(model: model)
            case .layer(let layer): .layer(layer)
            case .step(let layer, let index): .step(layer: layer, index: index)
            case .tile(let row, let column): .tiles(row: row, columns: column..<column + 1)
            }
    }

    /// How many work items it is.
    package var count: Int {
        if case .tiles(_, let columns) = self { columns.count } else { 1 }
    }
}

/// Work of a sweep in the hands of one worker. The number, never given twice by a coordinator or its successors, fences off
/// answers to leases that were taken back.
package struct Lease: Hashable, Sendable {
    package let sweep: SweepID
    package let number: UInt64
    package let work: LeasedWork

    package init(sweep: SweepID, number: UInt64, work: LeasedWork) {
        self.sweep = sweep
        self.number = number
        self.work = work
    }
}

/// A lease together with what earlier stages found.
package struct Assignment: Hashable, Sendable {
    package enum Inputs: Hashable, Sendable {
        case survey
        /// Of a layer, and of a step of one.
        case layer(clipThresholds: [Double], digest: String)
        /// The names of the layers' artifacts have been told by `CoordinatorMessage.names` of the same generation.
        case tiles(generation: UInt64)
    }

    package let lease: Lease
    package let inputs: Inputs

    package init(lease: Lease, inputs: Inputs) {
        self.lease = lease
        self.inputs = inputs
    }
}

/// The names of one layer's artifacts, without those that it does not have.
package struct ArtifactNames: Hashable, Sendable {
    package let names: [ArtifactKind: String]

    package init(_ names: [ArtifactKind: String]) { self.names = names }

    package subscript(kind: ArtifactKind) -> String? { names[kind] }
}

/// How a lease, or a part of it, ended.
package struct LeaseOutcome: Hashable, Sendable {
    package enum Result: Hashable, Sendable {
        case survey(ModelSurvey)
        case layer(LayerSummary)
        /// What a step makes are artifacts that its layer's other steps know how to name.
        case step
        /// For each tile of the part, in order and end to end, its scores as `TileLayout` says: raw little-endian float64.
        case tiles([UInt8])
        case failure(Complaint)
    }

    /// The lease, with no more work than this outcome is about.
    package let part: Lease
    package let result: Result
    /// How long it took, and the floating-point operations of its large products.
    package let seconds: Double
    package let flops: Double

    package init(part: Lease, result: Result, seconds: Double, flops: Double) {
        self.part = part
        self.result = result
        self.seconds = seconds
        self.flops = flops
    }
}
