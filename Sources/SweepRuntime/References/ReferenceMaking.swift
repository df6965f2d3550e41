internal import ArtifactStore
package import FeatureStore
internal import Foundation
internal import LinearAlgebra
package import SweepModel
internal import SweepProtocol
internal import Synchronization
internal import WorkerCore

/// Makes a file of references of the stores of a sweep: their surveys and artifacts, in this process, on as many threads as there would be
/// workers. What was made before is found in the artifact directory.
package struct ReferenceMaking {
    private let prepared: PreparedSweep
    private let resources: LocalSweep.Resources
    private let context: SweepContext

    /// Throws where `prepared` asks for something that references cannot hold, or must not.
    package init(_ prepared: PreparedSweep, resources: LocalSweep.Resources) throws(Complaint) {
        try Self.check(prepared)
        try WorkerMemory.check(prepared.plan, bytes: resources.memoryBytes / resources.workers)
        self.prepared = prepared
        self.resources = resources
        context = SweepDossier(prepared, isLocal: true).context
    }

    private static func check(_ prepared: PreparedSweep) throws(Complaint) {
        func refuse(_ what: String, at place: String, _ advice: String) throws(Complaint) -> Never {
            throw Complaint(.request, what, at: place, advice: advice)
        }
        let (spec, plan) = (prepared.spec, prepared.plan)
        if let made = prepared.stores.first(where: { $0.references != nil }) {
            try refuse("these are references already", at: made.path, "name the stores that they were made of")
        }
        guard prepared.stores.allSatisfy({ $0.sampleDigest == prepared.join.digest }) else {
            try refuse(
                "the stores have other samples, or another order of them", at: "x",
                "write all stores on the same samples in the same order: references are of these")
        }
        if spec.y != nil { try refuse("references have one side", at: "y", "name all stores with --x") }
        guard spec.layers == .all, !spec.concatenate else {
            try refuse(
                "references are of whole models", at: "layers",
                "leave --layers and --concatenate out: who uses references chooses layers")
        }
        if plan.queries != nil { try refuse("references are of all samples", at: "queries", "leave --queries out") }
        for kind in plan.artifactKinds where kind.definition.isFeatures {
            let metrics = plan.metrics.filter { $0.artifact == kind }.map(\.id).joined(separator: ", ")
            try refuse(
                "\(metrics) is computed from the features themselves, which references never hold", at: "metrics",
                "leave it out")
        }
        guard plan.models.count <= ReferencePath.mostModels else {
            try refuse(
                "there are \(plan.models.count.grouped) models, and one file has at most \(ReferencePath.mostModels.grouped)",
                at: "x",
                "make several files")
        }
        for kind in plan.artifactKinds {
            for layer in plan.layers where !ReferenceManifest.canHold(kind, plan.extent(width: layer.width)) {
                try refuse(
                    "\(kind.name) of layer \(layer.index) take more than 8 GiB, which a file of references cannot hold",
                    at: plan.models[layer.model].path, "choose fewer samples, or a smaller k")
            }
        }
        // The factor of a kernel is the centred features.
        guard plan.artifactKinds.contains(where: { $0.definition.source == .linearKernel }) else { return }
        for layer in plan.layers.indices where plan.linearKernelForm(ofLayer: layer) == .factor {
            let planned = plan.layers[layer]
            try refuse(
                "the kernel of layer \(planned.index), \(plan.sampleCount) x \(planned.width), is kept as the features themselves, which references never hold",
                at: plan.models[planned.model].path,
                "choose neighbour metrics: kernels are kept by entries for n < 2 d² and n ≤ \(LinearKernelForm.mostSamplesByEntries.grouped) alone"
            )
        }
    }

    /// Everything that the references hold; artifacts are in the directory afterwards.
    /// - Parameters:
    ///   - software: the name and version of the program.
    ///   - licence: the terms of the references.
    ///   - isInterrupted: asked before each layer; where it is so, `Interruption` is thrown, and what was made is found the next time.
    ///   - onLayer: called when a layer is done, from any thread, with how many are, of how many.
    package func make(
        software: String, licence: String?, isInterrupted: @escaping @Sendable () -> Bool,
        onLayer: @escaping @Sendable (_ done: Int, _ all: Int) -> Void
    ) throws -> ReferenceWriter {
        let directory = try ArtifactDirectory(path: resources.artifactDirectory)
        let lease = try ArtifactLease(directory, limit: resources.artifactLimit)
        defer { withExtendedLifetime(lease) {} }
        let plan = context.plan
        let state = Mutex(Progress(models: plan.models.count))
        let workers = max(1, min(resources.workers, plan.models.count))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            do {
                let runner = try runner(workers: workers)
                while let model = state.withLock({ $0.next() }) {
                    let made = try self.model(model, runner, directory) {
                        if isInterrupted() { throw Interruption() }
                        let done = state.withLock { state in
                            state.layers += 1
                            return state.layers
                        }
                        onLayer(done, plan.layers.count)
                    }
                    state.withLock { $0.made[model] = made }
                }
            } catch {
                state.withLock { $0.fail(error) }
            }
        }
        let ended = state.withLock { ($0.failure, $0.made) }
        if let failure = ended.0 { throw failure }
        let models = ended.1.compactMap(\.self)
        let manifest = ReferenceManifest(
            software: software, contents: contents(licence), sampleIDs: prepared.join.ids, models: models)
        return ReferenceWriter(manifest) { artifact in
            guard directory.isIntact(artifact.name),
                let bytes = OutgoingArtifact(artifact.name, in: directory)?.read(0..<artifact.bytes)
            else {
                throw ArtifactDamage(artifact.name, in: directory).complaint
            }
            return bytes
        }
    }

    private struct Progress {
        private var begun = 0
        var layers = 0
        var made: [ReferenceManifest.Model?]
        private(set) var failure: (any Error)?

        init(models: Int) { made = Array(repeating: nil, count: models) }

        mutating func next() -> Int? {
            guard failure == nil, begun < made.count else { return nil }
            begun += 1
            return begun - 1
        }

        mutating func fail(_ error: any Error) { failure = failure ?? error }
    }

    private func runner(workers: Int) throws -> TaskRunner {
        TaskRunner(
            context: context, home: try ArtifactHome(shared: resources.artifactDirectory), blasCore: Products.coreName,
            memoryBytes: resources.memoryBytes / workers,
            threads: ThreadTeam(MachineResources.threads(workers: workers)))
    }

    private func model(
        _ model: Int, _ runner: TaskRunner, _ directory: ArtifactDirectory, onLayer: () throws -> Void
    ) throws -> ReferenceManifest.Model {
        let work = DirectWork(runner: runner, plan: context.plan)
        let planned = context.plan.models[model]
        let survey = try work.survey(ofModel: model)
        let layers = try planned.layers.map { layer in
            let summary = try work.summary(ofLayer: layer, survey)
            try onLayer()
            var artifacts: [String: ReferenceManifest.Artifact] = [:]
            for (kind, name) in summary.artifacts {
                guard let bytes = OutgoingArtifact(name, in: directory)?.fileBytes else {
                    throw ArtifactDamage(name, in: directory).complaint
                }
                artifacts[kind.name] = ReferenceManifest.Artifact(name: name, bytes: bytes)
            }
            return ReferenceManifest.Layer(
                diagnostics: summary.diagnostics, artifacts: artifacts, nullNumbers: summary.nullNumbers)
        }
        return ReferenceManifest.Model(store: prepared.stores[model].published, survey: survey, layers: layers)
    }

    private func contents(_ licence: String?) -> ReferenceContents {
        let (spec, plan) = (prepared.spec, context.plan)
        return ReferenceContents(
            algorithm: algorithmVersion, clip: spec.clip, clipScope: spec.clipScope, normalize: spec.normalize,
            excludesGroups: spec.excludeGroups, kinds: plan.artifactKinds.map(\.name).sorted(),
            metrics: plan.metrics.map(\.id) + plan.curves.map { "\($0.kind.rawValue) up to k = \($0.ks.last ?? 0)" },
            listLength: plan.longestNeighbourList ?? 0, dimensions: plan.basisDimensions ?? 0,
            core: Products.coreName, licence: licence)
    }
}
