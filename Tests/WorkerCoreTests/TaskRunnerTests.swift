import ContentHash
import FeatureStore
import Foundation
import SweepModel
import SweepProtocol
import SweepTestSupport
import Testing

@testable import ArtifactStore
@testable import WorkerCore

/// A worker's work from stores that are in memory: what it makes, what it reads again, and what it says of stores that change or fail.
@Suite("Work from stores in memory")
struct TaskRunnerTests {
    private static let samples = 40
    private static let widths = [3, 8]
    private static let metrics = [Metric(kind: .mutualKNN, k: 3), Metric(kind: .cka)]
    private static let ids = (0..<samples).map { "sample \($0)" }
    private static let (first, second) = ("s3://stores/first.h5", "s3://stores/second.h5")

    private let folder: TemporaryFolder
    private let stores = StoresInMemory()

    init() throws {
        folder = try TemporaryFolder()
        stores[Self.first] = Self.contents(seed: 1)
    }

    private static func contents(seed: UInt64) -> StoresInMemory.Contents {
        var generator = SeededGenerator(seed: seed)
        return StoresInMemory.Contents(
            ids: ids,
            layers: widths.map { width in (generator.normals(samples, width).map { Float($0) }, width) },
            version: "version 1")
    }

    private func context(_ urls: [String]) -> SweepContext {
        let layers = Self.widths.enumerated().map { (index: $0, name: "layer \($0)", width: $1) }
        let plan = SweepPlan(
            sampleCount: Self.samples, models: urls.map { ($0, $0, 1_000, layers) }, xModels: Array(urls.indices),
            yModels: nil, metrics: Self.metrics)
        return SweepContext(
            plan: plan, sampleDigest: ContentDigest(ofIDs: Self.ids).description, sampleStore: Self.first, clip: .none,
            normalize: .l2)
    }

    private func runner(_ context: SweepContext, _ directory: String = "artifacts") throws -> TaskRunner {
        TaskRunner(
            context: context, home: try ArtifactHome(shared: folder.file(directory)), blasCore: "core",
            memoryBytes: 256 << 20, opener: stores.opener)
    }

    private func run(_ runner: TaskRunner, _ work: LeasedWork, _ inputs: Assignment.Inputs) -> LeaseOutcome.Result {
        runner.run(Assignment(lease: Lease(sweep: SweepID(1), number: 1, work: work), inputs: inputs)).result
    }

    private func survey(_ runner: TaskRunner, model: Int = 0) throws -> ModelSurvey {
        guard case .survey(let found) = run(runner, .survey(model: model), .survey) else { throw Unexpected() }
        return found
    }

    private func layer(_ runner: TaskRunner, _ layer: Int, _ survey: ModelSurvey) -> LeaseOutcome.Result {
        let index = layer % Self.widths.count
        return run(
            runner, .layer(layer),
            .layer(clipThresholds: survey.clipThresholds, digest: survey.layerDigests[index]))
    }

    private func artifacts(_ result: LeaseOutcome.Result) throws -> [ArtifactKind: String] {
        guard case .layer(let summary) = result else { throw Unexpected() }
        return summary.artifacts
    }

    private func complaint(_ result: LeaseOutcome.Result) throws -> Complaint {
        guard case .failure(let complaint) = result else { throw Unexpected() }
        return complaint
    }

    private struct Unexpected: Error {}

    @Test func makeTheSameArtifactsAsFiles() throws {
        let remote = try runner(context([Self.first]))
        let found = try survey(remote)
        let contents = try #require(stores[Self.first])
        let path = folder.file("file.h5")
        try StoreFixture(
            ids: contents.ids,
            layers: contents.layers.enumerated().map { index, layer in
                StoreFixture.Layer(
                    name: "layer \(index)", rows: Self.samples, width: layer.width, values: .float32(layer.values))
            }
        ).write(path)
        let other = context([path])
        let local = TaskRunner(
            context: SweepContext(
                plan: other.plan, sampleDigest: other.sampleDigest, sampleStore: path, clip: .none, normalize: .l2),
            home: try ArtifactHome(shared: folder.file("others")), blasCore: "core", memoryBytes: 256 << 20)
        let same = try survey(local)
        #expect(same.layerDigests == found.layerDigests)
        for index in Self.widths.indices {
            let names = try artifacts(layer(remote, index, found))
            #expect(names.count == 2)
            #expect(try artifacts(layer(local, index, same)) == names)
            for name in names.values {
                let (one, two) = try (
                    ArtifactDirectory(path: folder.file("artifacts")), ArtifactDirectory(path: folder.file("others"))
                )
                #expect(
                    try Data(contentsOf: URL(fileURLWithPath: one.filePath(name)))
                        == Data(contentsOf: URL(fileURLWithPath: two.filePath(name))))
            }
        }
    }

    @Test func areReadOnceWhereTheyHaveAVersion() throws {
        for (version, again) in [("version 1", 0), (nil, Self.samples * Self.widths.count)] {
            stores[Self.first]?.version = version
            let directory = version ?? "none"
            _ = try survey(runner(context([Self.first]), directory))
            #expect(stores.looks().rowsRead == Self.samples * Self.widths.count)
            _ = try survey(runner(context([Self.first]), directory))
            #expect(stores.looks().rowsRead == again, "\(directory)")
        }
        stores[Self.first]?.version = "version 2"
        _ = try survey(runner(context([Self.first]), "version 1"))
        #expect(stores.looks().rowsRead == Self.samples * Self.widths.count)
    }

    @Test func areRefusedWhereValuesChange() throws {
        let found = try survey(runner(context([Self.first])))
        stores[Self.first]?.layers[1].values[5] += 1
        let other = try runner(context([Self.first]))
        #expect(try artifacts(layer(other, 0, found)).count == 2)
        let refusal = try complaint(layer(other, 1, found))
        #expect(refusal.what.contains("changed while the sweep was running"))
        #expect(refusal.place == Self.first)
        let keys = LayerKeys(
            context: context([Self.first]), digest: found.layerDigests[1], clipThresholds: found.clipThresholds,
            blasCore: "core")
        let directory = try ArtifactDirectory(path: folder.file("artifacts"))
        #expect(keys.artifacts.values.allSatisfy { !directory.hasFile($0.name) })
    }

    @Test func areOpenedAgainWhereTheyFailed() throws {
        let worker = try runner(context([Self.first]))
        let found = try survey(worker)
        _ = stores.looks()
        // Of values that it keeps it needs no store.
        let fresh = try runner(context([Self.first]))
        stores[Self.first]?.failures = 1
        #expect(try complaint(layer(fresh, 0, found)).what == "the connection was lost")
        #expect(try artifacts(layer(fresh, 0, found)).count == 2)
        #expect(stores.looks().opened == [Self.first, Self.first])
        #expect(try artifacts(layer(fresh, 1, found)).count == 2)
        #expect(stores.looks().opened == [])
    }

    @Test func mayHaveAnyOrder() throws {
        var contents = Self.contents(seed: 2)
        stores[Self.second] = contents
        let (one, two) = (context([Self.first, Self.second]), try runner(context([Self.first, Self.second])))
        let straight = try survey(two, model: 1)
        // The same samples the other way round, and one more that nobody asks for.
        contents.ids = ["another"] + contents.ids.reversed()
        contents.layers = contents.layers.map { layer in
            let rows = stride(from: 0, to: layer.values.count, by: layer.width).reversed()
                .map { layer.values[$0..<$0 + layer.width] }
            return ([Float](repeating: 9, count: layer.width) + rows.joined(), layer.width)
        }
        contents.version = "version 2"
        stores[Self.second] = contents
        let turned = try runner(one, "turned")
        #expect(try survey(turned, model: 1).layerDigests == straight.layerDigests)
        #expect(try artifacts(layer(turned, 3, straight)) == artifacts(layer(two, 3, straight)))
        contents.ids[3] = "misnamed"
        stores[Self.second] = contents
        let refusal = try complaint(run(runner(one, "third"), .survey(model: 1), .survey))
        #expect(refusal.what.contains("changed while the sweep was running"))
    }
}
