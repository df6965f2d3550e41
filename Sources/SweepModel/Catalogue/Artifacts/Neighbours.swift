internal import Foundation

extension ArtifactKind {
    /// The nearest neighbours of every sample, with their similarities.
    package static let neighbours = ArtifactKind(defining: "neighbours")
}

extension ArtifactDefinition {
    static let neighbours = ArtifactDefinition(
        // Neighbours are those of float64 on any core.
        "neighbours", from: .lists, keyParts: [.lists], isKeptOpen: false,
        // Indices in 4 bytes, similarities in 8, and each sample's mean similarity in 8.
        storedBytes: { $0.listCount * ($0.listLength * 12 + 8) },
        // They are there already.
        makingBytes: { _ in 0 },
        tile: {
            Cost(
                (1, 1e-4), (($0.rows + $0.columns) * $0.samples, 1e-8), ($0.pairs * $0.samples, $0.secondsPerSample),
                ($0.pairs, 1e-8))
        },
        load: { n, _ in Cost((1, 5e-5), (n, 7e-8)) }
    ) {
        // Each row's list settles after about so many candidates, however many samples follow.
        $0.making = { n, _ in Cost((n * log2(n), 3e-7)) }
        $0.isPermuted = true
        $0.unknown = "layers with many tied rows: their neighbours take longer to tell apart than those of the trials"
    }
}
