internal import CKernels
internal import LinearAlgebra
internal import Synchronization

/// For every row, the samples that may be among its `count` most similar ones, given float32 products with known error bounds.
///
/// The true similarity of i and j, up to a constant of row i, lies within e_ij of the float32 value K_ij + b_j, with
/// e_ij = (d + 8)·2⁻²⁴‖x_c,i‖‖x_c,j‖ + 2⁻²²|b_j| + r_j: rounding of the features, of the sum of d products and of the last
/// addition, and r_j that of the float64 similarity itself, which is all that orders the rows of a nearly constant layer.
/// The `count`-th largest lower bound is a bound on the `count`-th similarity, so whatever cannot reach it is dropped, and
/// everything else is kept: no cap, a row of a saturated layer may need all n - 1.
///
/// Which samples are kept does not depend on the order of the tiles, nor on how many threads bring them: a block of rows has one lock,
/// held while a tile is looked through, which takes a hundredth of the time that the tile took.
final class CandidateSelection {
    struct Candidate {
        var index: Int32
        /// The float32 value K_ij + b_j.
        var score: Float
    }

    let count: Int
    private let bounds: SimilarityBounds
    private let blocks: [CandidateBlock]
    private let mask: GroupMask?

    /// - Parameters:
    ///   - groups: where samples of one group are never neighbours, the group of each sample.
    ///   - spareBytes: how much more than `leastBytes` the candidates of saturated rows may take; beyond, rows are put off.
    init(features: CentredFeatures, count: Int, groups: [Int32]? = nil, spareBytes: Int = 1 << 30) {
        self.count = count
        let n = features.squaredNorms.count
        let bounds = SimilarityBounds(features)
        self.bounds = bounds
        mask = groups.map { GroupMask($0) }
        let edge = CentredProduct.edge
        let share = spareBytes / max(1, (n + edge - 1) / edge) / MemoryLayout<Candidate>.stride
        blocks = stride(from: 0, to: n, by: edge).map { first in
            CandidateBlock(rows: first..<min(first + edge, n), count: count, spare: share, bounds: bounds)
        }
    }

    /// The bytes that the candidates of `sampleCount` rows take where none is saturated.
    static func leastBytes(sampleCount: Int, count: Int) -> Int {
        sampleCount * CandidateBlock.usualLimit(count) * MemoryLayout<Candidate>.stride
    }

    /// Takes in a tile of K_c, which is overwritten.
    func take(_ tile: CentredProduct.Tile) {
        let row = blocks[tile.rows.lowerBound / CentredProduct.edge]
        guard !tile.isOnDiagonal else {
            ck_mirror(tile.values, tile.rows.count, tile.stride, -.infinity)
            mask?.apply(to: tile)
            row.lock.withLock { _ in row.takeDiagonal(tile) }
            return
        }
        mask?.apply(to: tile)
        let column = blocks[tile.columns.lowerBound / CentredProduct.edge]
        // Locks are taken in the order of the blocks, so that no two threads wait for one another.
        row.lock.withLock { _ in column.lock.withLock { _ in CandidateBlock.take(tile, rows: row, columns: column) } }
    }

    /// Drops what has become impossible since each row was last looked at.
    func finish(threads: Int = 1) {
        ThreadTeam.forEach(blocks.count, threads: threads) { _, index in blocks[index].finish() }
    }

    /// The candidates of row `i`, in no particular order; none for a row that was put off.
    func candidates(of i: Int) -> [Candidate] { blocks[i / CentredProduct.edge].candidates(of: i) }

    /// How many candidates there are.
    var total: Int { blocks.reduce(0) { $0 + $1.total } }

    /// The rows whose candidates were too many to be kept, ascending.
    var postponed: [Int] { blocks.flatMap(\.postponed).sorted() }

    /// The candidates of rows that were put off, found again by themselves from a product of those rows with all samples: at most
    /// `rows.count` · n of them.
    func candidates(
        ofPostponed rows: [Int], features: CentredFeatures, threads: Int
    ) -> [[Candidate]] {
        guard !rows.isEmpty else { return [] }
        let (n, d, edge) = (features.matrix.rows, features.matrix.columns, CentredProduct.edge)
        let gathered = Matrix<Float>(unwrittenRows: rows.count, columns: d)
        for (position, i) in rows.enumerated() {
            _ = gathered.row(position).update(fromContentsOf: features.matrix.row(i))
        }
        let workers = max(1, min(threads, rows.count))
        let part = (rows.count + workers - 1) / workers
        let values = Matrix<Float>(unwrittenRows: rows.count, columns: min(edge, n))
        var found = [[Candidate]](repeating: [], count: rows.count)
        found.withUnsafeMutableBufferPointer { found in
            ThreadTeam.forEachRun(rows.count, of: part, threads: workers) { _, run in
                let again = PostponedRows(Array(rows[run]), count: count, bounds: bounds)
                guard let a = gathered.row(run.lowerBound).baseAddress, let x = features.matrix.elements.baseAddress,
                    let product = values.row(run.lowerBound).baseAddress
                else { return }
                for first in stride(from: 0, to: n, by: edge) {
                    let columns = first..<min(first + edge, n)
                    Products.transposed(
                        a, x + first * d, rows: run.count, columns: columns.count, depth: d, into: product,
                        stride: columns.count)
                    mask?.apply(to: product, rows: again.rows, columns: columns)
                    again.take(product, columns: columns)
                }
                for (position, list) in zip(run, again.finish()) { found[position] = list }
            }
        }
        withExtendedLifetime((gathered, values)) {}
        return found
    }
}
