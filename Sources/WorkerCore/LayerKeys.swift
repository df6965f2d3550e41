internal import ArtifactStore
internal import ContentHash
internal import SweepModel
internal import SweepProtocol

/// The keys of one layer's artifacts.
struct LayerKeys {
    /// What is known of the layer whatever the metrics.
    let diagnostics: ArtifactKey
    /// One for each kind of artifact of the sweep.
    let artifacts: [ArtifactKind: ArtifactKey]

    init(context: SweepContext, digest: String, clipThresholds: [Double], blasCore: String) {
        // The digest is of the values in joined order: nothing else of the samples matters.
        let common = [
            ("algorithm", "\(algorithmVersion)"), ("values", digest),
            ("clip", clipThresholds.map { "\($0.bitPattern)" }.joined(separator: ",")),
            ("normalize", context.normalize.rawValue), ("samples", "\(context.plan.sampleCount)"),
        ]
        let core = [("core", blasCore)]
        diagnostics = ArtifactKey(kind: "diagnostics", parts: common + core)
        var keys: [ArtifactKind: ArtifactKey] = [:]
        for kind in context.plan.artifactKinds {
            // Neighbours are those of float64 on any core; the last bits of everything else are the core's.
            let own: [(String, String)] =
                switch kind {
                case .neighbours:
                    [("k", "\(context.plan.longestNeighbourList ?? 0)"), ("groups", Self.digest(context.groups))]
                case .basis: core + [("dimensions", "\(context.plan.basisDimensions ?? 0)")]
                case .gram, .ranks, .distances, .rbf, .features: core
                }
            keys[kind] = ArtifactKey(kind: kind.name, parts: common + own)
        }
        artifacts = keys
    }

    private static func digest(_ groups: [Int32]?) -> String {
        groups.map { ContentDigest(of: $0.map(String.init).joined(separator: ",")).description } ?? "none"
    }
}
