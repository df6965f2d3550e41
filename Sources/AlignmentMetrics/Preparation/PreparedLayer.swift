internal import CKernels
package import LinearAlgebra
package import SweepModel

/// Stored values of a layer with the threshold that they are clipped at.
package struct LayerPart {
    package let stored: StoredMatrix
    /// Values are clamped to [-threshold, threshold].
    package let threshold: Double

    package init(_ stored: StoredMatrix, threshold: Double) {
        self.stored = stored
        self.threshold = threshold
    }
}

/// One layer's features, clipped and normalised in float64 from the stored values (metrics.md, Preparation). A concatenation is
/// a layer of several parts: clipped, side by side, and normalised once.
///
/// Rows x̂_i are kept where they fit and otherwise made again when asked for, by the same operations in the same order:
/// the bits are the same either way.
package final class PreparedLayer {
    package let sampleCount: Int
    package let width: Int
    /// The share of stored values beyond the clip threshold.
    package let clippedShare: Double
    /// The mean cosine between two different rows, all-zero ones left out; NaN where there are no two.
    package let meanCosine: Double
    /// Euclidean norms of the prepared rows x̂_i (n); 1 or 0 where rows are normalised.
    let rowNorms: [Double]
    /// Column means m of the prepared rows (d).
    let means: [Double]

    private let parts: [LayerPart]
    /// What each clipped row is divided by: its norm, or 1 where it is zero or rows are not normalised (n).
    private let divisors: [Double]
    private let kept: Matrix<Double>?

    /// Prepares `parts` (n x d_p each), side by side; rows are kept in memory where they take up to `keptBytes`.
    package init(_ parts: [LayerPart], normalization: SweepSpec.Normalization, keptBytes: Int = 1 << 30) {
        let n = parts.first?.stored.rows ?? 0
        let d = parts.reduce(0) { $0 + $1.stored.columns }
        self.parts = parts
        sampleCount = n
        width = d
        let kept = n * d * 8 <= keptBytes ? Matrix<Double>(unwrittenRows: n, columns: d) : nil
        let scratch = Matrix<Double>(rows: 1, columns: d, repeating: 0)
        defer { scratch.keepAlive() }
        var divisors = [Double](repeating: 1, count: n)
        var norms = [Double](repeating: 0, count: n)
        var means = [Double](repeating: 0, count: d)
        var first = means
        var directions = means
        var clipped = 0
        for i in 0..<n {
            guard let row = (kept?.row(i) ?? scratch.row(0)).baseAddress else { break }
            clipped += Self.fill(row, from: parts, row: i)
            let norm = FixedOrderSums.dot(row, row, count: d).squareRoot()
            if normalization == .l2 {
                if norm > 0 { divisors[i] = norm }
                Self.divide(row, count: d, by: divisors[i])
                norms[i] = norm > 0 ? 1 : 0
                ck_add_quotients(row, d, 1, &directions)
            } else {
                norms[i] = norm
                if norm > 0 { ck_add_quotients(row, d, norm, &directions) }
            }
            // Sums of differences from the first row: of equal rows they are exactly zero, however many there are.
            if i == 0 { first = Array(UnsafeBufferPointer(start: row, count: d)) }
            ck_add_differences(row, first, d, &means)
        }
        for j in 0..<d { means[j] = first[j] + means[j] / Double(max(n, 1)) }
        self.kept = kept
        self.divisors = divisors
        self.means = means
        rowNorms = norms
        clippedShare = Double(clipped) / Double(max(n * d, 1))
        // |Σ u_i|² counts every pair twice, and each of the unit vectors with itself once.
        let nonzero = Double(norms.count { $0 > 0 })
        meanCosine = (directions.reduce(0) { $0 + $1 * $1 } - nonzero) / (nonzero * (nonzero - 1))
    }

    /// The bytes of the rows that are kept.
    var keptBytes: Int { (kept?.elements.count ?? 0) * MemoryLayout<Double>.stride }

    /// Row x̂_i (d). It may lie in `scratch` (d elements), so it is good until that is written again.
    func row(_ i: Int, scratch: UnsafeMutablePointer<Double>) -> UnsafePointer<Double> {
        if let kept, let row = kept.row(i).baseAddress { return UnsafePointer(row) }
        _ = Self.fill(scratch, from: parts, row: i)
        Self.divide(scratch, count: width, by: divisors[i])
        return UnsafePointer(scratch)
    }

    /// Writes row i, clipped, and returns how many values lay beyond the threshold.
    private static func fill(_ row: UnsafeMutablePointer<Double>, from parts: [LayerPart], row i: Int) -> Int {
        var offset = 0
        var clipped = 0
        for part in parts {
            let (count, limit, values) = (part.stored.columns, part.threshold, row + offset)
            switch part.stored {
            case .float16(let matrix): clipped += ck_clip_float16(matrix.row(i).baseAddress, count, limit, values)
            case .float32(let matrix): clipped += ck_clip_float32(matrix.row(i).baseAddress, count, limit, values)
            case .float64(let matrix): clipped += ck_clip_float64(matrix.row(i).baseAddress, count, limit, values)
            }
            offset += count
        }
        return clipped
    }

    private static func divide(_ row: UnsafeMutablePointer<Double>, count: Int, by divisor: Double) {
        if divisor != 1 { ck_divide(row, count, divisor) }
    }
}
