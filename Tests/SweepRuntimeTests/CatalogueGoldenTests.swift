import AlignmentMetrics
import ArtifactStore
import Foundation
import SweepCost
import SweepModel
import SweepProtocol
import Testing

@testable import SweepRuntime
@testable import WorkerCore

/// What every metric and every kind of artifact is called, takes and costs, line by line as it was frozen in `Golden/catalogue.txt`.
///
/// A change of a line is a change of keys (caches turn cold), of messages, of predictions or of refusals: it has to be meant. Where it is,
/// `PLATONIC_WRITE_GOLDEN=1 scripts/test --filter CatalogueGoldenTests` writes the file anew.
@Suite("Catalogue as it was frozen")
struct CatalogueGoldenTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden/catalogue.txt")

    @Test func everyLineIsAsItWas() throws {
        let found = (Self.texts() + Self.sizes() + Self.costs() + Self.keys()).map {
            $0.split(separator: "\n").joined(separator: " ")
        }
        if ProcessInfo.processInfo.environment["PLATONIC_WRITE_GOLDEN"] != nil {
            try Data((found.joined(separator: "\n") + "\n").utf8).write(to: Self.file)
        }
        let frozen = String(decoding: try Data(contentsOf: Self.file), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        #expect(found.count == frozen.count)
        for (now, before) in zip(found, frozen) { #expect(now == before) }
    }

    // MARK: Plans

    private static let metrics: [Metric] = MetricKind.allCases.flatMap { kind in
        var spec = SweepSpec()
        (spec.metrics, spec.k, spec.svccaDimensions, spec.rbfBandwidths) = ([kind], [5, 12], [4, 10], [0.5, 1])
        return spec.parameterizedMetrics
    }

    /// Layers of n x d: few and many samples, narrow and wide, kept by entries and by factors, divided and whole.
    private static let shapes = [(20, 3), (1024, 64), (1024, 1024), (5000, 768), (8000, 64), (70_000, 96)]

    private static func plan(_ n: Int, _ widths: [Int], _ metrics: [Metric], curves: [MetricCurve] = []) -> SweepPlan {
        SweepPlan(
            sampleCount: n,
            models: [("m", "/m.h5", n * 4 * widths.reduce(0, +), widths.enumerated().map { ($0, "", $1) })],
            xModels: [0], yModels: nil, metrics: metrics, curves: curves)
    }

    private static func plans(_ n: Int, _ d: Int) -> [(name: String, plan: SweepPlan)] {
        metrics.map { ($0.id, plan(n, [d], [$0])) } + [
            ("all", plan(n, [d, 2 * d], metrics)),
            ("curves", plan(n, [d], [], curves: [MetricCurve(kind: .lcsKNN, ks: [1, 2, 4])])),
        ]
    }

    // MARK: Lines

    private static func texts() -> [String] {
        MetricDescription.all.map { text in
            "text \(text.metric) | \(text.summary) | \(text.symmetric) \(text.global) \(text.ordinal) \(text.batchable)"
                + " | \(text.parameter) | \(text.range) | \(text.chance) | \(text.variants) | \(text.source) | \(text.inAll)"
        }
            + metrics.map { metric in
                let variants = Variant.allCases.map { metric.kind.variant($0).rawValue }.joined(separator: " ")
                return "metric \(metric.id) \(metric.artifact.name) \(metric.kind.isNeighbourMetric) \(variants)"
            }
    }

    private static func sizes() -> [String] {
        var lines: [String] = []
        for (n, d) in shapes {
            for (name, plan) in plans(n, d) {
                let form = plan.linearKernelForm
                let request = ArtifactRequest(
                    Set(plan.artifactKinds), neighbourCount: plan.longestNeighbourList ?? 0,
                    dimensions: plan.basisDimensions ?? 0, linearForm: form)
                let shape = LayerFootprint(sampleCount: n, width: d, storedBytes: 4 * n * d)
                let working = WorkingMemory(plan, memoryBytes: 1 << 30)
                let blocks = plan.artifactKinds.map { "\($0.name) \(working.blockBytes[$0] ?? -1)" }
                lines.append(
                    "size \(n) \(d) \(name) required \(WorkingMemory.required(plan))"
                        + " least \(shape.leastBytes(request, threads: 2))"
                        + " file \(ArtifactSize.largestFile(ofLayer: 0, of: plan))"
                        + " blocks \(blocks.joined(separator: ", "))"
                        + " streamed \(working.streamed.map(\.name).sorted().joined(separator: ", "))"
                        + " descriptors \(OpenFiles.ofSweep(plan, workers: 1))")
            }
        }
        return lines
    }

    private static func costs() -> [String] {
        var lines: [String] = []
        for (n, d) in shapes {
            for (name, plan) in plans(n, d) {
                let (form, kinds, nominal) = (plan.linearKernelForm, plan.artifactKinds, HostRates.nominal(for: plan))
                let parts = TilePart.parts(of: plan)
                let work = SweepWork(plan)
                lines.append(
                    "cost \(n) \(d) \(name) parts \(parts.map(\.name))"
                        + " layer \(WorkUnits.layer(samples: n, width: d, kinds: kinds, form: form))"
                        + " tiles "
                        + "\(parts.map { WorkUnits.tile($0.artifact, samples: n, width: Double(d), rows: 3, columns: 64, form: form) })"
                        + " loads \(parts.map { WorkUnits.load($0.artifact, samples: n, form: form) })"
                        + " nominal \(nominal.layer.rates) \(nominal.tiles.map(\.rates)) \(nominal.loads.map(\.rates))"
                        + " flops \(work.gramFlops) \(work.pairProductFlops) \(work.packedFlops)"
                        + " stored \(work.artifacts.map(\.bytes))")
            }
        }
        return lines
    }

    private static func keys() -> [String] {
        plans(1024, 64).flatMap { name, plan in
            let context = SweepContext(
                plan: plan, sampleDigest: "digest", sampleStore: "/m.h5", groups: name == "all" ? [0, 0, 1] : nil,
                clip: .quantile(0.95), normalize: .l2)
            let keys = LayerKeys(context: context, digest: "values", clipThresholds: [0.25], blasCore: "core")
            return ["key \(name) diagnostics \(keys.diagnostics.text)"]
                + plan.artifactKinds.map { "key \(name) \(keys.artifacts[$0]?.text ?? "")" }
        }
    }
}
