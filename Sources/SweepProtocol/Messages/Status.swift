package import SweepModel

/// A sweep as `platonic status` shows it.
package struct SweepStatus: Hashable, Codable, Sendable {
    package enum State: String, CaseIterable, Codable, Sendable {
        /// Nothing of it has been handed out yet.
        case queued
        case running
        case complete
        /// Over, with work items that were given up.
        case partial
        /// It could not go on.
        case failed
        case cancelled

        /// Whether nothing more will happen.
        package var isOver: Bool { self != .queued && self != .running }
    }

    package var id: SweepID
    package var name: String
    package var owner: String
    package var priority: Int32
    package var state: State
    /// Seconds since 1970.
    package var submitted: Double
    package var modelsSurveyed: Int
    package var models: Int
    package var layersPrepared: Int
    package var layers: Int
    package var tilesScored: Int
    package var tiles: Int
    /// Workers that hold some of it.
    package var workers: Int
    /// Expected seconds to the end; nil while there is nothing to go by.
    package var remainingSeconds: Double?
    /// Operations of large products so far.
    package var flops: Double
    package var retries: Int
    /// How many work items were given up, and the first of them.
    package var failureCount: Int
    package var failures: [FailedItem]
    /// Why it could not go on, or who cancelled it.
    package var reason: String?
    /// The share of its work that is done, from 0 to 1: items weighed by what they are expected to take. 1 where all is done only.
    package var progress: Double

    package init(
        id: SweepID, name: String, owner: String, priority: Int32, state: State, submitted: Double,
        modelsSurveyed: Int, models: Int, layersPrepared: Int, layers: Int, tilesScored: Int, tiles: Int, workers: Int,
        remainingSeconds: Double?, flops: Double, retries: Int, failureCount: Int, failures: [FailedItem],
        reason: String?, progress: Double? = nil
    ) {
        self.id = id
        self.name = name
        self.owner = owner
        self.priority = priority
        self.state = state
        self.submitted = submitted
        self.modelsSurveyed = modelsSurveyed
        self.models = models
        self.layersPrepared = layersPrepared
        self.layers = layers
        self.tilesScored = tilesScored
        self.tiles = tiles
        self.workers = workers
        self.remainingSeconds = remainingSeconds
        self.flops = flops
        self.retries = retries
        self.failureCount = failureCount
        self.failures = failures
        self.reason = reason
        // Where nobody has weighed the items, each counts the same.
        let done = Double(modelsSurveyed) + Double(layersPrepared) + Double(tilesScored)
        let total = Double(models) + Double(layers) + Double(tiles)
        self.progress = progress ?? (total > 0 ? done / total : 0)
    }

    /// Work items done, given up and planned, over all stages.
    package var done: Int { modelsSurveyed + layersPrepared + tilesScored }
    package var total: Int { models + layers + tiles }
}

/// A worker as `platonic workers` shows it.
package struct WorkerStatus: Hashable, Codable, Sendable {
    package enum State: String, CaseIterable, Codable, Sendable {
        case idle
        case busy
        /// It finishes what it is at and goes.
        case leaving
        /// It was told to finish and stop.
        case draining
        /// Alive, but its compute thread makes no progress.
        case hung
        /// It failed again and again and gets nothing more.
        case setAside = "set-aside"
    }

    package var id: String
    /// The name on its key.
    package var key: String
    package var host: String
    package var processID: Int64
    package var state: State
    package var software: String
    package var blasCore: String
    package var memoryBytes: UInt64
    /// What it holds, the first being executed.
    package var holds: [String]
    package var tilesScored: Int
    package var failures: Int
    /// Its speed beside the mean of all workers; nil while unknown.
    package var speed: Double?
    package var secondsLeft: Double?
    /// Seconds since it last gave a sign of life.
    package var silentSeconds: Double
    /// The batch system's id of the job that it runs in; nil where there is none.
    package var job: String?

    package init(
        id: String, key: String, host: String, processID: Int64, state: State, software: String, blasCore: String,
        memoryBytes: UInt64, holds: [String], tilesScored: Int, failures: Int, speed: Double?, secondsLeft: Double?,
        silentSeconds: Double, job: String? = nil
    ) {
        self.id = id
        self.key = key
        self.host = host
        self.processID = processID
        self.state = state
        self.software = software
        self.blasCore = blasCore
        self.memoryBytes = memoryBytes
        self.holds = holds
        self.tilesScored = tilesScored
        self.failures = failures
        self.speed = speed
        self.secondsLeft = secondsLeft
        self.silentSeconds = silentSeconds
        self.job = job
    }
}

/// Why something is not running, or that it is: the conclusion first, then what it rests on.
package struct Explanation: Hashable, Codable, Sendable {
    package var conclusion: String
    package var reasons: [String]

    package init(_ conclusion: String, reasons: [String] = []) {
        self.conclusion = conclusion
        self.reasons = reasons
    }
}
