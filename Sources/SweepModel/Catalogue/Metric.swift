/// One metric with its parameter: one group under `/metrics` of a results file.
package struct Metric: Hashable, Codable, Sendable {
    /// What sets one group of a metric apart from another.
    package enum Parameter: Hashable, Codable, Sendable {
        /// The number of neighbours k.
        case neighbours(Int)
        /// The number of singular vectors q.
        case dimensions(Int)
        /// A multiple of the median distance.
        case bandwidth(Double)
    }

    package let kind: MetricKind
    package let parameter: Parameter?

    package init(kind: MetricKind, _ parameter: Parameter? = nil) {
        self.kind = kind
        self.parameter = parameter
    }

    package init(kind: MetricKind, k: Int) { self.init(kind: kind, .neighbours(k)) }

    /// The number of neighbours, for neighbour metrics.
    package var k: Int? { if case .neighbours(let k) = parameter { k } else { nil } }
    /// The number of singular vectors, for svcca.
    package var dimensions: Int? { if case .dimensions(let q) = parameter { q } else { nil } }
    /// The multiple of the median distance, for cka_rbf.
    package var bandwidth: Double? { if case .bandwidth(let b) = parameter { b } else { nil } }

    /// The multiples of the median distance that cka_rbf takes: all whose squares are well within the range of float64.
    package static let bandwidths = 1e-100...1e100

    /// The group's name in a results file, such as `mutual_knn_k10`, `svcca_d10` or `cka_rbf_b1`.
    package var id: String {
        switch parameter {
        case nil: kind.rawValue
        case .neighbours(let k): "\(kind.rawValue)_k\(k)"
        case .dimensions(let q): "\(kind.rawValue)_d\(q)"
        case .bandwidth(let b): "\(kind.rawValue)_b\(shortest(b))"
        }
    }

    /// The artifact of each of two layers that the score is computed from.
    package var artifact: ArtifactKind { kind.definition.artifact(parameter) }
}

/// One neighbour metric over many k: one group under `/curves` of a results file.
package struct MetricCurve: Hashable, Codable, Sendable {
    package let kind: MetricKind
    /// The numbers of neighbours, ascending.
    package let ks: [Int]

    package init(kind: MetricKind, ks: [Int]) {
        self.kind = kind
        self.ks = ks
    }
}
