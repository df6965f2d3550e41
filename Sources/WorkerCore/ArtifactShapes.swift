internal import AlignmentMetrics
internal import PermutationStatistics
package import SweepModel
internal import SweepProtocol

/// The shapes of the layers of a sweep.
struct ArtifactShapes {
    private let plan: SweepPlan
    private let groups: [Int32]?
    private let tried: TriedArtifacts?
    private let queries: QuerySamples?

    init(_ context: SweepContext, tried: TriedArtifacts?) {
        plan = context.plan
        groups = context.groups
        self.tried = tried
        queries = plan.queries.map { QuerySamples($0, sampleCount: context.plan.sampleCount) }
    }

    /// That of a layer, a position in the plan.
    subscript(layer: Int) -> ArtifactShape {
        ArtifactShape(
            sampleCount: plan.sampleCount, width: plan.layers[layer].width,
            listLength: tried?.listLength ?? plan.longestNeighbourList ?? 0,
            dimensions: tried?.dimensions ?? plan.basisDimensions ?? 0,
            linearForm: tried?.linearForm ?? plan.linearKernelForm(ofLayer: layer), groups: groups, queries: queries)
    }
}

/// What is made of layers in trials, which stand for larger ones: a plan of some metrics is scored with artifacts that were made for all.
package struct TriedArtifacts: Sendable {
    let linearForm: LinearKernelForm
    let listLength: Int?
    let dimensions: Int?

    /// What a trial of `made` makes, with linear kernels of `linearForm` whatever the layers' shapes.
    package init(of made: SweepPlan, linearForm: LinearKernelForm) {
        self.linearForm = linearForm
        listLength = made.longestNeighbourList
        dimensions = made.basisDimensions
    }
}
