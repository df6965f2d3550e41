/// Gathers the centred Gram matrix from the tiles of the product: its squares always, its packed entries where they are wanted.
struct GramPacking {
    private let sampleCount: Int
    /// Empty where only the squares are wanted.
    private var packed: [Float]
    private var squareSums: [Double]

    init(sampleCount: Int, keepsEntries: Bool) {
        self.sampleCount = sampleCount
        packed = keepsEntries ? Array(repeating: 0, count: PackedKernel.packedCount(sampleCount)) : []
        squareSums = Array(repeating: 0, count: sampleCount)
    }

    /// Σ_{i<j} K_c,ij².
    var packedSquareSum: Double { squareSums.reduce(0, +) }

    /// Takes in a tile of K_c; tiles below the diagonal hold nothing new.
    mutating func take(_ tile: CentredProduct.Tile) {
        guard tile.columns.upperBound > tile.rows.lowerBound + 1, tile.rows.lowerBound <= tile.columns.lowerBound else {
            return
        }
        for (position, i) in tile.rows.enumerated() {
            let first = max(i + 1, tile.columns.lowerBound)
            guard first < tile.columns.upperBound else { continue }
            let source = tile.values + position * tile.columns.count + (first - tile.columns.lowerBound)
            let count = tile.columns.upperBound - first
            if !packed.isEmpty {
                let target = PackedKernel.packedOffset(row: i, sampleCount: sampleCount) + first - i - 1
                packed.withUnsafeMutableBufferPointer { packed in
                    for j in 0..<count { packed[target + j] = source[j] }
                }
            }
            squareSums[i] += Self.squareSum(source, count: count)
        }
    }

    private static func squareSum(_ values: UnsafePointer<Float>, count: Int) -> Double {
        var sums = SIMD8<Double>.zero
        let whole = count & ~7
        for j in stride(from: 0, to: whole, by: 8) {
            let value = SIMD8<Double>(UnsafeRawPointer(values + j).loadUnaligned(as: SIMD8<Float>.self))
            sums += value * value
        }
        for j in whole..<count {
            let value = Double(values[j])
            sums[j & 7] += value * value
        }
        return sums.sum()
    }

    /// The artifact, with the diagonal that was computed in float64; `scale` is what the entries were multiplied by.
    consuming func finish(diagonal: [Double], scale: Double) -> PackedKernel {
        PackedKernel(
            sampleCount: sampleCount, packed: packed, diagonal: diagonal, packedSquareSum: packedSquareSum, scale: scale
        )
    }
}
