package import SweepProtocol

/// Workers of a coordinator as `platonic workers` prints them.
package enum WorkerListing {
    /// One row for each worker; their jobs are named where a batch system started any of them.
    package static func text(_ workers: [WorkerStatus], width: Int) -> String {
        let hasJobs = workers.contains { $0.job != nil }
        return TextTable(
            header: [
                "worker", "host", "state", "key", "at", "pid", "memory", "tiles", "failures", "speed", "time left",
                "silent",
            ] + (hasJobs ? ["job"] : []),
            rows: workers.map { worker in
                [
                    TerminalText.safe(worker.id), TerminalText.safe(worker.host), worker.state.rawValue,
                    TerminalText.safe(worker.key), TerminalText.safe(work(worker)), "\(worker.processID)",
                    memory(worker.memoryBytes), "\(worker.tilesScored)", "\(worker.failures)",
                    worker.speed?.finite.map { ScoreTables.number($0) } ?? "-",
                    worker.secondsLeft.map(TimeText.duration) ?? "-", TimeText.duration(worker.silentSeconds),
                ] + (hasJobs ? [worker.job.map { TerminalText.safe($0) } ?? "-"] : [])
            }, textColumns: 5
        ).text(width: width)
    }

    /// For programs.
    package static func json(_ workers: [WorkerStatus]) throws -> String {
        try SafeJSON.document(workers.map(Document.init))
    }

    /// What is being executed, and how much more is held.
    private static func work(_ worker: WorkerStatus) -> String {
        guard let first = worker.holds.first else { return "-" }
        return worker.holds.count > 1 ? "\(first), +\(worker.holds.count - 1)" : first
    }

    private static func memory(_ bytes: UInt64) -> String { ScoreTables.number(Double(bytes) / 0x1p30) + " GiB" }

    private struct Document: Encodable {
        let id: String
        let key: String
        let host: String
        let processID: Int64
        let state: String
        let software: String
        let blasCore: String
        let memoryBytes: UInt64
        let holds: [String]
        let tilesScored: Int
        let failures: Int
        let speed: Double?
        let secondsLeft: Double?
        let silentSeconds: Double?
        let job: String?

        init(_ worker: WorkerStatus) {
            id = worker.id
            key = worker.key
            host = worker.host
            processID = worker.processID
            state = worker.state.rawValue
            software = worker.software
            blasCore = worker.blasCore
            memoryBytes = worker.memoryBytes
            holds = worker.holds
            tilesScored = worker.tilesScored
            failures = worker.failures
            speed = worker.speed?.finite
            secondsLeft = worker.secondsLeft?.finite
            silentSeconds = worker.silentSeconds.finite
            job = worker.job
        }
    }
}
