/// A symmetric matrix over pairs of samples, centred so that its products are scores: the packed entries above the diagonal in
/// float32, the diagonal in float64. The artifact behind cka, unbiased_cka, rsa, distance_correlation and cka_rbf.
///
/// All of it is scaled by one power of two, which cancels in every score but those of the variant `reference`.
package struct PackedKernel: Equatable {
    package let sampleCount: Int
    /// K_ij for i < j, row after row: n(n - 1)/2 values.
    package let packed: [Float]
    /// K_ii (n); zero for matrices that have no diagonal.
    package let diagonal: [Double]
    /// Σ_{i<j} K_ij², summed in float64.
    package let packedSquareSum: Double
    /// What every entry was multiplied by.
    package let scale: Double

    package init(sampleCount: Int, packed: [Float], diagonal: [Double], packedSquareSum: Double, scale: Double = 1) {
        precondition(packed.count == Self.packedCount(sampleCount) && diagonal.count == sampleCount)
        self.sampleCount = sampleCount
        self.packed = packed
        self.diagonal = diagonal
        self.packedSquareSum = packedSquareSum
        self.scale = scale
    }

    /// The number of entries above the diagonal.
    package static func packedCount(_ sampleCount: Int) -> Int { sampleCount * (sampleCount - 1) / 2 }

    /// The position in `packed` of the entry (row, row + 1).
    static func packedOffset(row: Int, sampleCount: Int) -> Int { row * (2 * sampleCount - row - 1) / 2 }
}

extension PackedKernel {
    /// Rounds `entries` (packed, float64) to float32, scaled so that the largest magnitude is near 1: entries that are all tiny
    /// must not underflow when they are multiplied.
    init(sampleCount: Int, entries: [Double], diagonal: [Double]) {
        var largest = 0.0
        for entry in entries { largest = max(largest, entry.magnitude) }
        let exponent = largest > 0 ? -Int(largest.exponent) : 0
        let scale = Double(sign: .plus, exponent: min(max(exponent, -1000), 1000), significand: 1)
        var squares = 0.0
        let packed = [Float](unsafeUninitializedCapacity: entries.count) { buffer, count in
            for (position, entry) in entries.enumerated() {
                let value = Float(entry * scale)
                buffer[position] = value
                squares += Double(value) * Double(value)
            }
            count = entries.count
        }
        self.init(
            sampleCount: sampleCount, packed: packed, diagonal: diagonal.map { $0 * scale }, packedSquareSum: squares,
            scale: scale)
    }
}
