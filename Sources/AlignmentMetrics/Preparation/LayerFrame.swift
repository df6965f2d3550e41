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
    /// What each clipped row is divided by, once its unit was changed: its norm, or 1 where it is zero or rows are not normalised (n).
    let divisors: [Double]
    /// The powers of two that clipped rows are multiplied by before anything is made of them.
    let units: RowUnits
    /// The share of its magnitude by which rounding may set prepared values apart that are the same in exact arithmetic: 0 where rows are
    /// not normalised.
    let rounding: Double

    /// Makes a prepared row of the clipped row of sample i (d).
    func prepare(_ i: Int, _ row: UnsafeMutablePointer<Double>) {
        row.multiply(count: width, byPowerOfTwo: units[i])
        row.divide(count: width, by: divisors[i])
    }
}

extension LayerFrame {
    /// Goes through the rows of a layer in their order, by the same operations whether they are all in memory or not.
    struct Builder {
        private let normalization: SweepSpec.Normalization
        private let width: Int
        private var units: RowUnits
        /// Exponents of the norms of rows that are not zero, where rows are not normalised.
        private var exponents: [Int] = []
        private var divisors: [Double]
        private var norms: [Double]
        private var sums: [Double]
        private var first: [Double]
        private var directions: [Double]
        private var clipped = 0
        private var next = 0

        /// - Parameter unit: the power of two that rows which are not normalised are multiplied by, of which a first look makes 0.
        init(sampleCount n: Int, width d: Int, normalization: SweepSpec.Normalization, unit: Int = 0) {
            self.normalization = normalization
            units = RowUnits(common: unit)
            width = d
            divisors = [Double](repeating: 1, count: n)
            norms = [Double](repeating: 0, count: n)
            sums = [Double](repeating: 0, count: d)
            first = sums
            directions = sums
        }

        /// Takes in the next row, clipped (d), and prepares it; `clipped` of its values lay beyond the threshold.
        mutating func take(_ row: UnsafeMutablePointer<Double>, clipped count: Int) {
            let i = next
            next += 1
            clipped += count
            row.multiply(count: width, byPowerOfTwo: units.common)
            let length = RowLength(row, count: width)
            if normalization == .none, length.scaled > 0 { exponents.append(length.exponent) }
            if normalization == .l2 {
                row.multiply(count: width, byPowerOfTwo: length.unit)
                units.set(length.unit, ofRow: i, of: norms.count)
                let norm = length.scaled
                if norm > 0 { divisors[i] = norm }
                row.divide(count: width, by: divisors[i])
                norms[i] = norm > 0 ? 1 : 0
                ck_add_quotients(row, width, 1, &directions)
            } else {
                let norm = length.value
                norms[i] = norm
                if norm > 0 { ck_add_quotients(row, width, norm, &directions) }
            }
            // Sums of differences from the first row: of equal rows they are exactly zero, however many there are.
            if i == 0 { first = Array(UnsafeBufferPointer(start: row, count: width)) }
            ck_add_differences(row, first, width, &sums)
        }

        /// The power of two by which all rows have to be multiplied first, which is then to be told to a second look at them: where no
        /// products of theirs would leave the range of float64, none.
        var missingUnit: Int? {
            guard normalization == .none, units.common == 0 else { return nil }
            return RowUnits.missing(exponents)
        }

        func finish() -> LayerFrame {
            let n = norms.count
            // |Σ u_i|² counts every pair twice, and each of the unit vectors with itself once.
            let nonzero = Double(norms.count { $0 > 0 })
            let meanCosine = (directions.reduce(0) { $0 + $1 * $1 } - nonzero) / (nonzero * (nonzero - 1))
            return LayerFrame(
                sampleCount: n, width: width, clippedShare: Double(clipped) / Double(max(n * width, 1)),
                meanCosine: meanCosine, rowNorms: norms,
                means: zip(first, sums).map { $0 + $1 / Double(max(n, 1)) }, divisors: divisors, units: units,
                // Of a norm and of a division.
                rounding: normalization == .l2 ? (Double(width) / 8 + 8) * 0x1p-53 : 0)
        }
    }
}

extension UnsafeMutablePointer<Double> {
    /// Multiplies `count` elements by 2^`exponent`, in two steps where that is no number.
    func multiply(count: Int, byPowerOfTwo exponent: Int) {
        guard exponent != 0 else { return }
        let half = exponent > 1000 ? exponent / 2 : 0
        if half > 0 { ck_multiply(self, count, Double(sign: .plus, exponent: half, significand: 1)) }
        ck_multiply(self, count, Double(sign: .plus, exponent: exponent - half, significand: 1))
    }

    /// Divides `count` elements by `divisor`.
    func divide(count: Int, by divisor: Double) {
        if divisor != 1 { ck_divide(self, count, divisor) }
    }
}
