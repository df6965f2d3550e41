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

    /// What `all` stands for: everything but `procrustes`, whose every pair costs a singular value decomposition.
    package static let all = allCases.filter { $0 != .procrustes }

    /// Whether the metric is computed from neighbour lists and so has a k.
    package var isNeighbourMetric: Bool {
        switch self {
        case .mutualKNN, .cknna, .cycleKNN, .lcsKNN, .editDistanceKNN, .jaccardKNN: true
        case .cka, .unbiasedCKA, .svcca, .rsa, .distanceCorrelation, .ckaRBF, .procrustes: false
        }
    }

    /// Whether exchanging x and y leaves every score.
    package var isSymmetric: Bool { self != .cycleKNN && self != .cknna }
}

extension MetricKind {
    /// The variant by which the metric is computed where `requested` is asked for: `exact` wherever that is the same, or where
    /// released code has no such metric or draws it at random (svcca).
    package func variant(_ requested: Variant) -> Variant {
        switch requested {
        case .exact: .exact
        case .paper: self == .cknna ? .paper : .exact
        case .reference:
            switch self {
            case .mutualKNN, .cka, .unbiasedCKA, .cknna, .cycleKNN, .lcsKNN, .editDistanceKNN: .reference
            case .svcca, .jaccardKNN, .rsa, .distanceCorrelation, .ckaRBF, .procrustes: .exact
            }
        }
    }
}

/// Which reading of the metrics is computed (Schemas/metrics.md, *Variants*).
package enum Variant: String, CaseIterable, Codable, Sendable {
    /// The definitions.
    case exact
    /// The paper's released code, where it differs.
    case reference
    /// The paper's equation 18 as printed, for cknna.
    case paper
}
