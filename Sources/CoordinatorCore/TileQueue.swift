internal import SweepModel

/// Which tiles are still to be handed out: one bit a tile, ready when its layers' artifacts are.
///
/// Tiles are taken along a row as far as possible, so that a worker keeps the row's artifacts from one tile to the next.
struct TileQueue {
    private let grid: TileGrid
    private let wordsPerRow: Int
    /// Bit c of row r is set while tile (r, c) waits.
    private var waiting: [UInt64]
    private var waitingInRow: [Int]
    private var readyRows: [Bool]
    private var readyColumns: [UInt64]
    private(set) var waitingCount: Int

    init(grid: TileGrid) {
        self.grid = grid
        wordsPerRow = (grid.blockColumns + 63) / 64
        waiting = Array(repeating: 0, count: grid.blockRows * wordsPerRow)
        waitingInRow = Array(repeating: 0, count: grid.blockRows)
        readyRows = Array(repeating: false, count: grid.blockRows)
        readyColumns = Array(repeating: 0, count: wordsPerRow)
        waitingCount = grid.tileCount
        for row in 0..<grid.blockRows {
            for column in grid.firstColumn(ofRow: row)..<grid.blockColumns {
                waiting[row * wordsPerRow + column / 64] |= 1 << UInt64(column % 64)
            }
            waitingInRow[row] = grid.blockColumns - grid.firstColumn(ofRow: row)
        }
    }

    /// All layers of block row `row` have their artifacts.
    mutating func markRowReady(_ row: Int) { readyRows[row] = true }

    /// All layers of block column `column` have their artifacts.
    mutating func markColumnReady(_ column: Int) { readyColumns[column / 64] |= 1 << UInt64(column % 64) }

    /// Takes a ready tile, of block row `preferred` if there is one, or else of a row that is not one of `others`, where other
    /// workers are busy.
    mutating func take(preferring preferred: Int?, avoiding others: Set<Int> = []) -> WorkItem? {
        if let preferred, let item = take(fromRow: preferred) { return item }
        for row in 0..<grid.blockRows where !others.contains(row) {
            if let item = take(fromRow: row) { return item }
        }
        for row in others.sorted() {
            if let item = take(fromRow: row) { return item }
        }
        return nil
    }

    private mutating func take(fromRow row: Int) -> WorkItem? {
        guard readyRows[row], waitingInRow[row] > 0 else { return nil }
        for word in 0..<wordsPerRow {
            let ready = waiting[row * wordsPerRow + word] & readyColumns[word]
            guard ready != 0 else { continue }
            let bit = ready.trailingZeroBitCount
            waiting[row * wordsPerRow + word] &= ~(1 << UInt64(bit))
            waitingInRow[row] -= 1
            waitingCount -= 1
            return .tile(row: row, column: word * 64 + bit)
        }
        return nil
    }

    /// Gives back a tile that was taken and not done.
    mutating func putBack(row: Int, column: Int) {
        waiting[row * wordsPerRow + column / 64] |= 1 << UInt64(column % 64)
        waitingInRow[row] += 1
        waitingCount += 1
    }
}
