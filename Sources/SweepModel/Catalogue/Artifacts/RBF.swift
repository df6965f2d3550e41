extension ArtifactKind {
    /// The centred matrix of exp(-D²/2σ²), σ = `bandwidth` x the median distance.
    package static func rbf(bandwidth: Double) -> ArtifactKind { ArtifactKind(defining: "rbf", parameter: bandwidth) }
}

extension ArtifactDefinition {
    static let rbf = pairMatrix("rbf") {
        $0.hasParameter = true
        $0.isCentredKernel = true
    }
}
