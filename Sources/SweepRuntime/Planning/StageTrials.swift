internal import ContentHash
internal import FeatureStore
internal import Foundation
internal import LinearAlgebra
internal import SweepCost
internal import SweepModel
internal import SweepProtocol
internal import Synchronization
internal import WorkerCore

/// Runs the work items of a sweep on a synthetic store, through the very code that workers run, and times them.
struct StageTrials {
    /// The sweep whose metrics and preparation are tried.
    let context: SweepContext
    let samples: Int
    /// Ascending; the first is that of the layers that tiles are made of.
    let widths: [Int]
    let precision: StoredPrecision
    let memoryBytes: Int
    /// An empty folder.
    let folder: String

    /// Passes are repeated while they are as short as this: the first ones find cold caches and unmapped memory.
    private static let shortPass = 0.4
    private static let passes = 3
    private static let contentionPasses = 2
    /// Layers whose artifacts tiles are made of.
    private static let tileLayers = 4
    /// A tile trial that would take longer is not made.
    private static let tileSeconds = 0.2

    /// Surveys and layers alone, of more samples than anybody waits for tiles of; `widths` are those of all layers.
    func runLayers(threads: Int) throws -> TrialFindings {
        let store = try TrialStore(
            path: folder + "/all.h5", samples: samples, widths: widths, precision: precision
        ).metadata
        let home = try ArtifactHome(shared: "\(folder)/artifacts")
        var findings = TrialFindings(samples: samples)
        let survey = try surveyed(store, home, &findings)
        _ = try prepare(store, survey, home, &findings)
        let alone = findings.layers.last?.seconds ?? 0
        findings.contention = try contention(store, survey, threads, alone: alone)
        return findings
    }

    private struct Prepared {
        let survey: ModelSurvey
        let home: ArtifactHome
        /// The artifacts of the narrowest layers, and of the middling one.
        let names: [ArtifactNames]
        let middle: ArtifactNames
    }

    /// - Parameter threads: workers that can work at the same time.
    func run(threads: Int) throws -> TrialFindings {
        let extra = Array(repeating: widths.first ?? 1, count: Self.tileLayers - 1)
        let store = try TrialStore(
            path: folder + "/all.h5", samples: samples, widths: widths + extra, precision: precision
        ).metadata
        let small = try TrialStore(
            path: folder + "/small.h5", samples: samples, widths: Array(widths.prefix(1)), precision: precision
        ).metadata
        var (findings, prepared) = try pass(store, small, home: "0")
        var spent = findings.layers.reduce(0) { $0 + $1.seconds }
        for number in 1..<Self.passes where spent < Self.shortPass {
            let (more, _) = try pass(store, small, home: "\(number)")
            findings.improve(by: more)
            spent += more.layers.reduce(0) { $0 + $1.seconds }
        }
        let alone = findings.layers.last?.seconds ?? 0
        findings.contention = try contention(store, prepared.survey, threads, alone: alone)
        for (position, part) in TilePart.parts(of: context.plan).enumerated() {
            findings.tiles += try tiles(part, position, prepared)
        }
        return findings
    }

    // MARK: Surveys and layers

    private func pass(
        _ store: StoreMetadata, _ small: StoreMetadata, home name: String
    ) throws -> (TrialFindings, Prepared) {
        let home = try ArtifactHome(shared: "\(folder)/artifacts \(name)")
        var findings = TrialFindings(samples: samples)
        _ = try surveyed(small, home, &findings)
        let survey = try surveyed(store, home, &findings)
        let names = try prepare(store, survey, home, &findings)
        let narrow = [names[0]] + names[widths.count...]
        let middle = names[min(1, widths.count - 1)]
        return (findings, Prepared(survey: survey, home: home, names: narrow, middle: middle))
    }

    private func surveyed(
        _ store: StoreMetadata, _ home: ArtifactHome, _ findings: inout TrialFindings
    ) throws -> ModelSurvey {
        let runner = self.runner(stageContext(store), home)
        let lease = Lease(sweep: SweepID(1), number: 1, work: .survey(model: 0))
        let (outcome, seconds) = Self.timed { runner.run(Assignment(lease: lease, inputs: .survey)) }
        guard case .survey(let survey) = outcome.result else { throw Self.failed(outcome) }
        findings.surveys.append(.init(bytes: store.valueBytes, seconds: seconds))
        return survey
    }

    /// All layers of `store`, of which `findings` take up as many as there are `widths`.
    private func prepare(
        _ store: StoreMetadata, _ survey: ModelSurvey, _ home: ArtifactHome, _ findings: inout TrialFindings
    ) throws -> [ArtifactNames] {
        // As in a sweep, where another worker's survey is rarely the one before.
        let runner = self.runner(stageContext(store), home)
        return try store.layers.indices.map { layer in
            let (summary, seconds) = try prepare(layer, survey, runner)
            if layer < widths.count { findings.layers.append(.init(width: widths[layer], seconds: seconds)) }
            return ArtifactNames(summary.artifacts)
        }
    }

    private func prepare(
        _ layer: Int, _ survey: ModelSurvey, _ runner: TaskRunner
    ) throws -> (LayerSummary, seconds: Double) {
        let lease = Lease(sweep: SweepID(1), number: 1, work: .layer(layer))
        let thresholds = survey.clipThresholds.count > 1 ? [survey.clipThresholds[layer]] : survey.clipThresholds
        let inputs = Assignment.Inputs.layer(clipThresholds: thresholds, digest: survey.layerDigests[layer])
        let (outcome, seconds) = Self.timed { runner.run(Assignment(lease: lease, inputs: inputs)) }
        guard case .layer(let summary) = outcome.result else { throw Self.failed(outcome) }
        return (summary, seconds)
    }

    /// The widest layer prepared by several threads at once, against one that was alone.
    private func contention(
        _ store: StoreMetadata, _ survey: ModelSurvey, _ threads: Int, alone: Double
    ) throws -> Double {
        guard threads > 1, alone > 0 else { return 1 }
        let times = Mutex<[Double]>([])
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            let found = (0..<Self.contentionPasses).compactMap { pass in
                (try? ArtifactHome(shared: "\(folder)/artifacts \(pass) of \(thread)")).flatMap { home in
                    try? prepare(widths.count - 1, survey, runner(stageContext(store), home)).seconds
                }
            }
            if let least = found.min() { times.withLock { $0.append(least) } }
        }
        let found = times.withLock { $0 }
        guard found.count == threads else { return 1 }
        return min(Double(threads), max(1, found.reduce(0, +) / Double(threads) / alone))
    }

    // MARK: Tiles

    /// A tile of a single column, and as wide a one as can be tried in a short time: what grows with pairs is told from what does not.
    private func tiles(_ part: TilePart, _ position: Int, _ prepared: Prepared) throws -> [TrialFindings.Tile] {
        guard !part.artifact.definition.isReadForEachPair else {
            // A decomposition for each pair: single pairs of narrow and of middling layers.
            return try [prepared.names, [prepared.middle, prepared.middle]].enumerated().map { place, names in
                let width = widths[min(place, widths.count - 1)]
                return try tile(part, position, names, prepared.home, width: width, rows: 1, columns: 1)
            }
        }
        let (names, width) = (prepared.names, widths.first ?? 1)
        let one = try tile(part, position, names, prepared.home, width: width, rows: TileGrid.edge, columns: 1)
        let wide = [TileGrid.edge, 32, 16, 8, 4].first { Double($0) * one.warm < Self.tileSeconds } ?? 2
        let more = try tile(part, position, names, prepared.home, width: width, rows: TileGrid.edge, columns: wide)
        return [one, more]
    }

    /// Layers of `artifacts`, half of them as rows and half as columns, over and over.
    private func tile(
        _ part: TilePart, _ position: Int, _ artifacts: [ArtifactNames], _ home: ArtifactHome, width: Int, rows: Int,
        columns: Int
    ) throws -> TrialFindings.Tile {
        let half = artifacts.count / 2
        let names = ((0..<rows).map { artifacts[$0 % half] }, (0..<columns).map { artifacts[half + $0 % half] })
        let context = tileContext(part, width: width, rows: rows, columns: columns)
        let runner = self.runner(context, home)
        let column = context.plan.isSymmetric ? 1 : 0
        let lease = Lease(
            sweep: SweepID(1), number: 1, work: .tiles(row: 0, columns: column..<column + 1))
        var times: [Double] = []
        for _ in 0..<3 where times.reduce(0, +) < Self.tileSeconds || times.count < 2 {
            let (outcome, seconds) = Self.timed {
                runner.run(lease, row: 0, column: column, rows: names.0, columns: names.1)
            }
            guard case .tiles = outcome.result else { throw Self.failed(outcome) }
            times.append(seconds)
        }
        let warm = times.dropFirst().min() ?? 0
        return TrialFindings.Tile(
            part: position, rows: rows, columns: columns, width: width, cold: max(times[0], warm), warm: warm)
    }

    // MARK: Contexts

    private func runner(_ context: SweepContext, _ home: ArtifactHome) -> TaskRunner {
        let plan = self.context.plan
        // Lists and bases are as long as the layers' trials make them, whatever a tile's needs.
        let made = SweepPlan(
            sampleCount: samples, models: [], xModels: [], yModels: nil, metrics: possible(plan.metrics),
            curves: possible(plan.curves))
        return TaskRunner(
            context: context, home: home, blasCore: Products.coreName, memoryBytes: memoryBytes,
            tried: TriedArtifacts(of: made, linearForm: plan.linearKernelForm))
    }

    /// All layers of `store`, and every metric of the sweep.
    private func stageContext(_ store: StoreMetadata) -> SweepContext {
        let layers = store.layers.map { (index: $0.index, name: $0.name, width: $0.width) }
        let model = (name: "trial", path: store.path, bytes: store.valueBytes, layers: layers)
        let plan = context.plan
        return tried(
            SweepPlan(
                sampleCount: samples, models: [model], xModels: [0], yModels: nil, metrics: possible(plan.metrics),
                curves: possible(plan.curves), variant: plan.variant), store)
    }

    /// A grid in which a tile of `rows` x `columns` layers is not on the diagonal.
    private func tileContext(_ part: TilePart, width: Int, rows: Int, columns: Int) -> SweepContext {
        func model(_ name: String, _ count: Int) -> (String, String, Int, [(index: Int, name: String, width: Int)]) {
            (name, folder + "/all.h5", 0, (0..<count).map { (index: $0, name: "", width: width) })
        }
        // A symmetric grid has its second column of tiles where the first is full.
        let isSymmetric = context.plan.isSymmetric && rows == TileGrid.edge
        return tried(
            SweepPlan(
                sampleCount: samples, models: [model("x", rows), model("y", columns)],
                xModels: isSymmetric ? [0, 1] : [0], yModels: isSymmetric ? nil : [1], metrics: possible(part.metrics),
                curves: possible(part.curves), variant: context.plan.variant), nil)
    }

    private func tried(_ plan: SweepPlan, _ store: StoreMetadata?) -> SweepContext {
        SweepContext(
            plan: plan, sampleDigest: store?.sampleDigest.description ?? "", sampleStore: store?.path ?? "",
            clip: context.clip, clipScope: context.clipScope, normalize: context.normalize,
            ignoresTies: context.ignoresTies)
    }

    /// Metrics with no more neighbours than a trial has; each once.
    private func possible(_ metrics: [Metric]) -> [Metric] {
        var seen: Set<Metric> = []
        return metrics.map { metric in metric.k.map { Metric(kind: metric.kind, k: min($0, samples - 1)) } ?? metric }
            .filter { seen.insert($0).inserted }
    }

    private func possible(_ curves: [MetricCurve]) -> [MetricCurve] {
        curves.map { MetricCurve(kind: $0.kind, ks: Set($0.ks.map { min($0, samples - 1) }).sorted()) }
    }

    private static func failed(_ outcome: LeaseOutcome) -> Complaint {
        if case .failure(let complaint) = outcome.result { return complaint }
        return Complaint(.work, "a trial ended in something else", at: "calibration", advice: "report this as a bug")
    }

    /// `body`, and the seconds of this thread's processor time that it took.
    static func timed<Result>(_ body: () throws -> Result) rethrows -> (Result, seconds: Double) {
        let start = processorSeconds
        let result = try body()
        return (result, processorSeconds - start)
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
