/// A layer's kernel within a subsample, centred anew so that products of two are scores (Schemas/metrics.md, *Both CKAs*).
///
/// The kernel of all samples may be given as it is or centred in any way: what centring adds to it, an amount for each row and one for
/// each column, is what centring within the subsample takes off again.
package struct SubsampledKernel: Sendable {
    package enum Centring: Sendable {
        /// U-centred, without diagonal: of `unbiased_cka`, and of `distance_correlation` given distances. Kernels that are U-centred
        /// already will do.
        case unbiased
        /// Doubly centred with its diagonal: of `cka`.
        case biased
    }

    package let centring: Centring
    /// Samples m of the subsample.
    package let sampleCount: Int
    /// Entries above the diagonal, row after row; if biased, then those on it over √2, so that a product of two is half that of the
    /// matrices.
    private let entries: [Double]
    /// The root of the entries' product with themselves; NaN where centring leaves nothing but rounding.
    private let norm: Double

    /// - Parameters:
    ///   - packed: K_ij for i < j of all n samples, row after row (n(n - 1)/2).
    ///   - diagonal: K_ii (n); not looked at if unbiased.
    ///   - subsample: at least four samples.
    package init(packed: [Float], diagonal: [Double], in subsample: Subsample, centring: Centring) {
        self.init(subsample, diagonal, centring, precision: Double(Float.ulpOfOne), packedCount: packed.count) {
            Double(packed[$0])
        }
    }

    /// The same, of entries in float64.
    package init(packed: [Double], diagonal: [Double], in subsample: Subsample, centring: Centring) {
        self.init(subsample, diagonal, centring, precision: Double.ulpOfOne, packedCount: packed.count) { packed[$0] }
    }

    @inline(__always)
    private init(
        _ subsample: Subsample, _ diagonal: [Double], _ centring: Centring, precision: Double, packedCount: Int,
        _ packed: (Int) -> Double
    ) {
        let (n, m) = (subsample.sampleCount, subsample.samples.count)
        precondition(m >= 4 && packedCount == n * (n - 1) / 2, "a kernel of the samples that were drawn from")
        precondition(centring == .unbiased || diagonal.count == n, "a diagonal to centre with")
        var entries: [Double] = []
        entries.reserveCapacity(m * (m + 1) / 2)
        var sums = [Double](repeating: 0, count: m)
        for i in 0..<m {
            let row = Int(subsample.samples[i])
            let start = row * (2 * n - row - 1) / 2 - row - 1
            for j in (i + 1)..<m {
                let value = packed(start + Int(subsample.samples[j]))
                entries.append(value)
                sums[i] += value
                sums[j] += value
            }
        }
        var drawn: [Double] = []
        if centring == .biased {
            drawn = subsample.samples.map { diagonal[Int($0)] }
            for i in 0..<m { sums[i] += drawn[i] }
        }
        let before = Self.product(entries, entries) + Self.product(drawn, drawn) / 2
        let size = Double(m)
        let (rowDivisor, wholeDivisor) =
            centring == .unbiased ? (size - 2, (size - 1) * (size - 2)) : (size, size * size)
        let constant = sums.reduce(0, +) / wholeDivisor
        let means = sums.map { $0 / rowDivisor }
        var position = 0
        for i in 0..<m {
            for j in (i + 1)..<m {
                entries[position] += constant - means[i] - means[j]
                position += 1
            }
        }
        for i in drawn.indices { entries.append((drawn[i] + constant - 2 * means[i]) * 0.5.squareRoot()) }
        let square = Self.product(entries, entries)
        self.centring = centring
        sampleCount = m
        self.entries = entries
        // Of what cancels, rounding leaves so much at most.
        let noise = 16 * precision
        norm = square > noise * noise * before ? square.squareRoot() : .nan
    }

    /// `cka` or `unbiased_cka` of two layers within the same subsample: NaN where one of them has no variation.
    package func alignment(with other: SubsampledKernel) -> Double {
        precondition(
            centring == other.centring && sampleCount == other.sampleCount, "kernels of one subsample, centred alike")
        return Self.product(entries, other.entries) / (norm * other.norm)
    }

    /// Σ a_i b_i, in an order that depends on the length alone.
    private static func product(_ a: [Double], _ b: [Double]) -> Double {
        var lanes = SIMD8<Double>.zero
        let whole = a.count & ~7
        return a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                for first in stride(from: 0, to: whole, by: 8) {
                    var (left, right) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
                    for lane in 0..<8 {
                        left[lane] = a[first + lane]
                        right[lane] = b[first + lane]
                    }
                    lanes += left * right
                }
                return (whole..<a.count).reduce(lanes.sum()) { $0 + a[$1] * b[$1] }
            }
        }
    }
}
