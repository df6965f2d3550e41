import SweepModel

extension ArtifactKind { static let centreDistances = ArtifactKind(defining: "centre_distances") }

extension ArtifactDefinition {
    static let centreDistances = ArtifactDefinition(
        "centre_distances", from: .rows, keyParts: [.core], isKeptOpen: false, storedBytes: { 8 * $0.samples },
        makingBytes: { 8 * $0.samples * ($0.width + 1) }, tile: { Cost(($0.pairs * $0.samples, 1e-9)) },
        load: { n, _ in Cost((n, 1e-9)) })
}
