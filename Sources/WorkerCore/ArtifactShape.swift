internal import AlignmentMetrics
internal import ArtifactStore
package import SweepModel
internal import SweepProtocol

/// What the artifacts of one layer have to be by the plan of their sweep.
///
/// A file may say anything: its digests guard against accidents, not against whoever makes them anew. So nothing is sized, indexed or
/// multiplied by a number in a file before it was found to be the plan's, and nothing is decoded that breaks a rule that every honest
/// artifact keeps. What keeps the rules and has other numbers cannot be told from what was computed.
struct ArtifactShape {
    /// n and d.
    let sampleCount: Int
    let width: Int
    /// The length of neighbour lists.
    let listLength: Int
    /// The most singular vectors.
    let dimensions: Int
    let linearForm: LinearKernelForm
    /// Where samples of one group are never neighbours, the group of each.
    let groups: [Int32]?

    /// d of a kernel of `kind` that is kept by its factor; nil where entries are kept.
    func factorWidth(_ kind: ArtifactKind) -> Int? {
        kind.definition.isFactorable && linearForm == .factor ? width : nil
    }

    /// The columns of centred features, which are wider than tall only up to a rotation.
    var featureColumns: Int { min(sampleCount, width) }

    /// Whether `file` holds the layer's artifact of `kind`: all of it is read, as those read it who need it.
    func holds(_ kind: ArtifactKind, _ file: ArtifactFile) -> Bool {
        do {
            switch kind.form {
            case .lists: return try NeighbourLists(file, self) != nil
            case .pairMatrix:
                return try StoredKernel.holds(file, kind, sampleCount: sampleCount, width: factorWidth(kind))
            case .basis: return try SingularBasis(file, self) != nil
            case .features: return try CentredFeatureRows.holds(file, self)
            }
        } catch {
            return false
        }
    }
}

/// The shapes of the layers of a sweep.
struct ArtifactShapes {
    private let plan: SweepPlan
    private let groups: [Int32]?
    private let tried: TriedArtifacts?

    init(_ context: SweepContext, tried: TriedArtifacts?) {
        plan = context.plan
        groups = context.groups
        self.tried = tried
    }

    /// That of a layer, a position in the plan.
    subscript(layer: Int) -> ArtifactShape {
        ArtifactShape(
            sampleCount: plan.sampleCount, width: plan.layers[layer].width,
            listLength: tried?.listLength ?? plan.longestNeighbourList ?? 0,
            dimensions: tried?.dimensions ?? plan.basisDimensions ?? 0,
            linearForm: tried?.linearForm ?? plan.linearKernelForm(ofLayer: layer), groups: groups)
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
