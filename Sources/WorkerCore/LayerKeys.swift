internal import ArtifactStore
internal import ContentHash
internal import FeatureStore
internal import SweepModel
internal import SweepProtocol

/// The keys of one layer's artifacts.
struct LayerKeys {
    /// What is known of the layer whatever the metrics.
    let diagnostics: ArtifactKey
    /// One for each kind of artifact of the sweep.
    let artifacts: [ArtifactKind: ArtifactKey]
    /// What candidates and lists of runs of rows are told apart by, beside the runs: what the lists of the whole layer are.
    private let neighbourParts: [(String, String)]
    private let core: [(String, String)]

    /// - Parameters:
    ///   - listLength: the length of neighbour lists, where it is not the sweep's.
    ///   - origin: the digest of the references that the artifacts are from; nil where they are made of values. What others say of values must
    ///     never stand for what was computed of them.
    init(
        context: SweepContext, digest: String, clipThresholds: [Double], blasCore: String, listLength: Int? = nil,
        origin: String? = nil
    ) {
        // The digest is of the values in joined order: nothing else of the samples matters.
        let common =
            [
                ("algorithm", "\(algorithmVersion)"), ("values", digest),
                ("clip", clipThresholds.map { "\($0.bitPattern)" }.joined(separator: ",")),
                ("normalize", context.normalize.rawValue), ("samples", "\(context.plan.sampleCount)"),
            ] + [origin.map { ("references", $0) }].compactMap(\.self)
        let core = [("core", blasCore)]
        self.core = core
        diagnostics = ArtifactKey(kind: "diagnostics", parts: common + core)
        var keys: [ArtifactKind: ArtifactKey] = [:]
        let dimensions = [("dimensions", "\(context.plan.basisDimensions ?? 0)")]
        let queries = context.plan.queries.map { plan in
            ("queries", "\(plan.count) by \(plan.seed) in \(plan.galleries.map(String.init).joined(separator: ","))")
        }
        let lists =
            [("k", "\(listLength ?? context.plan.longestNeighbourList ?? 0)"), ("groups", Self.digest(context.groups))]
            + [queries].compactMap(\.self)
        neighbourParts = common + lists
        for kind in context.plan.artifactKinds {
            let own = kind.definition.keyParts.flatMap { part in
                switch part {
                case .core: core
                case .lists: lists
                case .dimensions: dimensions
                }
            }
            keys[kind] = ArtifactKey(kind: kind.name, parts: common + own)
        }
        artifacts = keys
    }

    /// What the layer brings to the moments of `metrics`, all of which are computed from `kind`; nil where the layer has no such artifact.
    func nullNumbers(_ kind: ArtifactKind, _ metrics: [Metric]) -> ArtifactKey? {
        artifacts[kind].map { artifact in
            ArtifactKey(
                kind: "null numbers",
                parts: core + [("artifact", artifact.name), ("metrics", metrics.map(\.id).joined(separator: ","))])
        }
    }

    /// The candidates of `samples` among `others`. Which they are is the core's, since their bounds are those of its products.
    func candidates(of samples: Range<Int>, among others: Range<Int>) -> ArtifactKey {
        ArtifactKey(
            kind: "candidates",
            parts: neighbourParts + core + [("rows", "\(samples)"), ("among", "\(others)")])
    }

    /// The lists of `samples`.
    func lists(of samples: Range<Int>) -> ArtifactKey {
        ArtifactKey(kind: "neighbour rows", parts: neighbourParts + [("rows", "\(samples)")])
    }

    private static func digest(_ groups: [Int32]?) -> String {
        groups.map { ContentDigest(of: $0.map(String.init).joined(separator: ",")).description } ?? "none"
    }
}

extension TaskRunner {
    /// The keys of a layer, a position in the plan, whose values have `digest`.
    func keys(ofLayer layer: Int, digest: String, clipThresholds: [Double]) throws(Complaint) -> LayerKeys {
        let references = try references(ofModel: context.plan.layers[layer].model)
        return LayerKeys(
            context: context, digest: digest, clipThresholds: clipThresholds,
            blasCore: references?.contents.core ?? blasCore, origin: references?.file.digest)
    }
}
