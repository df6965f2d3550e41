internal import CKernels
internal import SweepModel

/// What the rows of a layer have to be known of together, before any of them can be prepared and centred by itself.
package struct LayerFrame {
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
    /// What each clipped row is divided by: its norm, or 1 where it is zero or rows are not normalised (n).
    let divisors: [Double]
}

extension LayerFrame {
    /// Goes through the rows of a layer in their order, by the same operations whether they are all in memory or not.
    struct Builder {
        private let normalization: SweepSpec.Normalization
        private let width: Int
        private var divisors: [Double]
        private var norms: [Double]
        private var sums: [Double]
        private var first: [Double]
        private var directions: [Double]
        private var clipped = 0
        private var next = 0

        init(sampleCount n: Int, width d: Int, normalization: SweepSpec.Normalization) {
            self.normalization = normalization
            width = d
            divisors = [Double](repeating: 1, count: n)
            norms = [Double](repeating: 0, count: n)
            sums = [Double](repeating: 0, count: d)
            first = sums
            directions = sums
        }

        /// Takes in the next row, clipped (d), and divides it by what it is to be divided by; `clipped` of its values lay beyond the
        /// threshold.
        mutating func take(_ row: UnsafeMutablePointer<Double>, clipped count: Int) {
            let i = next
            next += 1
            clipped += count
            let norm = FixedOrderSums.dot(row, row, count: width).squareRoot()
            if normalization == .l2 {
                if norm > 0 { divisors[i] = norm }
                row.divide(count: width, by: divisors[i])
                norms[i] = norm > 0 ? 1 : 0
                ck_add_quotients(row, width, 1, &directions)
            } else {
                norms[i] = norm
                if norm > 0 { ck_add_quotients(row, width, norm, &directions) }
            }
            // Sums of differences from the first row: of equal rows they are exactly zero, however many there are.
            if i == 0 { first = Array(UnsafeBufferPointer(start: row, count: width)) }
            ck_add_differences(row, first, width, &sums)
        }

        func finish() -> LayerFrame {
            let n = norms.count
            // |Σ u_i|² counts every pair twice, and each of the unit vectors with itself once.
            let nonzero = Double(norms.count { $0 > 0 })
            let meanCosine = (directions.reduce(0) { $0 + $1 * $1 } - nonzero) / (nonzero * (nonzero - 1))
            return LayerFrame(
                sampleCount: n, width: width, clippedShare: Double(clipped) / Double(max(n * width, 1)),
                meanCosine: meanCosine, rowNorms: norms,
                means: zip(first, sums).map { $0 + $1 / Double(max(n, 1)) }, divisors: divisors)
        }
    }
}

extension UnsafeMutablePointer<Double> {
    /// Divides `count` elements by `divisor`.
    func divide(count: Int, by divisor: Double) {
        if divisor != 1 { ck_divide(self, count, divisor) }
    }
}
