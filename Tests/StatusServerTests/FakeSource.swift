import SweepModel
import SweepProtocol
import Synchronization

/// A coordinator that says what a test wants, and counts how often it is asked.
final class FakeSource: StatusSource {
    let phase: CoordinatorHealth.Phase
    let silentSeconds: Double
    let workerCount: Int
    let failure: Complaint?
    private let asked = Mutex(0)

    init(
        _ phase: CoordinatorHealth.Phase = .serving, silentSeconds: Double = 0, workers: Int = 2,
        failure: Complaint? = nil
    ) {
        self.phase = phase
        self.silentSeconds = silentSeconds
        workerCount = workers
        self.failure = failure
    }

    var questions: Int { asked.withLock { $0 } }

    private func note() throws {
        asked.withLock { $0 += 1 }
        if let failure { throw failure }
    }

    var health: CoordinatorHealth { CoordinatorHealth(phase: phase, silentSeconds: silentSeconds) }

    func overview() async throws -> ClusterOverview {
        try note()
        var totals = WorkTotals()
        totals.incidents = ["worker-lost": 3, "new-kind": 1]
        return ClusterOverview(
            sweeps: [], workers: [.idle: 2],
            backlog: Backlog(tiles: 7, items: 9, seconds: nil, workers: 2, activeSweeps: 1, workerBytes: 5),
            totals: totals,
            journalBacklogBytes: 11)
    }

    func workers() async throws -> [WorkerStatus] {
        try note()
        return (0..<workerCount).map { number in
            WorkerStatus(
                id: "w\(number)", key: "k", host: "host\(number)", processID: 1, state: number == 0 ? .hung : .idle,
                software: "", blasCore: "", memoryBytes: 0, holds: [], tilesScored: 0, failures: 0, speed: nil,
                secondsLeft: nil, silentSeconds: 0)
        }
    }

    func explanation(of sweep: SweepID?) async throws -> Explanation {
        try note()
        return Explanation("because")
    }

    func incidents(after number: Int64) async throws -> [RecordedIncident] {
        try note()
        return []
    }

    func latestIncidents(_ limit: Int) async throws -> [RecordedIncident] { try await incidents(after: 0) }

    func matrix(of sweep: SweepID, metric: String?) async throws -> LiveMatrix {
        try note()
        return LiveMatrix(
            sweep: sweep, metric: metric ?? "cka", metrics: ["cka"], isSymmetric: false, xModels: ["a\"<b>", "c"],
            yModels: ["d"], scores: [0.123456, .nan], tilesDone: 1, tiles: 2, isReading: false)
    }
}
