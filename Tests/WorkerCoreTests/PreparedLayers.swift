import ContentHash
import FeatureStore
import Foundation
import SweepModel
import SweepProtocol
import SweepTestSupport

@testable import ArtifactStore
@testable import WorkerCore

/// A small store whose layers are prepared by a worker's own code: artifacts of every kind, the linear kernel by its entries and by its
/// factor.
struct PreparedLayers {
    static let samples = 12
    static let widths = [2, 5, 20]
    static let metrics = [
        Metric(kind: .mutualKNN, k: 3), Metric(kind: .cycleKNN, k: 5), Metric(kind: .cknna, k: 3), Metric(kind: .cka),
        Metric(kind: .unbiasedCKA), Metric(kind: .rsa), Metric(kind: .distanceCorrelation),
        Metric(kind: .ckaRBF, .bandwidth(1)), Metric(kind: .svcca, .dimensions(4)), Metric(kind: .procrustes),
    ]

    let folder: TemporaryFolder
    let directory: ArtifactDirectory
    let context: SweepContext
    let survey: ModelSurvey
    let summaries: [LayerSummary]

    init(groups: [Int32]? = nil) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("model.h5")
        try StoreFixture(model: "model", samples: Self.samples, widths: Self.widths, seed: 7).write(path)
        let metadata = try StoreReader(path: path).metadata
        let plan = SweepPlan(
            sampleCount: Self.samples,
            models: [("model", path, 1_000, Self.widths.enumerated().map { ($0, "layer \($0)", $1) })], xModels: [0],
            yModels: nil, metrics: Self.metrics, curves: [MetricCurve(kind: .mutualKNN, ks: [1, 2, 4])])
        context = SweepContext(
            plan: plan, sampleDigest: metadata.sampleDigest.description, sampleStore: path, groups: groups,
            clip: .quantile(0.95), normalize: .l2)
        self.folder = folder
        directory = try ArtifactDirectory(path: folder.file("artifacts"))
        let runner = try Self.runner(context, folder)
        guard case .survey(let survey) = runner.run(Self.assignment(.survey(model: 0), .survey)).result else {
            throw Unprepared()
        }
        self.survey = survey
        summaries = try survey.layerDigests.enumerated().map { layer, digest in
            let inputs = Assignment.Inputs.layer(clipThresholds: survey.clipThresholds, digest: digest)
            guard case .layer(let summary) = runner.run(Self.assignment(.layer(layer), inputs)).result else {
                throw Unprepared()
            }
            return summary
        }
    }

    private struct Unprepared: Error {}

    private static func assignment(_ work: LeasedWork, _ inputs: Assignment.Inputs) -> Assignment {
        Assignment(lease: Lease(sweep: SweepID(1), number: 1, work: work), inputs: inputs)
    }

    private static func runner(_ context: SweepContext, _ folder: TemporaryFolder) throws -> TaskRunner {
        TaskRunner(
            context: context, home: try ArtifactHome(shared: folder.file("artifacts")), blasCore: "core",
            memoryBytes: 256 << 20)
    }

    /// Another worker, which has nothing in memory.
    func runner() throws -> TaskRunner { try Self.runner(context, folder) }

    var shapes: ArtifactShapes { ArtifactShapes(context, tried: nil) }

    /// Prepares a layer once more.
    func summary(ofLayer layer: Int) throws -> LeaseOutcome.Result {
        let inputs = Assignment.Inputs.layer(clipThresholds: survey.clipThresholds, digest: survey.layerDigests[layer])
        return try runner().run(Self.assignment(.layer(layer), inputs)).result
    }

    /// What scoring all layers against each other gives.
    func tile(_ runner: TaskRunner) -> LeaseOutcome.Result {
        let names = summaries.map { ArtifactNames($0.artifacts) }
        let lease = Lease(sweep: SweepID(1), number: 2, work: .tiles(row: 0, columns: 0..<1))
        return runner.run(lease, row: 0, column: 0, rows: names, columns: names).result
    }

    func path(_ name: String) -> String { directory.filePath(name) }

    func contents(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

    /// Puts `bytes` where the artifact called `name` is; whoever has that open keeps the old file.
    func replace(_ name: String, with bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)), options: .atomic)
    }

    func raw(_ layer: Int, _ kind: ArtifactKind) throws -> (name: String, file: RawArtifact) {
        guard let name = summaries[layer].artifacts[kind], let file = RawArtifact(try contents(name)) else {
            throw Unprepared()
        }
        return (name, file)
    }
}
