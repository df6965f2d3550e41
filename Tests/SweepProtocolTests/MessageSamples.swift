import SweepModel

@testable import SweepProtocol

/// Messages of every kind, with the values that are easily lost on the way.
enum MessageSamples {
    static let oddNumbers: [Double] = [
        .nan, Double(bitPattern: 0xFFF8_0000_0000_0123), .infinity, -.infinity, -0.0, 0, .leastNonzeroMagnitude, 0.1,
        -1,
    ]

    static let hello = WorkerHello(
        protocolVersion: 7, algorithmVersion: .max, host: "", processID: -1, blasCore: "Haswell · é", memoryBytes: .max)

    static func outcome(_ item: WorkItem, _ result: AttemptOutcome.Result) -> WorkerMessage {
        .outcome(AttemptOutcome(attempt: Attempt(item: item, number: .max), result: result, seconds: 0.25, flops: 1e18))
    }

    static func tile(metrics: Int, rows: Int, columns: Int) -> TileScores {
        let count = metrics * rows * columns
        let values = (0..<count).map { $0 % 11 < oddNumbers.count ? oddNumbers[$0 % 11] : Double($0) / 3 }
        return TileScores(metrics: metrics, rows: rows, columns: columns, values: values)
    }

    static let fromWorker: [WorkerMessage] = [
        .hello(hello),
        .hello(
            WorkerHello(
                protocolVersion: 1, algorithmVersion: 1, host: "node", processID: 4_194_304, blasCore: "",
                memoryBytes: 0)),
        .heartbeat(progress: 0), .heartbeat(progress: .max), .goodbye,
        outcome(.survey(model: 3), .survey(ModelSurvey(clipThreshold: .infinity, layerDigests: [], warnings: [""]))),
        outcome(
            .survey(model: 0),
            .survey(ModelSurvey(clipThreshold: 0, layerDigests: ["float32-00", ""], warnings: ["two\nlines"]))),
        outcome(
            .layer(0),
            .layer(
                LayerSummary(
                    tiedShares: [0, 0.5, 1], clippedShare: 0.05, isConstant: false, chanceFactor: 12.5,
                    neighbours: "0011", gram: nil))),
        outcome(
            .layer(70_000),
            .layer(
                LayerSummary(
                    tiedShares: [], clippedShare: 0, isConstant: true, chanceFactor: -.infinity, neighbours: nil,
                    gram: "ff"))),
        outcome(.tile(row: 0, column: 9), .tile(tile(metrics: 1, rows: 1, columns: 1))),
        outcome(.tile(row: 1, column: 1), .tile(tile(metrics: 3, rows: 64, columns: 5))),
        outcome(.tile(row: 1, column: 1), .tile(tile(metrics: 0, rows: 0, columns: 0))),
        outcome(.tile(row: 2, column: 2), .failure(Complaint(.work, "no memory", at: "", advice: ""))),
        outcome(.survey(model: 1), .failure(Complaint(.request, "the value is nan", at: "a.h5", advice: "mend it"))),
    ]

    static let plan = SweepPlan(
        sampleCount: 286,
        models: [
            ("", "", 0, [(0, "", 1)]),
            ("b", "/stores/b.h5", .max, [(0, "first", 768), (7, "last · ü", 4096)]),
            ("empty selection", "/stores/c.h5", 5, []),
        ],
        xModels: [1, 0], yModels: [2, 1],
        metrics: [Metric(kind: .mutualKNN, k: 10), Metric(kind: .mutualKNN, k: 20), Metric(kind: .cka)])

    static let symmetricPlan = SweepPlan(
        sampleCount: 4, models: [("a", "/a.h5", 16, [(0, "layer", 1)])], xModels: [0], yModels: nil,
        metrics: [Metric(kind: .unbiasedCKA)])

    static func context(
        _ plan: SweepPlan, clip: SweepSpec.Clip = .quantile(0.95), normalize: SweepSpec.Normalization = .l2
    ) -> SweepContext {
        SweepContext(
            plan: plan, artifactDirectory: "/artifacts", artifactToken: "token", sampleDigest: "0123",
            sampleStore: "/stores/a.h5", clip: clip, normalize: normalize)
    }

    static func assignment(_ item: WorkItem, _ inputs: Assignment.Inputs) -> CoordinatorMessage {
        .assignment(Assignment(attempt: Attempt(item: item, number: 1), inputs: inputs))
    }

    static let fromCoordinator: [CoordinatorMessage] = [
        .welcome(context(plan)), .welcome(context(symmetricPlan, clip: .none, normalize: .none)),
        .welcome(context(symmetricPlan, clip: .quantile(1))),
        .refusal(""), .refusal("another build"), .shutdown, .ping,
        .acknowledgement(Attempt(item: .survey(model: 0), number: 0)),
        .acknowledgement(Attempt(item: .layer(9), number: .max)),
        .acknowledgement(Attempt(item: .tile(row: 3, column: 0), number: 2)),
        assignment(.survey(model: 2), .survey),
        assignment(.layer(5), .layer(clipThreshold: .infinity, digest: "")),
        assignment(.layer(5), .layer(clipThreshold: 0.0625, digest: "float16-ab")),
        assignment(.tile(row: 0, column: 0), .tile(rows: [], columns: [])),
        assignment(
            .tile(row: 0, column: 1),
            .tile(
                rows: [ArtifactNames(neighbours: "n", gram: "g"), ArtifactNames(neighbours: nil, gram: nil)],
                columns: [ArtifactNames(neighbours: nil, gram: "g")])),
    ]
}
