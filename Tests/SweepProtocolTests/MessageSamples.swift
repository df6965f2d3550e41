import SweepModel

@testable import SweepProtocol

/// Messages of every kind, with the values that are easily lost on the way.
enum MessageSamples {
    static let oddNumbers: [Double] = [
        .nan, Double(bitPattern: 0xFFF8_0000_0000_0123), .infinity, -.infinity, -0.0, 0, .leastNonzeroMagnitude, 0.1,
        .greatestFiniteMagnitude, -1.0 / 3,
    ]

    /// Scores as they stand in messages, NaNs with a payload among them.
    static func scores(_ count: Int) -> [UInt8] {
        (0..<count).flatMap { position in
            let bits = oddNumbers[position % oddNumbers.count].bitPattern ^ UInt64(position / oddNumbers.count)
            return withUnsafeBytes(of: bits.littleEndian) { Array($0) }
        }
    }

    static let one = SweepID(1)
    static let last = SweepID(.max)
    static let survey = Lease(sweep: one, number: 0, work: .survey(model: 3))
    static let layer = Lease(sweep: last, number: .max, work: .layer(70_000))
    static let step = Lease(sweep: one, number: 9, work: .step(layer: 70_000, index: 43))
    static let tile = Lease(sweep: one, number: 1 << 32, work: .tiles(row: 0, columns: 0..<1))
    static let run = Lease(sweep: last, number: 5, work: .tiles(row: (1 << 20) - 1, columns: 7..<(1 << 20)))
    static let leases = [survey, layer, step, tile, run]

    static let bareHello = WorkerHello(
        software: "", workerID: "w", host: "", processID: 0, blasCore: "", memoryBytes: 0)
    static let hello = WorkerHello(
        algorithmVersion: .max, software: "platonic 0.3 · é", workerID: "node7:41", host: "node7", processID: .max,
        blasCore: "Haswell", memoryBytes: .max, secondsLeft: 0.25, held: leases, job: "4711")

    static func outcome(_ part: Lease, _ result: LeaseOutcome.Result) -> LeaseOutcome {
        LeaseOutcome(part: part, result: result, seconds: 0.25, flops: 1e18)
    }

    /// Every kind of artifact, two bandwidths among them, with a name of its own.
    static let names: [ArtifactKind: String] = [
        .neighbours: name(0), .gram: name(1), .ranks: name(2), .distances: name(3), .rbf(bandwidth: 1): name(4),
        .rbf(bandwidth: 1.0 / 3): name(5), .basis: name(6), .features: artifact,
    ]

    /// The name of an artifact's file, one for each number.
    static func name(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "f", count: 32 - digits.count) + digits
    }

    static let surveys = [
        ModelSurvey(clipThresholds: [.infinity], layerDigests: [], warnings: [""]),
        ModelSurvey(clipThresholds: [0, 0.5, .infinity], layerDigests: ["00ff", ""], warnings: ["two\nlines · é"]),
        ModelSurvey(clipThresholds: [], layerDigests: ["a"], warnings: []),
    ]
    static let layers = [
        LayerSummary(
            diagnostics: .init(clippedShare: 0.05, isConstant: false, effectiveRank: 12.5, meanCosine: -0.25),
            neighbourhood: .init(tiedShares: [0, 0.5, 1], cycleChances: [0.25, 1, 0], largestInDegree: 7),
            chanceFactors: [.gram: 12.5, .rbf(bandwidth: 0.5): -.infinity], artifacts: names),
        LayerSummary(
            diagnostics: .init(clippedShare: 0, isConstant: false, effectiveRank: 1, meanCosine: 1),
            neighbourhood: .init(tiedShares: [], cycleChances: [], largestInDegree: 0), chanceFactors: [:],
            artifacts: [.neighbours: name(255)]),
    ]
    static let constantLayer = LayerSummary(
        diagnostics: .init(
            clippedShare: -0.0, isConstant: true, effectiveRank: Double(bitPattern: 0x7FF8_0000_0000_0042),
            meanCosine: .nan),
        neighbourhood: nil, chanceFactors: [.ranks: .nan], artifacts: [:])

    static let complaint = Complaint(
        .request, "the value is not finite", at: "a.h5", advice: "mend it · ü", code: .workerDied)
    static let bareComplaint = Complaint(.work, "", at: "", advice: "")

    static let fromWorker: [WorkerMessage] =
        [
            .hello(bareHello), .hello(hello), .heartbeat(progress: 0, held: []),
            .heartbeat(progress: .max, held: [0, .max, 3]), .goodbye, .leaving(executing: nil), .leaving(executing: 0),
            .leaving(executing: .max), .unfit(one, bareComplaint), .unfit(last, complaint), .outcomes([]),
            .outcomes(surveys.map { outcome(survey, .survey($0)) }),
            .outcomes(layers.map { outcome(layer, .layer($0)) }),
            .outcomes([outcome(layer, .layer(constantLayer))]), .outcomes([outcome(step, .step)]),
            .outcomes([outcome(tile, .tiles(scores(1)))]),
            .outcomes(leases.map { outcome($0, .failure($0.number == 0 ? complaint : bareComplaint)) }),
            // The second ends in another bulk frame than it begins in.
            .outcomes([
                outcome(run, .tiles(scores(100_000))), outcome(survey, .survey(surveys[1])),
                outcome(tile, .tiles(scores(60_000))), outcome(layer, .layer(layers[0])), outcome(tile, .tiles([])),
            ]),
            .artifact(.offer(name: artifact, fileBytes: 1, lease: .max)),
            .artifact(.offer(name: artifact, fileBytes: 1 << 50, lease: 0)), .artifact(.receipt([])),
            .artifact(.receipt([0, .max, 3])),
        ] + exchanged.map { .artifact($0) }

    static let artifact = "0123456789abcdef0123456789abcdef"

    /// What both sides say about artifacts.
    static let exchanged: [ArtifactMessage] = [
        .request(name: artifact, offset: 0, arrived: []),
        .request(name: artifact, offset: 7 << 20, arrived: [.max, 1]),
        piece(offset: 0, of: 1), piece(offset: 0, of: 1 << 20), piece(offset: 1 << 20, of: 3 << 20),
        piece(offset: 2 << 20, of: (2 << 20) + 5),
    ]

    static func piece(offset: Int, of fileBytes: Int) -> ArtifactMessage {
        .piece(
            ArtifactPiece(
                name: artifact, offset: offset, fileBytes: fileBytes, digestHigh: .max, digestLow: 7,
                ticket: UInt64(offset), bytes: [UInt8](repeating: 9, count: min(1 << 20, fileBytes - offset))))
    }

    static let plan = SweepPlan(
        sampleCount: 286,
        models: [
            ("", "", 0, [(0, "", 1)]),
            ("b", "/stores/b.h5", 1 << 59, [(0, "first", 768), (7, "last · ü", 4096)]),
            ("empty selection", "/stores/c.h5", 5, []),
        ],
        xModels: [1, 0], yModels: [2, 1],
        metrics: [
            Metric(kind: .mutualKNN, k: 10), Metric(kind: .mutualKNN, k: 20), Metric(kind: .cka),
            Metric(kind: .svcca, .dimensions(10)), Metric(kind: .ckaRBF, .bandwidth(1.0 / 3)), Metric(kind: .rsa),
        ],
        curves: [MetricCurve(kind: .cycleKNN, ks: [1, 2, 285]), MetricCurve(kind: .lcsKNN, ks: [])], variant: .paper)

    static let resampledPlan = SweepPlan(
        sampleCount: 40, models: [("a", "/a.h5", 16, [(0, "layer", 1)])], xModels: [0], yModels: nil,
        metrics: [Metric(kind: .mutualKNN, k: 5), Metric(kind: .cka), Metric(kind: .unbiasedCKA)],
        permutations: PermutationPlan(count: 19, metrics: [0, 1], seed: 3),
        subsamples: [
            SubsamplePlan(.halves, count: 200, metrics: [0, 2], seed: .max, reach: 23),
            SubsamplePlan(.parts, count: 5, metrics: [2], seed: 1, reach: 0),
        ],
        gallery: GalleryPlan(sizes: [6, 40], metrics: [0], reach: 39),
        queries: QueryPlan(count: 6, seed: 9, galleries: [40, 7]))

    static let symmetricPlan = SweepPlan(
        sampleCount: 4, models: [("a", "/a.h5", 16, [(0, "layer", 1), (PlannedLayer.concatenation, "all", 7)])],
        xModels: [0], yModels: nil, metrics: [Metric(kind: .unbiasedCKA)])

    static func context(
        _ plan: SweepPlan, clip: SweepSpec.Clip = .quantile(0.95), clipScope: SweepSpec.ClipScope = .model,
        normalize: SweepSpec.Normalization = .l2, positions: [Int]? = nil, groups: [Int32]? = nil,
        ignoresTies: Bool = false, storeDigests: [String] = [], storeVersions: [String] = []
    ) -> SweepContext {
        SweepContext(
            plan: plan, sampleDigest: "0123", sampleStore: "/stores/a.h5", samplePositions: positions, groups: groups,
            clip: clip, clipScope: clipScope, normalize: normalize, ignoresTies: ignoresTies,
            storeDigests: storeDigests, storeVersions: storeVersions)
    }

    static let contexts = [
        context(plan), context(symmetricPlan, clip: .none, normalize: .none),
        context(symmetricPlan, clip: .quantile(1), storeDigests: ["9f"], storeVersions: ["inode=7 size=12"]),
        context(symmetricPlan, clipScope: .layer, positions: [0, 3, 70_000, 5], ignoresTies: true),
        context(symmetricPlan, clipScope: .sampleMean, groups: [0, -1, .max, .min]),
        context(resampledPlan),
    ]

    static func submission(dossier: [UInt8]) -> Submission {
        Submission(
            name: "größe", priority: .min, spec: "x: ['é']\n", workerBytes: .max, context: contexts[0],
            dossier: dossier)
    }

    static let requests: [ClientRequest] = [
        .submit(submission(dossier: [])), .submit(submission(dossier: [0, 255, 10])), .status(nil), .status(last),
        .cancel(one), .retry(last), .forget(one), .findings(one), .scores(one, after: nil), .scores(last, after: 0),
        .scores(one, after: .max), .workers, .backlog, .drain("node7"), .explain(nil, nil), .explain(one, nil),
        .explain(one, .survey(model: 0)), .explain(last, .layer(9)), .explain(one, .step(layer: 9, index: 1023)),
        .explain(one, .tile(row: 0, column: 1_048_575)),
        .events(after: 0), .events(after: .max),
    ]
}
