internal import CKernels
internal import LinearAlgebra
internal import Synchronization

/// For every row, the samples that may be among its `count` most similar ones, given products with known error bounds.
///
/// The true similarity of i and j, up to a constant of row i, lies within e_ij of the float32 value K_ij + b_j (`SimilarityBounds`).
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
    /// The blocks of all rows of the layer; nil for those whose candidates are not wanted.
    private let blocks: [CandidateBlock?]
    private let mask: GroupMask?

    /// Selects candidates of every row of `features`.
    ///
    /// - Parameters:
    ///   - groups: where samples of one group are never neighbours, the group of each sample.
    ///   - spareBytes: how much more than `leastBytes` the candidates of saturated rows may take; beyond, rows are put off.
    convenience init(features: CentredFeatures, count: Int, groups: [Int32]? = nil, spareBytes: Int = 1 << 30) {
        let rows = features.rows.samples
        self.init(
            runs: [rows], of: rows.count, bounds: SimilarityBounds(features.norms, width: features.matrix.columns),
            count: count, mask: groups.map { GroupMask($0) }, spareBytes: spareBytes)
    }

    /// Selects candidates of every one of `rows`, which are those of a whole layer with centred `norms`.
    convenience init(
        integers rows: IntegerRows, norms: CentredNorms, count: Int, groups: [Int32]? = nil, spareBytes: Int = 1 << 30
    ) {
        let bounds = SimilarityBounds(ofIntegers: norms, width: rows.packed.width)
        rows.note(in: bounds)
        self.init(
            runs: [rows.samples], of: rows.samples.count, bounds: bounds, count: count,
            mask: groups.map { GroupMask($0) }, spareBytes: spareBytes)
    }

    /// Selects candidates of some runs of the rows, each of which begins at a multiple of `CentredProduct.edge`.
    init(
        runs: [Range<Int>], of sampleCount: Int, bounds: SimilarityBounds, count: Int, mask: GroupMask?,
        spareBytes: Int
    ) {
        self.count = count
        self.bounds = bounds
        self.mask = mask
        let edge = CentredProduct.edge
        var blocks = [CandidateBlock?](repeating: nil, count: (sampleCount + edge - 1) / edge)
        let number = runs.reduce(0) { $0 + ($1.count + edge - 1) / edge }
        let share = spareBytes / max(1, number) / MemoryLayout<Candidate>.stride
        for run in runs {
            for first in stride(from: run.lowerBound, to: run.upperBound, by: edge) {
                blocks[first / edge] = CandidateBlock(
                    rows: first..<min(first + edge, run.upperBound), count: count, spare: share, bounds: bounds)
            }
        }
        self.blocks = blocks
    }

    /// The bytes that the candidates of `sampleCount` rows take where none is saturated.
    static func leastBytes(sampleCount: Int, count: Int) -> Int {
        sampleCount * CandidateBlock.usualLimit(count) * MemoryLayout<Candidate>.stride
    }

    /// Takes in a tile of K_c, which is overwritten.
    func take(_ tile: CentredProduct.Tile) {
        guard let row = blocks[tile.rows.lowerBound / CentredProduct.edge] else { return }
        guard !tile.isOnDiagonal else {
            ck_mirror(tile.values, tile.rows.count, tile.stride, -.infinity)
            mask?.apply(to: tile)
            row.lock.withLock { _ in row.takeDiagonal(tile) }
            return
        }
        mask?.apply(to: tile)
        guard let column = blocks[tile.columns.lowerBound / CentredProduct.edge] else { return }
        // Locks are taken in the order of the blocks, so that no two threads wait for one another.
        row.lock.withLock { _ in column.lock.withLock { _ in CandidateBlock.take(tile, rows: row, columns: column) } }
    }

    /// Drops what has become impossible since each row was last looked at.
    func finish(threads: ThreadTeam = 1) {
        threads.forEach(blocks.count) { _, index in blocks[index]?.finish() }
    }

    /// The candidates of row `i`, in no particular order; none for a row that was put off.
    func candidates(of i: Int) -> [Candidate] { blocks[i / CentredProduct.edge]?.candidates(of: i) ?? [] }

    /// How many times as many candidates as are needed are nothing unusual.
    var usualShare: Int { bounds.hasTwoTerms ? 16 : 4 }

    /// How many candidates there are.
    var total: Int { blocks.reduce(0) { $0 + ($1?.total ?? 0) } }

    /// The rows whose candidates were too many to be kept, ascending.
    var postponed: [Int] { blocks.flatMap { $0?.postponed ?? [] }.sorted() }

    /// How far the score of candidate `j` of row `i` may be from the true similarity: e_ij.
    func margin(_ i: Int, _ j: Int) -> Float { bounds.margin(i, j) }

    /// The candidates of rows that were put off, found again by themselves: at most `rows.count` · n of them.
    func candidates(ofPostponed rows: [Int], features: CentredFeatures, threads: ThreadTeam) -> [[Candidate]] {
        guard !rows.isEmpty else { return [] }
        let gathered = Matrix<Float>(unwrittenRows: rows.count, columns: features.matrix.columns)
        for (position, i) in rows.enumerated() {
            _ = gathered.row(position).update(fromContentsOf: features.matrix.row(i))
        }
        // Whatever the tiles were of, these are products of float32.
        let bounds = SimilarityBounds(features.norms, width: features.matrix.columns)
        let panel = PostponedPanel(
            rows, panel: gathered, count: count, bounds: bounds, mask: mask, threads: threads)
        panel.take(features.rows)
        return panel.finish()[0]
    }
}
