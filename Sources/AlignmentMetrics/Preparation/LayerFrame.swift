internal import CKernels
internal import LinearAlgebra
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

        /// So many bytes of rows are prepared before they are added up, while they are in a cache.
        private static let runBytes = 256 << 10
        /// Rows and columns that a thread takes at a time.
        private static let (rowsAtOnce, columnsAtOnce) = (16, 256)

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

        /// Takes in the next rows: clips and prepares them, and leaves them in `kept`, whose row i is theirs, where there is one.
        ///
        /// Threads share the rows while each is prepared by itself, and the columns while rows are added up, in their order: the bits are the
        /// same for any number of them.
        mutating func take(_ parts: [LayerPart], kept: Matrix<Double>? = nil, threads: ThreadTeam) {
            let count = parts.first?.stored.rows ?? 0
            let height = max(1, Self.runBytes / (MemoryLayout<Double>.stride * max(width, 1)))
            let room = kept ?? Matrix<Double>(unwrittenRows: min(height, count), columns: width)
            defer { room.keepAlive() }
            for start in stride(from: 0, to: count, by: height) {
                let run = start..<min(start + height, count)
                guard let rows = room.row(kept == nil ? 0 : start).baseAddress else { return }
                take(prepare(parts, run, into: rows, threads), rows, threads)
            }
        }

        /// What one row's preparation finds.
        private struct Row {
            var clipped = 0
            var length = RowLength.zero
        }

        /// Clips and prepares the rows of `run`, some of `parts`, in `rows` (run x d).
        private func prepare(
            _ parts: [LayerPart], _ run: Range<Int>, into rows: UnsafeMutablePointer<Double>, _ threads: ThreadTeam
        ) -> [Row] {
            let (width, common, isNormalised) = (width, units.common, normalization == .l2)
            return [Row](unsafeUninitializedCapacity: run.count) { found, count in
                found.initialize(repeating: Row())
                count = run.count
                threads.forEachRun(run.count, of: Self.rowsAtOnce) { _, places in
                    for place in places {
                        let row = rows + place * width
                        found[place].clipped = parts.clip(row: run.lowerBound + place, into: row)
                        row.multiply(count: width, byPowerOfTwo: common)
                        let length = RowLength(row, count: width)
                        found[place].length = length
                        guard isNormalised else { continue }
                        row.multiply(count: width, byPowerOfTwo: length.unit)
                        row.divide(count: width, by: length.scaled > 0 ? length.scaled : 1)
                    }
                }
            }
        }

        /// Adds up prepared `rows`.
        private mutating func take(_ found: [Row], _ rows: UnsafeMutablePointer<Double>, _ threads: ThreadTeam) {
            let start = next
            if start == 0 { first = Array(UnsafeBufferPointer(start: rows, count: width)) }
            for row in found {
                clipped += row.clipped
                let length = row.length
                if normalization == .none, length.scaled > 0 { exponents.append(length.exponent) }
                if normalization == .l2 {
                    units.set(length.unit, ofRow: next, of: norms.count)
                    if length.scaled > 0 { divisors[next] = length.scaled }
                    norms[next] = length.scaled > 0 ? 1 : 0
                } else {
                    norms[next] = length.value
                }
                next += 1
            }
            let (width, norms, first, isNormalised) = (width, norms, first, normalization == .l2)
            sums.withUnsafeMutableBufferPointer { sums in
                directions.withUnsafeMutableBufferPointer { directions in
                    guard let sum = sums.baseAddress, let direction = directions.baseAddress else { return }
                    first.withUnsafeBufferPointer { first in
                        threads.forEachRun(width, of: Self.columnsAtOnce) { _, columns in
                            let (offset, count) = (columns.lowerBound, columns.count)
                            for place in found.indices {
                                let row = rows + place * width + offset
                                let norm = norms[start + place]
                                if isNormalised || norm > 0 {
                                    ck_add_quotients(row, count, isNormalised ? 1 : norm, direction + offset)
                                }
                                // Sums of differences from the first row: of equal rows they are exactly zero, however many there are.
                                ck_add_differences(row, first.baseAddress.map { $0 + offset }, count, sum + offset)
                            }
                        }
                    }
                }
            }
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
