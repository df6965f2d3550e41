import SweepModel

@testable import SweepProtocol

extension MessageSamples {
    static let failedItem = FailedItem(item: .tile(row: 2, column: 3), name: "a:1 and b:2", cause: complaint)

    static let status = SweepStatus(
        id: one, name: "größe/\"1\"", owner: "me", priority: -7, state: .partial, submitted: 1_790_000_000.123_456_7,
        modelsSurveyed: 1, models: 2, layersPrepared: 3, layers: 4, tilesScored: .max, tiles: .max, workers: 5,
        remainingSeconds: nil, flops: 1e22, retries: 1, failureCount: 1, failures: [failedItem], reason: nil)
    static let oddStatus = SweepStatus(
        id: last, name: "", owner: "", priority: 0, state: .queued, submitted: -0.0, modelsSurveyed: 0, models: 0,
        layersPrepared: 0, layers: 0, tilesScored: 0, tiles: 0, workers: 0, remainingSeconds: .infinity,
        flops: .leastNonzeroMagnitude, retries: 0, failureCount: 0, failures: [], reason: "it could not\u{0}go on")

    static let worker = WorkerStatus(
        id: "node7:41", key: "alice", host: "node7", processID: .max, state: .setAside, software: "platonic",
        blasCore: "Haswell", memoryBytes: .max, holds: ["a", ""], tilesScored: 9, failures: 2, speed: 1.0 / 3,
        secondsLeft: nil, silentSeconds: 0.1)

    static let backlog = Backlog(
        tiles: .max, items: 3, seconds: 1.0 / 3, workers: 2, activeSweeps: 1, workerBytes: .max)
    static let emptyBacklog = Backlog(
        tiles: 0, items: 0, seconds: nil, workers: 0, activeSweeps: 0, workerBytes: 0)

    static let events = [
        RecordedIncident(
            number: .max, time: 0.1 + 0.2,
            incident: Incident("worker-lost", "gone", isWarning: true, sweep: one, worker: "w", host: "h", count: 3)),
        RecordedIncident(number: 1, time: 0, incident: Incident("worker-joined", "")),
    ]

    static func findings(
        _ surveys: [ModelSurvey?], _ layers: [LayerSummary?], dossier: [UInt8] = [0, 255]
    ) -> SweepFindings {
        SweepFindings(
            status: status, dossier: dossier, surveys: surveys, layers: layers, hosts: ["a", "b"], blasCores: ["Zen"],
            tilesDone: 7, retries: 1, lostWorkers: 2, surveySeconds: 0.1, layerSeconds: 1e-300, tileSeconds: -0.0,
            flops: 1e300, wallSeconds: 1.0 / 3, failures: [failedItem])
    }

    static let replies: [ClientReply] = [
        .accepted(one), .done, .refused(complaint), .refused(bareComplaint), .statuses([]),
        .statuses([status, oddStatus]), .workers([]), .workers([worker]), .backlog(backlog),
        .backlog(emptyBacklog), .explanation(Explanation("")),
        .explanation(Explanation("no worker", reasons: ["a", "é"])), .events([]), .events(events),
        .findings(findings([], [], dossier: [])), .findings(findings(surveys + [nil], [nil] + layers)),
        .findings(findings([nil], [constantLayer])), .scores([], next: nil), .scores([], next: 0),
        .scores(
            [
                TileScores(row: 0, columns: 0..<1, bytes: scores(1)),
                TileScores(row: 1_048_575, columns: 3..<1_048_576, bytes: scores(140_000)),
                TileScores(row: 1, columns: 1..<3, bytes: []),
            ], next: .max),
    ]

    static let fromCoordinator: [CoordinatorMessage] =
        [
            .welcome(
                Welcome(artifactDirectory: "/artifacts", artifactToken: "t", busyHeartbeat: 0.5, idleHeartbeat: 30)),
            .refusal(""), .refusal("another build"), .shutdown, .ping(ticket: 0), .ping(ticket: .max), .introduce,
            .closed(one), .closed(last),
            .names(one, block: 0, isColumn: false, generation: 0, []),
            .names(
                last, block: 1_048_575, isColumn: true, generation: .max,
                [ArtifactNames(names), ArtifactNames([:]), ArtifactNames([.gram: name(1)])]),
            .assignments([]),
            .assignments([
                Assignment(lease: survey, inputs: .survey),
                Assignment(lease: tile, inputs: .tiles(generation: 1 << 40)),
                Assignment(lease: layer, inputs: .layer(clipThresholds: [.infinity], digest: "")),
                Assignment(lease: layer, inputs: .layer(clipThresholds: [0.0625, 0], digest: "float16-ab")),
                Assignment(lease: run, inputs: .tiles(generation: 1 << 40)),
                Assignment(lease: layer, inputs: .layer(clipThresholds: [], digest: "")),
            ]),
            .acknowledgement([]), .acknowledgement(leases), .shrink(lease: 0, end: 0),
            .shrink(lease: .max, end: 1 << 20),
        ] + contexts.map { .sweep(one, $0) } + exchanged.map { .artifact($0) }
        + [.stored, .waiting, .absent, .declined(complaint), .declined(bareComplaint)].map {
            .artifact(.answer(name: artifact, $0))
        }
        + replies.enumerated().map { .reply(number: $0 == 0 ? .max : UInt64($0), $1) }

    /// The frames of every message, and whether they go to the coordinator.
    static func allFrames() throws -> [(toCoordinator: Bool, frames: [[UInt8]])] {
        try fromWorker.map { (true, try $0.encoded()) } + requests.map { (true, try $0.encoded(number: 3)) }
            + fromCoordinator.map { (false, try $0.encoded()) }
    }
}
