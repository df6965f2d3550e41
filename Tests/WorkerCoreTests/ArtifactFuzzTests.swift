import FeatureStore
import LinearAlgebra
import SweepModel
import SweepProtocol
import SweepTestSupport
import Testing

@testable import AlignmentMetrics
@testable import ArtifactStore
@testable import WorkerCore

/// Artifacts that an enemy wrote, with digests that are right: nothing traps, and what is decoded is the plan's.
@Suite("Fuzzed artifacts")
struct ArtifactFuzzTests {
    private let layers: PreparedLayers

    init() throws { layers = try PreparedLayers() }

    /// Mutations of one artifact; a failure names the seed.
    private static let cases = 250

    private func fuzz(_ name: String, _ file: RawArtifact, _ body: (ArtifactFile, String) throws -> Void) throws {
        for seed in 0..<Self.cases {
            var generator = SeededGenerator(seed: UInt64(seed))
            var mutated = file
            for _ in 0...Int.random(in: 0...2, using: &generator) { mutated = mutated.mutated(using: &generator) }
            try layers.replace(name, with: mutated.bytes)
            let found = try #require(ArtifactFile.open(name, in: layers.directory))
            try body(found, "\(name), seed \(seed)")
        }
    }

    @Test func neighbours() throws {
        let ks = [1, 2, 3, 4, 5]
        for layer in layers.summaries.indices {
            let (name, raw) = try layers.raw(layer, .neighbours)
            let file = try #require(ArtifactFile.open(name, in: layers.directory))
            let whole = LayerNeighbours(try #require(try NeighbourLists(file, layers.shapes[layer])))
            try fuzz(name, raw) { file, what in
                guard let lists = try NeighbourLists(file, layers.shapes[layer]) else { return }
                #expect(lists.sampleCount == PreparedLayers.samples && lists.k == 5, "\(what)")
                #expect(lists.indices.allSatisfy { (0..<12).contains($0) }, "\(what)")
                let fuzzed = LayerNeighbours(lists)
                for kind in MetricKind.allCases where kind.isNeighbourMetric {
                    _ = NeighbourScores.scores(kind, rows: [whole, fuzzed], columns: [fuzzed], ks: ks, variant: .exact)
                }
            }
        }
    }

    @Test(arguments: [ArtifactKind.gram, .ranks, .distances, .rbf(bandwidth: 1)])
    func kernels(_ kind: ArtifactKind) throws {
        let n = PreparedLayers.samples
        func source(_ file: ArtifactFile, _ layer: Int) throws -> (any PackedKernelSource)? {
            try StoredKernel.open(file, kind, layers.shapes[layer])
        }
        let other = try source(
            try #require(ArtifactFile.open(try layers.raw(1, kind).name, in: layers.directory)), 1)
        for layer in [0, 2] {
            let (name, raw) = try layers.raw(layer, kind)
            try fuzz(name, raw) { file, what in
                guard let fuzzed = try source(file, layer) else { return }
                #expect(fuzzed.diagonal.count == n && fuzzed.packedSquareSum.isFinite, "\(what)")
                do {
                    let panel = try KernelPanel([other, fuzzed], sampleCount: n, resident: true)
                    _ = try KernelAlignment(rows: panel, columns: panel, sampleCount: n)
                } catch is ArtifactDamage {}
            }
        }
    }

    @Test func bases() throws {
        for layer in layers.summaries.indices {
            let (name, raw) = try layers.raw(layer, .basis)
            let file = try #require(ArtifactFile.open(name, in: layers.directory))
            let whole = try SingularBasis(file, layers.shapes[layer])
            try fuzz(name, raw) { file, what in
                guard let basis = try SingularBasis(file, layers.shapes[layer]) else { return }
                #expect(basis.sampleCount == PreparedLayers.samples && (0...4).contains(basis.rank), "\(what)")
                _ = try SubspaceAlignment.scores(
                    rows: [whole, basis], columns: [basis], dimensions: [1, 4], sampleCount: PreparedLayers.samples)
            }
        }
    }

    @Test func features() throws {
        for layer in layers.summaries.indices {
            let (name, raw) = try layers.raw(layer, .features)
            let file = try #require(ArtifactFile.open(name, in: layers.directory))
            let whole = try #require(try CentredFeatureRows(file, layers.shapes[layer]))
            try fuzz(name, raw) { file, what in
                let shape = layers.shapes[layer]
                // Infinite values are found by both.
                let holds = shape.holds(.features, file)
                let features = try? CentredFeatureRows(file, shape)
                #expect(holds == (features.flatMap(\.self) != nil), "\(what)")
                guard let features = features.flatMap(\.self) else { return }
                #expect(features.matrix.rows == 12 && features.matrix.columns == min(12, PreparedLayers.widths[layer]))
                var alignment = ProcrustesAlignment()
                _ = try? alignment.score(whole, features)
            }
        }
    }

    /// Diagnostics and what is remembered of stores: whatever they say, a layer's summary can be a layer's.
    @Test func summaries() throws {
        let runner = try layers.runner()
        let keys = LayerKeys(
            context: layers.context, digest: layers.survey.layerDigests[1],
            clipThresholds: layers.survey.clipThresholds, blasCore: "core")
        let survey = runner.surveyKey(
            model: 0, identity: try runner.fileIdentity(layers.context.plan.models[0].path).parts)
        let raw = try #require(RawArtifact(try layers.contents(survey.name)))
        try fuzz(survey.name, raw) { _, what in
            let found = try runner.survey(model: 0)
            #expect(found.fits(layers.context.plan, model: 0), "\(what)")
        }
        let diagnostics = try #require(RawArtifact(try layers.contents(keys.diagnostics.name)))
        try fuzz(keys.diagnostics.name, diagnostics) { _, what in
            let result = try layers.summary(ofLayer: 1)
            guard case .layer(let summary) = result else {
                Issue.record("\(what)")
                return
            }
            #expect(summary.fits(layers.context.plan), "\(what)")
        }
    }
}
