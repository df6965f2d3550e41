internal import ArtifactStore
internal import LinearAlgebra
package import SweepModel
internal import SweepProtocol
package import WorkerCore

/// Finds the neighbour lists of single layers of a sweep, in this process; those that the sweep left in the artifact directory are read there.
package struct NeighbourLookup {
    private let prepared: PreparedSweep
    private let memoryBytes: Int
    private let artifacts: String

    /// - Parameter artifacts: the artifact directory.
    package init(_ prepared: PreparedSweep, memoryBytes: Int, artifacts: String) throws(Complaint) {
        try WorkerMemory.check(prepared.plan, bytes: memoryBytes)
        self.prepared = prepared
        self.memoryBytes = memoryBytes
        self.artifacts = artifacts
    }

    /// The lists of the layers with these indices of models, which are positions in the plan.
    package func lists(_ layers: [(model: Int, index: Int)]) throws -> [LayerLists] {
        let context = SweepDossier(prepared, isLocal: true).context
        // A few lists: nothing has to go for them.
        let lease = try ArtifactLease(ArtifactDirectory(path: artifacts), limit: .max)
        defer { withExtendedLifetime(lease) {} }
        let runner = TaskRunner(
            context: context, home: try ArtifactHome(shared: artifacts), blasCore: Products.coreName,
            memoryBytes: memoryBytes, threads: ThreadTeam(MachineResources.threads(workers: 1)))
        let work = DirectWork(runner: runner, plan: context.plan)
        return try layers.map { model, index in
            let planned = context.plan.models[model]
            guard let layer = planned.layers.first(where: { context.plan.layers[$0].index == index }) else {
                throw Complaint(
                    .request, "the model has no layer \(index) any more", at: planned.path,
                    advice: "run the sweep again")
            }
            let summary = try work.summary(ofLayer: layer, try work.survey(ofModel: model))
            guard let lists = runner.lists(ofLayer: layer, summary) else {
                throw Complaint(
                    .request,
                    "layer \(index) has no neighbours: all its samples are the same, or lists are of groups or queries",
                    at: planned.path, advice: "choose other models")
            }
            return lists
        }
    }
}
