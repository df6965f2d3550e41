extension ArtifactKind {
    /// The U-centred Euclidean distances of all pairs.
    package static let distances = ArtifactKind(defining: "distances")
}

extension ArtifactDefinition {
    static let distances = pairMatrix("distances")
}
