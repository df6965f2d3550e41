/// How the entries of a kernel are kept.
package enum KernelEntries: String, Codable, Sendable {
    /// K_ij in float32.
    case float32
    /// K_ij in float64, or their factor, where sums of float32 would not be good enough (`Float32Error`).
    case float64
    /// The U-centred K̃_ij in float64, of linear kernels: K_ij without what the means of its rows off the diagonal account for. Both HSIC
    /// follow from Σ K̃_ij L_ij, and the unbiased one without cancellation (`KernelAlignment`).
    case uCentred
}

/// A symmetric matrix over pairs of samples, centred so that its products are scores: the packed entries above the diagonal, and the
/// diagonal in float64. The artifact behind cka, unbiased_cka, rsa, distance_correlation and cka_rbf.
///
/// All of it is scaled by one power of two, which cancels in every score but those of the variant `reference`.
package struct PackedKernel: Equatable {
    package let sampleCount: Int
    package let entries: KernelEntries
    /// K_ij for i < j, row after row: n(n - 1)/2 values; none where they are in float64.
    package let packed: [Float]
    /// K_ij or K̃_ij in float64, where float32 would not do.
    package let wide: [Double]
    /// K_ii (n); zero for matrices that have no diagonal.
    package let diagonal: [Double]
    /// Σ_{i<j} of the squares of the entries, summed in float64.
    package let packedSquareSum: Double
    /// What every entry was multiplied by.
    package let scale: Double

    package init(sampleCount: Int, packed: [Float], diagonal: [Double], packedSquareSum: Double, scale: Double = 1) {
        precondition(packed.count == Self.packedCount(sampleCount) && diagonal.count == sampleCount)
        self.sampleCount = sampleCount
        entries = .float32
        self.packed = packed
        wide = []
        self.diagonal = diagonal
        self.packedSquareSum = packedSquareSum
        self.scale = scale
    }

    init(sampleCount: Int, entries: KernelEntries, wide: [Double], diagonal: [Double], scale: Double) {
        precondition(wide.count == Self.packedCount(sampleCount) && diagonal.count == sampleCount)
        self.sampleCount = sampleCount
        self.entries = entries
        packed = []
        self.wide = wide
        self.diagonal = diagonal
        packedSquareSum = FixedOrderSums.squares(wide)
        self.scale = scale
    }

    /// The number of entries above the diagonal.
    package static func packedCount(_ sampleCount: Int) -> Int { sampleCount * (sampleCount - 1) / 2 }

    /// The position among the packed entries of (row, row + 1).
    static func packedOffset(row: Int, sampleCount: Int) -> Int { row * (2 * sampleCount - row - 1) / 2 }

    /// The row of the packed entry at `position`.
    static func row(at position: Int, sampleCount: Int) -> Int {
        var (low, high) = (0, sampleCount - 1)
        while low + 1 < high {
            let middle = (low + high) / 2
            if packedOffset(row: middle, sampleCount: sampleCount) <= position { low = middle } else { high = middle }
        }
        return low
    }

    /// The samples i < j whose entry is at `position`.
    static func samples(at position: Int, sampleCount n: Int) -> (i: Int, j: Int) {
        let i = row(at: position, sampleCount: n)
        return (i, position - packedOffset(row: i, sampleCount: n) + i + 1)
    }
}

extension PackedKernel {
    /// Scales `entries` (packed, float64) so that the largest magnitude is near 1, and rounds them to float32 if that is good enough.
    init(sampleCount: Int, entries: [Double], diagonal: [Double]) {
        let scale = Self.scale(of: entries)
        var squares = 0.0
        let packed = [Float](unsafeUninitializedCapacity: entries.count) { buffer, count in
            for (position, entry) in entries.enumerated() {
                let value = Float(entry * scale)
                buffer[position] = value
                squares += Double(value) * Double(value)
            }
            count = entries.count
        }
        let scaled = diagonal.map { $0 * scale }
        let error = Float32Error(ofRounded: packed)
        guard error.share(of: squares + FixedOrderSums.squares(scaled) / 2) > Float32Error.largest else {
            self.init(
                sampleCount: sampleCount, packed: packed, diagonal: scaled, packedSquareSum: squares, scale: scale)
            return
        }
        self.init(
            sampleCount: sampleCount, entries: .float64, wide: entries.map { $0 * scale }, diagonal: scaled,
            scale: scale)
    }

    /// The power of two that brings the largest magnitude of `entries` near 1.
    fileprivate static func scale(of entries: [Double]) -> Double {
        var largest = 0.0
        for entry in entries { largest = max(largest, entry.magnitude) }
        let exponent = largest > 0 ? -Int(largest.exponent) : 0
        return Double(sign: .plus, exponent: min(max(exponent, -1000), 1000), significand: 1)
    }

    /// The U-centred linear kernel of the rows of `products` (Székely & Rizzo 2014), in float64, which does not depend on their centre:
    /// K̃_ij = G_ij - g_i/(n-2) - g_j/(n-2) + Σg/((n-1)(n-2)), g_i the sum of G_ij over j ≠ i. All zero where it is so small beside the
    /// products of the rows' norms that rounding may be more than a millionth of it.
    ///
    /// - Parameters:
    ///   - diagonal: K_c,ii (n), multiplied by `scale`.
    ///   - unit: what the products here are to be multiplied by beside.
    init(uCentred products: PairProducts, diagonal: [Double], scale: Double, productScale: Double) {
        let n = products.sampleCount
        var entries = products.packed
        var sums = [Double](repeating: 0, count: n)
        entries.withUnsafeMutableBufferPointer { entries in
            products.forEachPair { i, j, position in
                entries[position] *= productScale
                sums[i] += entries[position]
                sums[j] += entries[position]
            }
            let size = Double(n)
            let constant = sums.reduce(0, +) / ((size - 1) * (size - 2))
            let means = sums.map { $0 / (size - 2) }
            products.forEachPair { i, j, position in
                entries[position] += constant - means[i] - means[j]
            }
        }
        // The diagonal is near 1: entries that are far smaller are brought nearer to it, so that the squares of both are numbers.
        let excess = Self.scale(of: entries).exponent - Self.leastOrdinary
        let factor = Double(sign: .plus, exponent: Int(min(max(excess, 0), Self.mostRaised)), significand: 1)
        if factor > 1 { for position in entries.indices { entries[position] *= factor } }
        // Σ_{i<j} of the products of the squared norms, which their squares would drown in (Σ ‖c_i‖²)².
        var (product, before) = (0.0, 0.0)
        for norm in products.squaredNorms {
            let norm = norm * productScale * factor
            product += norm * before
            before += norm
        }
        if !(FixedOrderSums.squares(entries) > 0x1p-66 * product) {
            entries = [Double](repeating: 0, count: entries.count)
        }
        self.init(
            sampleCount: n, entries: .uCentred, wide: entries, diagonal: diagonal.map { $0 * factor },
            scale: scale * factor)
    }

    /// U-centred entries that are smaller than 2 to minus this are multiplied, by 2 to the power of `mostRaised` at most.
    private static let leastOrdinary = 200
    private static let mostRaised = 240
}
