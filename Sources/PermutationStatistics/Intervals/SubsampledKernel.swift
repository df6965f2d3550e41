/// A layer's kernel within a subsample, centred anew so that the cosine of two is a score (Schemas/metrics.md, *Both CKAs*).
///
/// The kernel of all samples may be given as it is or centred in any way: what centring adds to it, an amount for each row and one for
/// each column, is what centring within the subsample takes off again. It is centred in float64 and kept in float32, which is good enough for
/// how far scores vary.
package struct SubsampledKernel: Sendable {
    package enum Centring: Sendable {
        /// U-centred, without diagonal: of `unbiased_cka`, and of `distance_correlation` given distances. Kernels that are U-centred
        /// already will do.
        case unbiased
        /// Doubly centred with its diagonal: of `cka`.
        case biased
    }

    /// Entries above the diagonal, row after row (m(m - 1)/2).
    package let packed: [Float]
    /// Those on it; zero if unbiased (m).
    package let diagonal: [Double]
    /// Σ_{i<j} of the squares of the entries above the diagonal.
    package let packedSquareSum: Double
    /// Whether centring leaves more than rounding: no score is defined otherwise.
    package let varies: Bool

    /// - Parameters:
    ///   - packed: K_ij for i < j of all n samples, row after row (n(n - 1)/2).
    ///   - diagonal: K_ii (n); not looked at if unbiased.
    ///   - subsample: at least four samples.
    package init(packed: [Float], diagonal: [Double], in subsample: Subsample, centring: Centring) {
        self.init(packed, diagonal, subsample, centring, precision: Double(Float.ulpOfOne)) { Double($0) }
    }

    /// The same, of entries in float64.
    package init(packed: [Double], diagonal: [Double], in subsample: Subsample, centring: Centring) {
        self.init(packed, diagonal, subsample, centring, precision: Double.ulpOfOne) { $0 }
    }

    @inline(__always)
    private init<Value>(
        _ values: [Value], _ diagonal: [Double], _ subsample: Subsample, _ centring: Centring, precision: Double,
        _ widen: (Value) -> Double
    ) {
        let (n, m) = (subsample.sampleCount, subsample.samples.count)
        precondition(m >= 4 && values.count == n * (n - 1) / 2, "a kernel of the samples that were drawn from")
        precondition(centring == .unbiased || diagonal.count == n, "a diagonal to centre with")
        let drawn =
            centring == .biased ? subsample.samples.map { diagonal[Int($0)] } : [Double](repeating: 0, count: m)
        let entries = UnsafeMutablePointer<Double>.allocate(capacity: m * (m - 1) / 2)
        defer { entries.deallocate() }
        var sums = drawn
        var before = 0.0
        var lookUp = entries
        subsample.samples.withUnsafeBufferPointer { samples in
            values.withUnsafeBufferPointer { values in
                sums.withUnsafeMutableBufferPointer { sums in
                    for i in 0..<m {
                        let (row, count) = (Int(samples[i]), m - i - 1)
                        let start = row * (2 * n - row - 1) / 2 - row - 1
                        for place in 0..<count {
                            let value = widen(values[start + Int(samples[i + 1 + place])])
                            lookUp[place] = value
                            sums[i + 1 + place] += value
                        }
                        let (sum, squares) = Self.sums(lookUp, count)
                        sums[i] += sum
                        before += squares
                        lookUp += count
                    }
                }
            }
        }
        let size = Double(m)
        let (rowDivisor, wholeDivisor) =
            centring == .unbiased ? (size - 2, (size - 1) * (size - 2)) : (size, size * size)
        let constant = sums.reduce(0, +) / wholeDivisor
        let means = sums.map { $0 / rowDivisor }
        var square = 0.0
        packed = [Float](unsafeUninitializedCapacity: m * (m - 1) / 2) { target, filled in
            means.withUnsafeBufferPointer { means in
                var position = 0
                for i in 0..<m {
                    let (offset, row) = (constant - means[i], entries + position)
                    for place in 0..<m - i - 1 {
                        row[place] += offset - means[i + 1 + place]
                        target[position + place] = Float(row[place])
                    }
                    square += Self.sums(row, m - i - 1).squares
                    position += m - i - 1
                }
                filled = position
            }
        }
        self.diagonal =
            centring == .biased ? drawn.indices.map { drawn[$0] + constant - 2 * means[$0] } : drawn
        packedSquareSum = square
        // Of what cancels, rounding leaves so much at most.
        let noise = 16 * precision
        func half(_ diagonal: [Double]) -> Double { diagonal.reduce(0) { $0 + $1 * $1 } / 2 }
        varies = square + half(self.diagonal) > noise * noise * (before + half(drawn))
    }

    /// Σ v and Σ v² of `count` values, in an order that depends on their number alone.
    private static func sums(_ values: UnsafeMutablePointer<Double>, _ count: Int) -> (plain: Double, squares: Double) {
        var (plain, squares) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
        let whole = count & ~7
        for first in stride(from: 0, to: whole, by: 8) {
            let lanes = UnsafeRawPointer(values + first).loadUnaligned(as: SIMD8<Double>.self)
            plain += lanes
            squares += lanes * lanes
        }
        var found = (plain: plain.sum(), squares: squares.sum())
        for position in whole..<count {
            found.plain += values[position]
            found.squares += values[position] * values[position]
        }
        return found
    }
}
