extension ArtifactKind {
    /// The top left singular vectors of the standardised features.
    package static let basis = ArtifactKind(defining: "basis")
}

extension ArtifactDefinition {
    static let basis = ArtifactDefinition(
        "basis", from: .rows, keyParts: [.core, .dimensions], isKeptOpen: false,
        storedBytes: { min($0.dimensions, $0.samples, $0.width) * $0.samples * 4 },
        // Centred and standardised rows, and then the product of these, with a copy and a factor where it comes to that.
        makingBytes: {
            let smaller = min($0.samples, $0.width)
            return 16 * $0.samples * $0.width + 24 * smaller * smaller + 16 * smaller * ($0.dimensions + 1)
        },
        tile: { Cost((1, 1e-4), ($0.pairs * $0.samples, 1.8e-8), ($0.pairs, 1e-8)) },
        load: { n, _ in Cost((1, 5e-5), (n, 7e-8)) }
    ) {
        // The square of the smaller of n and d times the larger, and a few times its cube.
        $0.making = { n, d in
            let (smaller, larger) = (min(n, d), max(n, d))
            return Cost((smaller * smaller * (larger + 4 * smaller), 2e-12))
        }
        $0.isPermuted = true
        $0.unknown = "how well singular values are set apart: bases of layers where they are not take longer"
    }
}
