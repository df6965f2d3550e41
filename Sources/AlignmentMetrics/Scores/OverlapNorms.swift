internal import LinearAlgebra

/// Scores of pairs of bases, Σσ(U_AᵀU_B) over the larger rank, from the blocks of a product of many: small blocks several at a time.
final class OverlapNorms {
    /// The most rows and columns of a block.
    private let dimension: Int
    /// How far apart the rows of a block are.
    private let stride: Int
    /// Blocks that are done together (`NuclearNorms`), or room for one.
    private let blocks: Matrix<Double>
    private let sums: Matrix<Double>
    /// The cells of the blocks that are in place, and what their sums are divided by.
    private var waiting: [(cell: Int, rank: Double)] = []
    private var large = NuclearNorm()

    init(dimension: Int, stride: Int) {
        (self.dimension, self.stride) = (dimension, stride)
        let together = dimension <= NuclearNorms.mostRows ? NuclearNorms.count : 1
        blocks = Matrix(rows: dimension * dimension, columns: together, repeating: 0)
        sums = Matrix(rows: 1, columns: NuclearNorms.count, repeating: 0)
    }

    /// Takes in the `rows` x `columns` values at `block` for the score in `cell`, which is there after `finish` at the latest.
    func add(
        _ block: UnsafePointer<Float>, rows: Int, columns: Int, cell: Int, to scores: inout [Double]
    ) throws {
        guard let values = blocks.elements.baseAddress else { return }
        let (together, rank) = (blocks.columns, Double(max(rows, columns)))
        guard together > 1 else {
            for i in 0..<rows { for j in 0..<columns { values[i * columns + j] = Double(block[i * stride + j]) } }
            scores[cell] = try large.ofOverwriting(values, rows: rows, columns: columns) / rank
            return
        }
        // The side that has fewer vectors is that of the columns, which are rotated; what was left here before has to go.
        let (isTurned, place) = (rows < columns, waiting.count)
        for j in 0..<dimension {
            for i in 0..<dimension {
                let (r, c) = isTurned ? (j, i) : (i, j)
                let value = r < rows && c < columns ? Double(block[r * stride + c]) : 0
                values[(j * dimension + i) * together + place] = value
            }
        }
        waiting.append((cell, rank))
        if waiting.count == together { finish(&scores) }
    }

    /// Finds the scores of the blocks that are in place.
    func finish(_ scores: inout [Double]) {
        guard !waiting.isEmpty, let values = blocks.elements.baseAddress, let found = sums.elements.baseAddress
        else { return }
        NuclearNorms.ofOverwriting(values, size: dimension, to: found)
        for (place, (cell, rank)) in waiting.enumerated() { scores[cell] = found[place] / rank }
        waiting.removeAll(keepingCapacity: true)
        withExtendedLifetime((blocks, sums)) {}
    }
}
