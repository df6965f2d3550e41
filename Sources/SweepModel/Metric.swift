/// The alignment metrics of the paper and their companions, by the names that files and flags use.
package enum MetricKind: String, CaseIterable, Codable, Sendable {
    case mutualKNN = "mutual_knn"
    case cka
    case unbiasedCKA = "unbiased_cka"
    case svcca
    case cknna
    case cycleKNN = "cycle_knn"
    case lcsKNN = "lcs_knn"
    case editDistanceKNN = "edit_distance_knn"
    case jaccardKNN = "jaccard_knn"
    case rsa
    case distanceCorrelation = "distance_correlation"
    case ckaRBF = "cka_rbf"
    case procrustes

    /// The metrics that this version computes.
    package static let available: [MetricKind] = [.mutualKNN, .cka, .unbiasedCKA]

    /// Whether the metric is computed from neighbour lists and so has a k.
    package var isNeighbourMetric: Bool {
        switch self {
        case .mutualKNN, .cknna, .cycleKNN, .lcsKNN, .editDistanceKNN, .jaccardKNN: true
        case .cka, .unbiasedCKA, .svcca, .rsa, .distanceCorrelation, .ckaRBF, .procrustes: false
        }
    }

    /// Whether the metric is computed from centred Gram matrices.
    package var isGramMetric: Bool { self == .cka || self == .unbiasedCKA }
}

/// One metric with its parameter: one group under `/metrics` of a results file.
package struct Metric: Hashable, Codable, Sendable {
    package let kind: MetricKind
    /// The number of neighbours, for neighbour metrics.
    package let k: Int?

    package init(kind: MetricKind, k: Int? = nil) {
        self.kind = kind
        self.k = k
    }

    /// The group's name in a results file, such as `mutual_knn_k10`.
    package var id: String { k.map { "\(kind.rawValue)_k\($0)" } ?? kind.rawValue }

    /// The score expected of two unrelated layers of `sampleCount` samples, where one number fits all pairs.
    ///
    /// mutual k-NN: k/(n - 1), the mean over random permutations. Unbiased CKA: 0.
    package func chance(sampleCount: Int) -> Double? {
        switch kind {
        case .mutualKNN: k.map { Double($0) / Double(sampleCount - 1) }
        case .unbiasedCKA: 0
        default: nil
        }
    }
}
