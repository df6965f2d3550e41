/// A layer's centred Gram matrix K_c: the packed entries above the diagonal in float32, the diagonal in float64. The artifact
/// behind cka and unbiased_cka.
///
/// All of it is scaled by one power of two, which cancels in every score.
package struct CentredGram: Equatable {
    package let sampleCount: Int
    /// K_c,ij for i < j, row after row: n(n - 1)/2 values.
    package let packed: [Float]
    /// K_c,ii (n).
    package let diagonal: [Double]
    /// Σ_{i<j} K_c,ij², summed in float64.
    package let packedSquareSum: Double

    package init(sampleCount: Int, packed: [Float], diagonal: [Double], packedSquareSum: Double) {
        precondition(packed.count == Self.packedCount(sampleCount) && diagonal.count == sampleCount)
        self.sampleCount = sampleCount
        self.packed = packed
        self.diagonal = diagonal
        self.packedSquareSum = packedSquareSum
    }

    /// The number of entries above the diagonal.
    package static func packedCount(_ sampleCount: Int) -> Int { sampleCount * (sampleCount - 1) / 2 }

    /// The position in `packed` of the entry (row, row + 1).
    static func packedOffset(row: Int, sampleCount: Int) -> Int { row * (2 * sampleCount - row - 1) / 2 }
}

/// Gathers the packed Gram matrix from the tiles of the product.
struct GramPacking {
    private let sampleCount: Int
    private var packed: [Float]
    private var squareSums: [Double]

    init(sampleCount: Int) {
        self.sampleCount = sampleCount
        packed = Array(repeating: 0, count: CentredGram.packedCount(sampleCount))
        squareSums = Array(repeating: 0, count: sampleCount)
    }

    /// Takes in a tile of K_c; tiles below the diagonal hold nothing new.
    mutating func take(_ tile: CentredProduct.Tile) {
        guard tile.columns.upperBound > tile.rows.lowerBound + 1, tile.rows.lowerBound <= tile.columns.lowerBound else {
            return
        }
        for (position, i) in tile.rows.enumerated() {
            let first = max(i + 1, tile.columns.lowerBound)
            guard first < tile.columns.upperBound else { continue }
            let source = tile.values + position * tile.columns.count + (first - tile.columns.lowerBound)
            let target = CentredGram.packedOffset(row: i, sampleCount: sampleCount) + first - i - 1
            let count = tile.columns.upperBound - first
            packed.withUnsafeMutableBufferPointer { packed in
                for j in 0..<count { packed[target + j] = source[j] }
            }
            var sums = SIMD8<Double>.zero
            let whole = count & ~7
            for j in stride(from: 0, to: whole, by: 8) {
                let value = SIMD8<Double>(UnsafeRawPointer(source + j).loadUnaligned(as: SIMD8<Float>.self))
                sums += value * value
            }
            for j in whole..<count {
                let value = Double(source[j])
                sums[j & 7] += value * value
            }
            squareSums[i] += sums.sum()
        }
    }

    /// The artifact, with the diagonal that was computed in float64.
    consuming func finish(diagonal: [Double]) -> CentredGram {
        CentredGram(
            sampleCount: sampleCount, packed: packed, diagonal: diagonal, packedSquareSum: squareSums.reduce(0, +))
    }
}

extension CentredGram {
    /// tr K_c/‖K_c‖: the biased CKA expected of two unrelated layers is the product of theirs over n - 1 (metrics.md).
    package var chanceFactor: Double {
        let squares = 2 * packedSquareSum + diagonal.reduce(0) { $0 + $1 * $1 }
        return diagonal.reduce(0, +) / squares.squareRoot()
    }
}
