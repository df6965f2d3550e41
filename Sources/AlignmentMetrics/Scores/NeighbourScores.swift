package import SweepModel

/// Every neighbour metric of all layer pairs of a tile.
package enum NeighbourScores {
    /// For each of `ks` (ascending) the scores of every row layer as x against every column layer as y: rows x columns, row-major.
    package static func scores(
        _ kind: MetricKind, rows: [LayerNeighbours], columns: [LayerNeighbours], ks: [Int], variant: Variant
    ) -> [[Double]] {
        switch kind {
        case .mutualKNN:
            return MutualNeighbours.scores(rows: rows.map(\.lists), columns: columns.map(\.lists), ks: ks)
        case .jaccardKNN:
            return JaccardSimilarity.scores(rows: rows, columns: columns, ks: ks)
        case .lcsKNN:
            let shares = CommonSubsequences.scores(rows: rows, columns: columns, ks: ks)
            // The released code leaves the length as it is.
            guard variant == .reference else { return shares }
            return zip(ks, shares).map { k, scores in scores.map { $0 * Double(k) } }
        case .editDistanceKNN:
            return EditDistances.scores(rows: rows, columns: columns, ks: ks)
        case .cycleKNN where variant == .reference:
            let turned = CycleNeighbours.scores(rows: columns, columns: rows, ks: ks)
            return turned.map { transposed($0, rows: columns.count, columns: rows.count) }
        case .cycleKNN:
            return CycleNeighbours.scores(rows: rows, columns: columns, ks: ks)
        case .cknna:
            return NeighbourKernelAlignment.scores(rows: rows, columns: columns, ks: ks, variant: variant)
        case .cka, .unbiasedCKA, .svcca, .rsa, .distanceCorrelation, .ckaRBF, .procrustes:
            preconditionFailure("\(kind.rawValue) is not computed from neighbours")
        }
    }

    /// The transpose of a rows x columns matrix.
    package static func transposed(_ values: [Double], rows: Int, columns: Int) -> [Double] {
        (0..<columns).flatMap { c in (0..<rows).map { r in values[r * columns + c] } }
    }
}
