extension ArtifactKind {
    /// The centred ranks of all pairs' similarities.
    package static let ranks = ArtifactKind(defining: "ranks")
}

extension ArtifactDefinition {
    static let ranks = pairMatrix("ranks") {
        // Ranks take sorting.
        $0.secondsPerSamplePair = 5e-8
        // Similarities, and twice over their keys and positions while those are sorted.
        $0.makingBytes = { pairMatrixBytes(samples: $0.samples, entryBytes: 32) }
    }
}
