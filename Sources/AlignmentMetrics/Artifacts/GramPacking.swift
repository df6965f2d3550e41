internal import CKernels

/// Gathers the centred Gram matrix from the tiles of the product: its squares always, its packed entries where they are wanted.
///
/// Tiles may come in any order, from several threads: each has places of its own.
final class GramPacking {
    private let sampleCount: Int
    /// Room for the entries above the diagonal; nil where only the squares are wanted.
    private let packed: UnsafeMutablePointer<Float>?
    /// The sum of the squares above the diagonal of the tiles of each block, by its rows and its columns.
    private let tileSums: UnsafeMutableBufferPointer<Double>
    private let blocks: Int

    /// - Parameter packed: room for n(n - 1)/2 entries, good until all tiles have been taken in.
    init(sampleCount: Int, packed: UnsafeMutablePointer<Float>?) {
        self.sampleCount = sampleCount
        self.packed = packed
        blocks = (sampleCount + CentredProduct.edge - 1) / CentredProduct.edge
        tileSums = .allocate(capacity: blocks * blocks)
        tileSums.initialize(repeating: 0)
    }

    deinit { tileSums.deallocate() }

    /// Σ_{i<j} K_c,ij²: of each tile row after row, then of the tiles in their order.
    var packedSquareSum: Double { tileSums.reduce(0, +) }

    /// Takes in a tile of K_c.
    func take(_ tile: CentredProduct.Tile) {
        var sum = 0.0
        for (position, i) in tile.rows.enumerated() {
            let first = max(i + 1, tile.columns.lowerBound)
            guard first < tile.columns.upperBound else { continue }
            let source = tile.values + position * tile.stride + (first - tile.columns.lowerBound)
            let count = tile.columns.upperBound - first
            if let packed {
                let target = PackedKernel.packedOffset(row: i, sampleCount: sampleCount) + first - i - 1
                (packed + target).update(from: source, count: count)
            }
            sum += ck_square_sum(source, count)
        }
        let edge = CentredProduct.edge
        tileSums[tile.rows.lowerBound / edge * blocks + tile.columns.lowerBound / edge] += sum
    }
}
