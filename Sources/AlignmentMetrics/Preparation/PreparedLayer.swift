package import LinearAlgebra
package import SweepModel

/// One layer's features, clipped and normalised in float64 from the stored values (metrics.md, Preparation).
///
/// Rows x̂_i are kept where they fit and otherwise made again when asked for, by the same operations in the same order:
/// the bits are the same either way.
package final class PreparedLayer {
    package let sampleCount: Int
    package let width: Int
    /// The share of stored values beyond the clip threshold.
    package let clippedShare: Double
    /// Euclidean norms of the prepared rows x̂_i (n); 1 or 0 where rows are normalised.
    let rowNorms: [Double]
    /// Column means m of the prepared rows (d).
    let means: [Double]

    private let stored: StoredMatrix
    private let threshold: Double
    /// What each clipped row is divided by: its norm, or 1 where it is zero or rows are not normalised (n).
    private let divisors: [Double]
    private let kept: Matrix<Double>?

    /// Rows are kept in memory up to this many bytes.
    private static let keptBytes = 1 << 30

    /// Prepares `stored` (n x d), clamping every value to [-threshold, threshold].
    package init(_ stored: StoredMatrix, threshold: Double, normalization: SweepSpec.Normalization) {
        let (n, d) = (stored.rows, stored.columns)
        self.stored = stored
        self.threshold = threshold
        sampleCount = n
        width = d
        let kept = n * d * 8 <= Self.keptBytes ? Matrix<Double>(rows: n, columns: d, repeating: 0) : nil
        let scratch = Matrix<Double>(rows: 1, columns: d, repeating: 0)
        defer { scratch.keepAlive() }
        var divisors = [Double](repeating: 1, count: n)
        var norms = [Double](repeating: 0, count: n)
        var means = [Double](repeating: 0, count: d)
        var first = means
        var clipped = 0
        for i in 0..<n {
            guard let row = (kept?.row(i) ?? scratch.row(0)).baseAddress else { break }
            stored.widenRow(i, into: row)
            for j in 0..<d where abs(row[j]) > threshold { clipped += 1 }
            Self.clamp(row, count: d, to: threshold)
            let norm = FixedOrderSums.dot(row, row, count: d).squareRoot()
            if normalization == .l2 {
                if norm > 0 { divisors[i] = norm }
                Self.divide(row, count: d, by: divisors[i])
                norms[i] = norm > 0 ? 1 : 0
            } else {
                norms[i] = norm
            }
            // Sums of differences from the first row: of equal rows they are exactly zero, however many there are.
            if i == 0 { first = Array(UnsafeBufferPointer(start: row, count: d)) }
            for j in 0..<d { means[j] += row[j] - first[j] }
        }
        for j in 0..<d { means[j] = first[j] + means[j] / Double(max(n, 1)) }
        self.kept = kept
        self.divisors = divisors
        self.means = means
        rowNorms = norms
        clippedShare = Double(clipped) / Double(max(n * d, 1))
    }

    /// Row x̂_i (d). It may lie in `scratch` (d elements), so it is good until that is written again.
    func row(_ i: Int, scratch: UnsafeMutablePointer<Double>) -> UnsafePointer<Double> {
        if let kept, let row = kept.row(i).baseAddress { return UnsafePointer(row) }
        stored.widenRow(i, into: scratch)
        Self.clamp(scratch, count: width, to: threshold)
        Self.divide(scratch, count: width, by: divisors[i])
        return UnsafePointer(scratch)
    }

    private static func clamp(_ row: UnsafeMutablePointer<Double>, count: Int, to threshold: Double) {
        for j in 0..<count { row[j] = min(max(row[j], -threshold), threshold) }
    }

    private static func divide(_ row: UnsafeMutablePointer<Double>, count: Int, by divisor: Double) {
        guard divisor != 1 else { return }
        for j in 0..<count { row[j] /= divisor }
    }
}
