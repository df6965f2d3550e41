package import SweepModel

/// Every neighbour metric of all layer pairs of a tile.
package enum NeighbourScores {
    /// For each of `ks` (ascending) the scores of every row layer as x against every column layer as y: rows x columns, row-major.
    package static func scores(
        _ kind: MetricKind, rows: [LayerNeighbours], columns: [LayerNeighbours], ks: [Int], variant: Variant
    ) -> [[Double]] {
        switch kind {
        case .mutualKNN where ks.reduce(0, +) <= 2 * (ks.last ?? 0):
            // For a few k counting each anew is faster than a histogram.
            return MutualNeighbours.scores(rows: rows.map(\.lists), columns: columns.map(\.lists), ks: ks)
        case .mutualKNN:
            return ListComparison.scores(OverlapScorer.self, rows: rows, columns: columns, ks: ks)
        case .jaccardKNN:
            return ListComparison.scores(JaccardScorer.self, rows: rows, columns: columns, ks: ks)
        case .lcsKNN:
            let shares = ListComparison.scores(CommonSubsequenceScorer.self, rows: rows, columns: columns, ks: ks)
            // The released code leaves the length as it is.
            guard variant == .reference else { return shares }
            return zip(ks, shares).map { k, scores in scores.map { $0 * Double(k) } }
        case .editDistanceKNN:
            return ListComparison.scores(EditDistanceScorer.self, rows: rows, columns: columns, ks: ks)
        case .cycleKNN where variant == .reference:
            let turned = ListComparison.scores(CycleScorer.self, rows: columns, columns: rows, ks: ks)
            return turned.map { transposed($0, rows: columns.count, columns: rows.count) }
        case .cycleKNN:
            return ListComparison.scores(CycleScorer.self, rows: rows, columns: columns, ks: ks)
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
