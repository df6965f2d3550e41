import ContentHash
import FeatureStore
import LinearAlgebra
import SweepModel
import SweepProtocol
import SweepTestSupport
import Synchronization
import Testing

@testable import ArtifactStore
@testable import WorkerCore

/// A step of a layer's neighbours that two workers do, of whom one has finished the layer before the other comes to its end.
@Suite("Steps that end late")
struct LateStepTests {
    private static let samples = NeighbourSteps.mostSamplesAtOnce + 1
    private let folder: TemporaryFolder
    private let context: SweepContext
    private let inputs: Assignment.Inputs

    init() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("model.h5")
        try StoreFixture(model: "model", samples: Self.samples, widths: [2], seed: 7).write(path)
        let plan = SweepPlan(
            sampleCount: Self.samples, models: [("model", path, 1_000, [(0, "layer 0", 2)])], xModels: [0],
            yModels: nil,
            metrics: [Metric(kind: .mutualKNN, k: 1)])
        context = SweepContext(
            plan: plan, sampleDigest: try StoreReader(path: path).metadata.sampleDigest.description, sampleStore: path,
            groups: nil, clip: .none, normalize: .l2)
        self.folder = folder
        let surveyor = try Self.runner(context, folder)
        guard case .survey(let survey) = surveyor.run(Self.assignment(.survey(model: 0), .survey)).result else {
            throw Unprepared()
        }
        inputs = .layer(clipThresholds: survey.clipThresholds, digest: survey.layerDigests[0])
    }

    private struct Unprepared: Error {}

    private static func assignment(_ work: LeasedWork, _ inputs: Assignment.Inputs) -> Assignment {
        Assignment(lease: Lease(sweep: SweepID(1), number: 1, work: work), inputs: inputs)
    }

    private static func runner(_ context: SweepContext, _ folder: TemporaryFolder) throws -> TaskRunner {
        TaskRunner(
            context: context, home: try ArtifactHome(shared: folder.file("artifacts")), blasCore: "core",
            memoryBytes: 1 << 30, threads: 2)
    }

    @Test func leaveNothingBehind() throws {
        let steps = try #require(context.plan.neighbourSteps)
        guard case .layer(let thresholds, let digest) = inputs else { throw Unprepared() }
        let step = Self.assignment(.step(layer: 0, index: steps.candidateCount - 1), inputs)
        let keys = LayerKeys(context: context, digest: digest, clipThresholds: thresholds, blasCore: "core")
        let last = try #require(steps.blocks.last)
        let (candidates, lists) = (keys.candidates(of: last, among: last), try #require(keys.artifacts[.neighbours]))
        let directory = try ArtifactDirectory(path: folder.file("artifacts"))
        #expect(try Self.runner(context, folder).run(step).result == .step)
        #expect(directory.hasFile(candidates.name))
        directory.remove(candidates.name)

        let late = try Self.runner(context, folder)
        let hasBegun = Atomic(false)
        late.onStep = { [context, folder, inputs] in
            // It has found that there is work to do; before it has done any, the other has done everything.
            if !hasBegun.exchange(true, ordering: .relaxed) {
                _ = try? Self.runner(context, folder).run(Self.assignment(.layer(0), inputs))
                #expect(directory.hasFile(lists.name))
            }
        }
        #expect(late.run(step).result == .step)
        let wasOvertaken = hasBegun.load(ordering: .relaxed)
        #expect(wasOvertaken)
        #expect(!directory.hasFile(candidates.name))
        #expect(directory.hasFile(lists.name))
    }
}
