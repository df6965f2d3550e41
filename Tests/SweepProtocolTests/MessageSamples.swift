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

    static func tile(matrices: Int, rows: Int, columns: Int, curveValues: Int = 0) -> TileScores {
        let count = matrices * rows * columns + curveValues
        let values = (0..<count).map { $0 % 11 < oddNumbers.count ? oddNumbers[$0 % 11] : Double($0) / 3 }
        return TileScores(matrices: matrices, rows: rows, columns: columns, values: values)
    }

    static func layer(
        isConstant: Bool = false, _ neighbourhood: LayerSummary.Neighbourhood? = nil,
        chanceFactors: [ArtifactKind: Double] = [:], artifacts: [ArtifactKind: String] = [:]
    ) -> AttemptOutcome.Result {
        .layer(
            LayerSummary(
                diagnostics: .init(clippedShare: 0.05, isConstant: isConstant, effectiveRank: 12.5, meanCosine: -0.25),
                neighbourhood: neighbourhood, chanceFactors: chanceFactors, artifacts: artifacts))
    }

    /// Every kind of artifact, two bandwidths among them, with a name of its own.
    static let names: [ArtifactKind: String] = [
        .neighbours: "n", .gram: "g", .ranks: "r", .distances: "d", .rbf(bandwidth: 1): "1",
        .rbf(bandwidth: 1.0 / 3): "3", .basis: "b", .features: "",
    ]

    static let fromWorker: [WorkerMessage] = [
        .hello(hello),
        .hello(
            WorkerHello(
                protocolVersion: 1, algorithmVersion: 1, host: "node", processID: 4_194_304, blasCore: "",
                memoryBytes: 0)),
        .heartbeat(progress: 0), .heartbeat(progress: .max), .goodbye,
        outcome(.survey(model: 3), .survey(ModelSurvey(clipThresholds: [.infinity], layerDigests: [], warnings: [""]))),
        outcome(
            .survey(model: 0),
            .survey(
                ModelSurvey(
                    clipThresholds: [0, 0.5, .infinity], layerDigests: ["float32-00", ""], warnings: ["two\nlines"]))),
        outcome(.survey(model: 9), .survey(ModelSurvey(clipThresholds: [], layerDigests: ["a"], warnings: []))),
        outcome(
            .layer(0),
            layer(
                .init(tiedShares: [0, 0.5, 1], cycleChances: [0.25, 1, 0], largestInDegree: 7),
                chanceFactors: [.gram: 12.5, .rbf(bandwidth: 0.5): 1], artifacts: names)),
        outcome(
            .layer(1),
            layer(.init(tiedShares: [], cycleChances: [], largestInDegree: 0), artifacts: [.neighbours: "ff"])
        ),
        outcome(.layer(70_000), layer(isConstant: true, chanceFactors: [.ranks: -.infinity])),
        outcome(.tile(row: 0, column: 9), .tile(tile(matrices: 1, rows: 1, columns: 1))),
        outcome(.tile(row: 1, column: 1), .tile(tile(matrices: 3, rows: 64, columns: 5, curveValues: 7))),
        outcome(.tile(row: 1, column: 1), .tile(tile(matrices: 0, rows: 0, columns: 0))),
        outcome(.tile(row: 1, column: 1), .tile(tile(matrices: 0, rows: 3, columns: 2, curveValues: 12))),
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
        metrics: [
            Metric(kind: .mutualKNN, k: 10), Metric(kind: .mutualKNN, k: 20), Metric(kind: .cka),
            Metric(kind: .svcca, .dimensions(10)), Metric(kind: .ckaRBF, .bandwidth(1.0 / 3)), Metric(kind: .rsa),
        ],
        curves: [MetricCurve(kind: .cycleKNN, ks: [1, 2, 285]), MetricCurve(kind: .lcsKNN, ks: [])], variant: .paper)

    static let symmetricPlan = SweepPlan(
        sampleCount: 4, models: [("a", "/a.h5", 16, [(0, "layer", 1), (PlannedLayer.concatenation, "all", 7)])],
        xModels: [0], yModels: nil,
        metrics: [Metric(kind: .unbiasedCKA)])

    static func context(
        _ plan: SweepPlan, clip: SweepSpec.Clip = .quantile(0.95), clipScope: SweepSpec.ClipScope = .model,
        normalize: SweepSpec.Normalization = .l2, positions: [Int]? = nil, groups: [Int32]? = nil,
        ignoresTies: Bool = false
    ) -> SweepContext {
        SweepContext(
            plan: plan, artifactDirectory: "/artifacts", artifactToken: "token", sampleDigest: "0123",
            sampleStore: "/stores/a.h5", samplePositions: positions, groups: groups, clip: clip, clipScope: clipScope,
            normalize: normalize, ignoresTies: ignoresTies)
    }

    static func assignment(_ item: WorkItem, _ inputs: Assignment.Inputs) -> CoordinatorMessage {
        .assignment(Assignment(attempt: Attempt(item: item, number: 1), inputs: inputs))
    }

    static let fromCoordinator: [CoordinatorMessage] = [
        .welcome(context(plan)), .welcome(context(symmetricPlan, clip: .none, normalize: .none)),
        .welcome(context(symmetricPlan, clip: .quantile(1))),
        .welcome(context(symmetricPlan, clipScope: .layer, positions: [0, 3, 70_000, 5], ignoresTies: true)),
        .welcome(context(symmetricPlan, clipScope: .sampleMean, groups: [0, 1, .max, 0])),
        .refusal(""), .refusal("another build"), .shutdown, .ping,
        .acknowledgement(Attempt(item: .survey(model: 0), number: 0)),
        .acknowledgement(Attempt(item: .layer(9), number: .max)),
        .acknowledgement(Attempt(item: .tile(row: 3, column: 0), number: 2)),
        assignment(.survey(model: 2), .survey),
        assignment(.layer(5), .layer(clipThresholds: [.infinity], digest: "")),
        assignment(.layer(5), .layer(clipThresholds: [0.0625, 1, 2], digest: "float16-ab")),
        assignment(.layer(6), .layer(clipThresholds: [], digest: "concatenation-ab")),
        assignment(.tile(row: 0, column: 0), .tile(rows: [], columns: [])),
        assignment(
            .tile(row: 0, column: 1),
            .tile(
                rows: [ArtifactNames(names), ArtifactNames([:])], columns: [ArtifactNames([.gram: "g"])])),
    ]
}
