extension ArtifactKind {
    /// The centred ranks of all pairs' similarities.
    package static let ranks = ArtifactKind(defining: "ranks")
}

extension ArtifactDefinition {
    static let ranks = pairMatrix("ranks") {
        // Ranks take sorting.
        $0.secondsPerSamplePair = 5e-8
        $0.makingBytesPerSamplePair = 32
    }
}
