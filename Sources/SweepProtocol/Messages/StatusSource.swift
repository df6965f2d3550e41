package import SweepModel

/// Whoever answers for a coordinator, whatever its loop is doing: each answer comes within seconds, or a `Complaint` does.
package protocol StatusSource: Sendable {
    /// How the coordinator is. It asks nobody and waits for nothing.
    var health: CoordinatorHealth { get }
    /// Everything that is counted.
    func overview() async throws -> ClusterOverview
    /// Every worker that is registered.
    func workers() async throws -> [WorkerStatus]
    /// Why sweeps are not running, or that they are; of one sweep or of all.
    func explanation(of sweep: SweepID?) async throws -> Explanation
    /// At most 1,000 incidents after the one of that number, oldest first.
    func incidents(after number: Int64) async throws -> [RecordedIncident]
    /// The latest incidents, at most `limit` of them, oldest first.
    func latestIncidents(_ limit: Int) async throws -> [RecordedIncident]
    /// What is known so far of a sweep's scores of models under a metric; the first one where none is named.
    func matrix(of sweep: SweepID, metric: String?) async throws -> LiveMatrix
}

/// How a coordinator is.
package struct CoordinatorHealth: Hashable, Sendable {
    package enum Phase: String, Sendable {
        /// The journal is being replayed.
        case starting
        case serving
        case stopping
    }

    package var phase: Phase
    /// Seconds since its loop last turned.
    package var silentSeconds: Double

    package init(phase: Phase, silentSeconds: Double) {
        self.phase = phase
        self.silentSeconds = silentSeconds
    }
}

/// A coordinator in numbers.
package struct ClusterOverview: Hashable, Sendable {
    package var sweeps: [SweepStatus]
    package var workers: [WorkerStatus.State: Int]
    package var backlog: Backlog
    package var totals: WorkTotals
    /// Bytes of facts that are not on disk yet.
    package var journalBacklogBytes: Int

    package init(
        sweeps: [SweepStatus], workers: [WorkerStatus.State: Int], backlog: Backlog, totals: WorkTotals,
        journalBacklogBytes: Int
    ) {
        self.sweeps = sweeps
        self.workers = workers
        self.backlog = backlog
        self.totals = totals
        self.journalBacklogBytes = journalBacklogBytes
    }
}

/// What a coordinator has counted since its process started; nothing of it ever falls.
package struct WorkTotals: Hashable, Sendable {
    package var tilesScored = 0
    package var layersPrepared = 0
    package var modelsSurveyed = 0
    /// Operations of large products.
    package var flops = 0.0
    /// Work items that were handed out again.
    package var retries = 0
    /// Work items that were given up.
    package var givenUp = 0
    /// Incidents by kind, repetitions included.
    package var incidents: [String: Int] = [:]

    package init() {}
}

/// The scores of models as far as they are known: maxima over the layer pairs that are scored, layers left out for ties aside.
package struct LiveMatrix: Hashable, Sendable {
    package var sweep: SweepID
    package var metric: String
    /// Every metric of the sweep that has a matrix.
    package var metrics: [String]
    package var isSymmetric: Bool
    package var xModels: [String]
    package var yModels: [String]
    /// x models x y models, row-major; NaN where nothing is known yet.
    package var scores: [Double]
    package var tilesDone: Int
    package var tiles: Int
    /// Whether what was scored before anybody looked is still being read.
    package var isReading: Bool

    package init(
        sweep: SweepID, metric: String, metrics: [String], isSymmetric: Bool, xModels: [String], yModels: [String],
        scores: [Double], tilesDone: Int, tiles: Int, isReading: Bool
    ) {
        self.sweep = sweep
        self.metric = metric
        self.metrics = metrics
        self.isSymmetric = isSymmetric
        self.xModels = xModels
        self.yModels = yModels
        self.scores = scores
        self.tilesDone = tilesDone
        self.tiles = tiles
        self.isReading = isReading
    }
}
