package import SweepModel

/// How a worker introduces itself.
package struct WorkerHello: Hashable, Sendable {
    package let protocolVersion: UInt32
    package let algorithmVersion: UInt32
    package let host: String
    package let processID: Int64
    /// The core that OpenBLAS chose its kernels for.
    package let blasCore: String
    package let memoryBytes: UInt64

    package init(
        protocolVersion: UInt32, algorithmVersion: UInt32, host: String, processID: Int64, blasCore: String,
        memoryBytes: UInt64
    ) {
        self.protocolVersion = protocolVersion
        self.algorithmVersion = algorithmVersion
        self.host = host
        self.processID = processID
        self.blasCore = blasCore
        self.memoryBytes = memoryBytes
    }
}

/// The scores of one tile, laid out as `TileLayout` says.
package struct TileScores: Hashable, Sendable {
    package let matrices: Int
    package let rows: Int
    package let columns: Int
    /// `matrices` times rows x columns, then the values of curves.
    package let values: [Double]

    /// The values of curves.
    package var curveValueCount: Int { values.count - matrices * rows * columns }

    package init(matrices: Int, rows: Int, columns: Int, values: [Double]) {
        precondition(values.count >= matrices * rows * columns)
        self.matrices = matrices
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// Whether they have the shape of `layout`.
    package func fits(_ layout: TileLayout) -> Bool {
        matrices == layout.matrices.count && rows == layout.rows.count && columns == layout.columns.count
            && curveValueCount == layout.curveValueCount
    }
}

/// How an attempt ended.
package struct AttemptOutcome: Hashable, Sendable {
    package enum Result: Hashable, Sendable {
        case survey(ModelSurvey)
        case layer(LayerSummary)
        case tile(TileScores)
        case failure(Complaint)
    }

    package let attempt: Attempt
    package let result: Result
    /// How long it took, and the floating-point operations of its large products.
    package let seconds: Double
    package let flops: Double

    package init(attempt: Attempt, result: Result, seconds: Double, flops: Double) {
        self.attempt = attempt
        self.result = result
        self.seconds = seconds
        self.flops = flops
    }
}

/// The names of one layer's artifacts, without those that it does not have.
package struct ArtifactNames: Hashable, Sendable {
    package let names: [ArtifactKind: String]

    package init(_ names: [ArtifactKind: String]) { self.names = names }

    package subscript(kind: ArtifactKind) -> String? { names[kind] }
}

/// An attempt together with what earlier stages found.
package struct Assignment: Hashable, Sendable {
    package enum Inputs: Hashable, Sendable {
        case survey
        case layer(clipThresholds: [Double], digest: String)
        case tile(rows: [ArtifactNames], columns: [ArtifactNames])
    }

    package let attempt: Attempt
    package let inputs: Inputs

    package init(attempt: Attempt, inputs: Inputs) {
        self.attempt = attempt
        self.inputs = inputs
    }
}

/// What a worker says.
package enum WorkerMessage: Hashable, Sendable {
    case hello(WorkerHello)
    /// A sign of life with the compute thread's progress counter.
    case heartbeat(progress: UInt64)
    case outcome(AttemptOutcome)
    case goodbye
}

/// What the coordinator says.
package enum CoordinatorMessage: Hashable, Sendable {
    case welcome(SweepContext)
    case refusal(String)
    case assignment(Assignment)
    /// The outcome is committed; the worker may forget it.
    case acknowledgement(Attempt)
    case shutdown
    case ping
}

/// A message that does not parse, or says what cannot be.
package struct ProtocolError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
