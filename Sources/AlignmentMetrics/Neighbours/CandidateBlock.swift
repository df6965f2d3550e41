internal import CKernels
internal import LinearAlgebra
internal import Synchronization

/// The candidates of a block of rows. Everything but the lock is used by whoever holds it.
final class CandidateBlock {
    typealias Candidate = CandidateSelection.Candidate

    let lock = Mutex<Void>(())
    let rows: Range<Int>
    private let lists: CandidateLists
    /// Rows whose candidates are not kept.
    private(set) var postponed: [Int] = []
    /// How many candidates the saturated rows may still be given beyond the usual.
    private var spare: Int
    private let hits: Matrix<Int32>
    private let thresholds: Matrix<Float>

    init(rows: Range<Int>, count: Int, spare: Int, bounds: SimilarityBounds) {
        self.rows = rows
        self.spare = spare
        lists = CandidateLists(Array(rows), count: count, bounds: bounds)
        hits = Matrix(unwrittenRows: 2, columns: CentredProduct.edge)
        thresholds = Matrix(unwrittenRows: 1, columns: CentredProduct.edge)
    }

    /// How many candidates a row is given before those that have become impossible are dropped.
    static func usualLimit(_ count: Int) -> Int { 2 * count + 48 }

    var total: Int { lists.total }

    func candidates(of i: Int) -> [Candidate] { lists[i - rows.lowerBound] }

    /// Takes in this block's own tile, mirrored.
    func takeDiagonal(_ tile: CentredProduct.Tile) {
        guard let hits = hits.row(0).baseAddress else { return }
        for position in 0..<rows.count {
            let values = UnsafePointer(tile.values + position * tile.stride)
            lists.raiseFloor(position, values, columns: rows)
            for hit in lists.scan(position, values, columns: rows, hits: hits) {
                offer(rows.lowerBound + Int(hit), value: values[Int(hit)], to: position)
            }
        }
    }

    /// Takes in a tile above the diagonal, of some of the rows and all columns, for the samples of both its sides.
    static func take(_ tile: CentredProduct.Tile, rows: CandidateBlock, columns: CandidateBlock) {
        guard let hits = rows.hits.row(0).baseAddress, let columnHits = rows.hits.row(1).baseAddress,
            let thresholds = rows.thresholds.elements.baseAddress
        else { return }
        let bounds = rows.lists.bounds
        let firstRow = tile.rows.lowerBound - rows.rows.lowerBound
        for position in 0..<tile.rows.count {
            rows.lists.raiseFloor(
                firstRow + position, UnsafePointer(tile.values + position * tile.stride), columns: tile.columns)
        }
        columns.lists.raiseFloors(across: tile)
        let columnSamples = bounds.samples(from: tile.columns.lowerBound)
        // Floors rise while the tile is looked through: those that are known now are no higher.
        let rowSamples = bounds.samples(from: tile.rows.lowerBound)
        ck_thresholds(columnSamples, tile.columns.count, ck_largest_of(rowSamples, tile.rows.count), thresholds)
        let largest = ck_largest_of(columnSamples, tile.columns.count)
        for (position, i) in tile.rows.enumerated() {
            let values = UnsafePointer(tile.values + position * tile.stride)
            let row = bounds.samples(from: i)
            var (columnCount, threshold) = (0, Float(0))
            ck_thresholds(row, 1, largest, &threshold)
            let count = ck_scan_both(
                values, tile.columns.count, row, threshold, columnSamples, thresholds, hits, columnHits, &columnCount)
            columns.lists.expect(UnsafeBufferPointer(start: columnHits, count: columnCount))
            for hit in 0..<count {
                let column = Int(hits[hit])
                rows.offer(tile.columns.lowerBound + column, value: values[column], to: firstRow + position)
            }
            for hit in 0..<columnCount {
                let column = Int(columnHits[hit])
                columns.offer(i, value: values[column], to: column)
            }
        }
    }

    func finish() { lists.finish() }

    private func offer(_ j: Int, value: Float, to position: Int) {
        guard lists.offer(j, value: value, to: position) else { return }
        if !lists.grow(position, spare: &spare) { postponed.append(rows.lowerBound + position) }
    }
}
