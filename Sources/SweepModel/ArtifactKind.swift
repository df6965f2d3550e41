/// What is computed once for a layer and serves all its pairs.
package enum ArtifactKind: Hashable, Codable, Sendable {
    /// The nearest neighbours of every sample, with their similarities.
    case neighbours
    /// The centred Gram matrix of the linear kernel.
    case gram
    /// The centred ranks of all pairs' similarities.
    case ranks
    /// The U-centred Euclidean distances of all pairs.
    case distances
    /// The centred matrix of exp(-D²/2σ²), σ = `bandwidth` x the median distance.
    case rbf(bandwidth: Double)
    /// The top left singular vectors of the standardised features.
    case basis
    /// The centred features themselves.
    case features

    /// The name in messages and keys, such as `rbf_b1`.
    package var name: String {
        switch self {
        case .neighbours: "neighbours"
        case .gram: "gram"
        case .ranks: "ranks"
        case .distances: "distances"
        case .rbf(let bandwidth): "rbf_b\(shortest(bandwidth))"
        case .basis: "basis"
        case .features: "features"
        }
    }

    /// The kind called `name`; nil where there is none.
    package init?(name: String) {
        if let known = Self.plain.first(where: { $0.name == name }) {
            self = known
        } else if name.hasPrefix("rbf_b"), let bandwidth = Double(name.dropFirst(5)), bandwidth > 0, bandwidth.isFinite
        {
            self = .rbf(bandwidth: bandwidth)
        } else {
            return nil
        }
    }

    /// Whether it is a symmetric matrix over pairs of samples, which panels are made of.
    package var isPairMatrix: Bool {
        switch self {
        case .gram, .ranks, .distances, .rbf: true
        case .neighbours, .basis, .features: false
        }
    }

    private static let plain: [ArtifactKind] = [.neighbours, .gram, .ranks, .distances, .basis, .features]
}

/// The shortest decimal text of `value`, without `.0`.
func shortest(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
