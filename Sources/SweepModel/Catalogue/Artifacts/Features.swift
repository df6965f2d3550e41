extension ArtifactKind {
    /// The centred features themselves.
    package static let features = ArtifactKind(defining: "features")
}

extension ArtifactDefinition {
    static let features = ArtifactDefinition(
        "features", from: .rows, keyParts: [.core], isKeptOpen: true,
        // Features that are wider than tall are n x n up to a rotation.
        storedBytes: { $0.samples * min($0.samples, $0.width) * 8 },
        makingBytes: { 8 * $0.samples * $0.width + ($0.width > $0.samples ? 8 * $0.samples * $0.samples : 0) },
        tile: { tile in
            let d = min(tile.width, tile.samples)
            return Cost((tile.pairs * tile.samples * d * d, 1.2e-10), (tile.pairs * d * d * d, 1e-10))
        },
        // They are read again for every pair, and count there.
        load: { _, _ in Cost((0, 0), (0, 0)) }
    ) {
        $0.isReadForEachPair = true
        $0.isFeatures = true
    }
}
