import FeatureStore
import Foundation
import SweepModel
import SweepProtocol
import SweepTestSupport
import Testing

@testable import ArtifactStore
@testable import WorkerCore

/// Artifacts that go wrong between the work on layers and that on tiles are made again, and the scores are the same bytes.
@Suite("Mending of artifacts")
struct MendingTests {
    private let layers: PreparedLayers

    init() throws { layers = try PreparedLayers() }

    private func wholeFiles() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for summary in layers.summaries {
            for name in summary.artifacts.values { files[name] = try layers.contents(name) }
        }
        return files
    }

    private func check(_ expected: LeaseOutcome.Result, _ files: [String: [UInt8]], _ what: String) throws {
        guard case .tiles = expected else {
            Issue.record("\(expected)")
            return
        }
        #expect(layers.tile(try layers.runner()) == expected, "\(what)")
        for (name, bytes) in files { #expect(try layers.contents(name) == bytes, "\(what): \(name)") }
    }

    @Test func anyArtifactIsMadeAgain() throws {
        let (expected, files) = (layers.tile(try layers.runner()), try wholeFiles())
        for (layer, kind) in layers.summaries.indices.flatMap({ layer in
            layers.context.plan.artifactKinds.map { (layer, $0) }
        }) {
            let (name, raw) = try layers.raw(layer, kind)
            let whole = raw.bytes
            let other = try layers.raw((layer + 1) % layers.summaries.count, kind).file
            var flipped = whole
            flipped[whole.count - 5] ^= 8
            var swapped = raw
            (swapped.metadata, swapped.payload) = (Array(raw.metadata.dropLast()), other.payload)
            let bare = RawArtifact(key: raw.key, metadata: [], payload: raw.payload)
            for (what, bytes) in [
                ("flipped", flipped), ("cut", Array(whole.dropLast(3))), ("empty", []),
                ("of an earlier build", raw.earlierBytes), ("another's", other.bytes),
                ("with a lie", raw.lying(["sampleCount"], 1 << 62).bytes), ("with another's payload", swapped.bytes),
                ("without a header", bare.bytes),
            ] {
                try layers.replace(name, with: bytes)
                try check(expected, files, "\(kind.name) of layer \(layer), \(what)")
            }
        }
    }

    @Test func allArtifactsAreMadeAgain() throws {
        let (expected, files) = (layers.tile(try layers.runner()), try wholeFiles())
        for name in files.keys { try layers.replace(name, with: [1, 2, 3]) }
        try check(expected, files, "all")
    }

    /// A panel that a worker has kept is read again while its file rots.
    @Test func whatAWorkerHasOpenIsMadeAgainAsWell() throws {
        let runner = try layers.runner()
        let (expected, files) = (layers.tile(runner), try wholeFiles())
        for (name, bytes) in files {
            let handle = try #require(FileHandle(forUpdatingAtPath: layers.path(name)))
            try handle.seek(toOffset: UInt64(bytes.count - 1))
            try handle.write(contentsOf: [bytes[bytes.count - 1] ^ 1])
            try handle.close()
        }
        // What is in memory is right; what is read is not.
        #expect(layers.tile(runner) == expected)
        try check(expected, files, "rotten while open")
    }

    /// A threshold that was changed with its digest would give other artifacts: the store is looked at again.
    @Test func aLieAboutTheStoreIsFoundOut() throws {
        let (expected, files) = (layers.tile(try layers.runner()), try wholeFiles())
        let runner = try layers.runner()
        let survey = runner.surveyKey(
            model: 0, identity: try runner.fileIdentity(layers.context.plan.models[0].path).parts)
        let raw = try #require(RawArtifact(try layers.contents(survey.name)))
        let lies: [([any Sendable], any Sendable)] = [
            (["clipThresholds", 0], 0.01), (["layerDigests", 1], "float32-0"),
        ]
        for (path, value) in lies {
            try layers.replace(survey.name, with: raw.lying(path, value).bytes)
            for name in files.keys { try layers.replace(name, with: []) }
            try check(expected, files, "\(path)")
        }
    }

    /// A store that is another one by now cannot give the artifacts that the sweep has scores of.
    @Test func aStoreThatChangedIsSaid() throws {
        var store = StoreFixture(
            model: "model", samples: PreparedLayers.samples, widths: PreparedLayers.widths, seed: 8)
        store.ids = (0..<PreparedLayers.samples).map { "sample \($0)" }
        try FileManager.default.removeItem(atPath: layers.context.plan.models[0].path)
        try store.write(layers.context.plan.models[0].path)
        try layers.replace(try layers.raw(1, .gram).name, with: [])
        guard case .failure(let complaint) = layers.tile(try layers.runner()) else {
            Issue.record("scores of another store")
            return
        }
        #expect(complaint.what == "the store changed while the sweep was running" && complaint.kind == .request)
    }
}
