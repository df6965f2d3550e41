import Foundation
import LinearAlgebra
import SweepTestSupport

/// Metrics by full singular value decompositions, and what is reported of single layers.
extension PlainMetrics {
    static func decomposition(_ rows: Rows) throws -> SingularValueDecomposition {
        try SingularValueDecomposition(of: matrix(rows))
    }

    static func matrix(_ rows: Rows) -> Matrix<Double> {
        let result = Matrix<Double>(rows: rows.count, columns: rows.first?.count ?? 0, repeating: 0)
        for (i, row) in rows.enumerated() { for (j, value) in row.enumerated() { result[i, j] = value } }
        return result
    }

    /// Columns of mean 0 and variance 1 (ddof 1), without those whose deviation is at most 1e-6 of the largest.
    static func standardised(_ rows: Rows) -> Rows {
        let x = centred(rows)
        let deviations = x[0].indices.map { j in
            (x.reduce(0) { $0 + $1[j] * $1[j] } / Double(x.count - 1)).squareRoot()
        }
        let kept = deviations.indices.filter { deviations[$0] > 1e-6 * (deviations.max() ?? 0) }
        return x.map { row in kept.map { row[$0] / deviations[$0] } }
    }

    /// The top left singular vectors of a standardised layer.
    struct Subspace {
        let vectors: Rows
        /// Whether it is clear which vectors belong to it: a gap in the spectrum at both cuts.
        let isDetermined: Bool
    }

    static func subspace(_ rows: Rows, dimensions q: Int) throws -> Subspace {
        let svd = try decomposition(standardised(rows))
        let largest = svd.values.first ?? 0
        let rank = svd.values.count { $0 > 1e-4 * largest }
        let kept = min(rank, q)
        let isSplit =
            kept < svd.values.count && kept > 0 && svd.values[kept] > 1e-5 * largest
            && svd.values[kept - 1] - svd.values[kept] < 1e-4 * largest
        let vectors = (0..<kept).map { j in rows.indices.map { svd.left[$0, j] } }
        return Subspace(vectors: vectors, isDetermined: !isSplit)
    }

    /// Σ singular values of U_AᵀU_B over the larger rank; nil where a subspace is not determined.
    static func svcca(_ a: Rows, _ b: Rows, dimensions q: Int) throws -> Double? {
        let (u, v) = (try subspace(a, dimensions: q), try subspace(b, dimensions: q))
        guard u.isDetermined, v.isDetermined else { return nil }
        guard !u.vectors.isEmpty, !v.vectors.isEmpty else { return .nan }
        let product = u.vectors.map { x in v.vectors.map { y in zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } } }
        return try decomposition(product).values.reduce(0, +) / Double(max(u.vectors.count, v.vectors.count))
    }

    static func procrustes(_ a: Rows, _ b: Rows) throws -> Double {
        let (x, y) = (centred(a), centred(b))
        let norms = [x, y].map { trace($0, $0).squareRoot() }
        let nuclear = try decomposition(leftTransposed(x, y)).values.reduce(0, +)
        return 1 - 2 / Double.pi * acos(min(1, nuclear / (norms[0] * norms[1])))
    }

    /// (Σλ)²/Σλ² of the eigenvalues λ = σ² of the centred Gram matrix.
    static func effectiveRank(_ rows: Rows) throws -> Double {
        let eigenvalues = try decomposition(centred(rows)).values.map { $0 * $0 }
        let sum = eigenvalues.reduce(0, +)
        return sum * sum / eigenvalues.reduce(0) { $0 + $1 * $1 }
    }

    /// The mean over pairs of different rows, all-zero ones left out.
    static func meanCosine(_ rows: Rows) -> Double {
        let norms = rows.map { similarity($0, $0).squareRoot() }
        let nonzero = rows.indices.filter { norms[$0] > 0 }
        var cosines: [Double] = []
        for i in nonzero {
            for j in nonzero where j != i { cosines.append(similarity(rows[i], rows[j]) / (norms[i] * norms[j])) }
        }
        return cosines.reduce(0, +) / Double(cosines.count)
    }

    /// The quantile with linear interpolation, as torch.quantile.
    static func quantile(_ values: [Double], _ q: Double) -> Double {
        let sorted = values.sorted()
        let place = q * Double(sorted.count - 1)
        let (lower, upper) = (Int(place.rounded(.down)), Int(place.rounded(.up)))
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (place - Double(lower))
    }
}
