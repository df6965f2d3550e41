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

/// The scores of one tile: for each metric of the plan rows x columns float64, row-major, end to end.
package struct TileScores: Hashable, Sendable {
    package let metrics: Int
    package let rows: Int
    package let columns: Int
    package let values: [Double]

    package init(metrics: Int, rows: Int, columns: Int, values: [Double]) {
        precondition(values.count == metrics * rows * columns)
        self.metrics = metrics
        self.rows = rows
        self.columns = columns
        self.values = values
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

/// The artifacts of one layer; nil where it has none of that kind.
package struct ArtifactNames: Hashable, Sendable {
    package let neighbours: String?
    package let gram: String?

    package init(neighbours: String?, gram: String?) {
        self.neighbours = neighbours
        self.gram = gram
    }
}

/// An attempt together with what earlier stages found.
package struct Assignment: Hashable, Sendable {
    package enum Inputs: Hashable, Sendable {
        case survey
        case layer(clipThreshold: Double, digest: String)
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
