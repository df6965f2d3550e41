internal import SweepModel

/// The state of every tile in two bits: waiting and done. A tile that is neither is leased or was given up. It is ready when its
/// layers' artifacts are.
///
/// Tiles of permutations are ready once told so. Tiles are taken along a row as far as possible, so that a worker keeps the row's artifacts from one tile to the next.
struct TileQueue {
    private let grid: TileGrid
    private let wordsPerRow: Int
    /// Bit c of row r is set while tile (r, c) waits, or once it is done.
    private var waiting: [UInt64]
    private var done: [UInt64]
    /// Set for tiles that are done without layers that were given up; empty while there are none.
    private var partial: [UInt64] = []
    private var readyRows: [Bool]
    private var readyColumns: [UInt64]
    /// Ready and waiting tiles of each row, and workers whose latest tile is in it.
    private var readyInRow: [Int]
    private var workersInRow: [Int]
    /// Where the search for a row went on last.
    private var cursor = 0
    private(set) var waitingCount: Int
    private(set) var readyCount = 0
    private(set) var doneCount = 0
    /// Of those that are done the tiles of scores.
    private(set) var doneScores = 0

    init(grid: TileGrid) {
        self.grid = grid
        wordsPerRow = (grid.blockColumns + 63) / 64
        waiting = Array(repeating: 0, count: grid.tileRows * wordsPerRow)
        done = waiting
        readyRows = Array(repeating: false, count: grid.tileRows)
        readyColumns = Array(repeating: 0, count: wordsPerRow)
        readyInRow = Array(repeating: 0, count: grid.tileRows)
        workersInRow = readyInRow
        waitingCount = grid.tileCount
        for row in 0..<grid.tileRows {
            let columns = grid.tileColumns(ofRow: row)
            for word in 0..<wordsPerRow { waiting[row * wordsPerRow + word] = Self.mask(columns, word: word) }
        }
    }

    /// The bits of `columns` in word `word` of a row.
    private static func mask(_ columns: Range<Int>, word: Int) -> UInt64 {
        let first = max(columns.lowerBound - word * 64, 0)
        let last = min(columns.upperBound - word * 64, 64)
        guard first < last else { return 0 }
        let low = last == 64 ? UInt64.max : (1 << UInt64(last)) - 1
        return low & ~((1 << UInt64(first)) - 1)
    }

    // MARK: Readiness

    /// All layers of block row `row` have their artifacts.
    mutating func markRowReady(_ row: Int) {
        guard !readyRows[row] else { return }
        readyRows[row] = true
        recount(row)
    }

    /// All layers of block column `column` have their artifacts.
    mutating func markColumnReady(_ column: Int) {
        let bit: UInt64 = 1 << UInt64(column % 64)
        guard readyColumns[column / 64] & bit == 0 else { return }
        readyColumns[column / 64] |= bit
        for row in 0..<grid.blockRows where readyRows[row] && waiting[row * wordsPerRow + column / 64] & bit != 0 {
            readyInRow[row] += 1
            readyCount += 1
        }
    }

    /// Whether all layers have their artifacts.
    var areBlocksReady: Bool {
        readyRows.prefix(grid.blockRows).allSatisfy { $0 }
            && readyColumns.reduce(0) { $0 + $1.nonzeroBitCount } == grid.blockColumns
    }

    /// The tiles of permutations may be taken: all layers have their artifacts.
    mutating func markNullTilesReady() {
        guard grid.tileRows > grid.blockRows, !readyRows[grid.blockRows] else { return }
        for row in grid.blockRows..<grid.tileRows { markRowReady(row) }
    }

    private mutating func recount(_ row: Int) {
        var count = 0
        if readyRows[row] {
            for word in 0..<wordsPerRow {
                count += (waiting[row * wordsPerRow + word] & readyColumns[word]).nonzeroBitCount
            }
        }
        readyCount += count - readyInRow[row]
        readyInRow[row] = count
    }

    private func isReady(_ row: Int, _ column: Int) -> Bool {
        readyRows[row] && readyColumns[column / 64] & (1 << UInt64(column % 64)) != 0
    }

    // MARK: Taking

    /// Takes at most `limit` ready tiles that lie side by side: of block row `preferred` if there are any, or else of a row where no
    /// other worker is.
    mutating func take(preferring preferred: Int?, atMost limit: Int) -> (row: Int, columns: Range<Int>)? {
        guard readyCount > 0 else { return nil }
        if let preferred, readyInRow[preferred] > 0 { return take(fromRow: preferred, atMost: limit) }
        var shared: Int?
        for offset in 0..<grid.tileRows {
            let row = (cursor + offset) % grid.tileRows
            guard readyInRow[row] > 0 else { continue }
            if workersInRow[row] == 0 {
                cursor = row
                return take(fromRow: row, atMost: limit)
            }
            if shared == nil || workersInRow[row] < workersInRow[shared ?? 0] { shared = row }
        }
        return shared.flatMap { take(fromRow: $0, atMost: limit) }
    }

    private mutating func take(fromRow row: Int, atMost limit: Int) -> (row: Int, columns: Range<Int>)? {
        for word in 0..<wordsPerRow {
            let ready = waiting[row * wordsPerRow + word] & readyColumns[word]
            guard ready != 0 else { continue }
            let first = word * 64 + ready.trailingZeroBitCount
            var end = first + 1
            while end < grid.tileColumns(ofRow: row).upperBound, end - first < limit, isWaiting(row, end),
                isReady(row, end)
            { end += 1 }
            remove(row, first..<end)
            readyInRow[row] -= end - first
            readyCount -= end - first
            return (row, first..<end)
        }
        return nil
    }

    private func isWaiting(_ row: Int, _ column: Int) -> Bool {
        waiting[row * wordsPerRow + column / 64] & (1 << UInt64(column % 64)) != 0
    }

    private mutating func remove(_ row: Int, _ columns: Range<Int>) {
        for word in columns.lowerBound / 64...(columns.upperBound - 1) / 64 {
            waiting[row * wordsPerRow + word] &= ~Self.mask(columns, word: word)
        }
        waitingCount -= columns.count
    }

    /// Takes one tile out of the queue, ready or not; false where it does not wait.
    mutating func claim(row: Int, column: Int) -> Bool {
        guard contains(row: row, column: column), isWaiting(row, column) else { return false }
        if isReady(row, column) {
            readyInRow[row] -= 1
            readyCount -= 1
        }
        remove(row, column..<column + 1)
        return true
    }

    /// Gives back tiles that were taken and not done.
    mutating func putBack(row: Int, columns: Range<Int>) {
        for column in columns where !isWaiting(row, column) && !isDone(row: row, column: column) {
            waiting[row * wordsPerRow + column / 64] |= 1 << UInt64(column % 64)
            waitingCount += 1
            if isReady(row, column) {
                readyInRow[row] += 1
                readyCount += 1
            }
        }
    }

    // MARK: Done

    /// Whether the grid has the tile.
    func contains(row: Int, column: Int) -> Bool { grid.contains(row: row, columns: column..<column + 1) }

    func isDone(row: Int, column: Int) -> Bool {
        done[row * wordsPerRow + column / 64] & (1 << UInt64(column % 64)) != 0
    }

    /// The sum of `weight` over the tiles of scores that are done; all but those of the last row and the last column weigh the same.
    func doneWeight(_ weight: (_ row: Int, _ column: Int) -> Double) -> Double {
        guard doneScores > 0 else { return 0 }
        let (lastRow, lastColumn) = (grid.blockRows - 1, grid.blockColumns - 1)
        let inLastRow = (0..<wordsPerRow).reduce(0) { $0 + done[lastRow * wordsPerRow + $1].nonzeroBitCount }
        let inLastColumn = (0...lastRow).count { isDone(row: $0, column: lastColumn) }
        let corner = isDone(row: lastRow, column: lastColumn) ? 1 : 0
        let inner = doneScores - inLastRow - inLastColumn + corner
        return Double(inner) * weight(0, 0) + Double(inLastRow - corner) * weight(lastRow, 0)
            + Double(inLastColumn - corner) * weight(0, lastColumn) + Double(corner) * weight(lastRow, lastColumn)
    }

    /// Marks tiles as done, wherever they were; `isPartial` where layers that were given up are missing from them.
    mutating func finish(row: Int, columns: Range<Int>, isPartial: Bool = false) {
        guard !columns.isEmpty else { return }
        if isPartial, partial.isEmpty { partial = Array(repeating: 0, count: done.count) }
        for word in columns.lowerBound / 64...(columns.upperBound - 1) / 64 {
            let mask = Self.mask(columns, word: word)
            let index = row * wordsPerRow + word
            let waited = waiting[index] & mask
            if waited != 0 {
                waiting[index] &= ~mask
                waitingCount -= waited.nonzeroBitCount
                if readyRows[row] {
                    let wereReady = (waited & readyColumns[word]).nonzeroBitCount
                    readyInRow[row] -= wereReady
                    readyCount -= wereReady
                }
            }
            let added = (mask & ~done[index]).nonzeroBitCount
            doneCount += added
            if grid.isOfScores(row) { doneScores += added }
            done[index] |= mask
            if isPartial { partial[index] |= mask }
        }
    }

    /// Marks as done what is done in `other`, a queue of the same grid; of partial tiles only if they are kept.
    mutating func takeOver(doneOf other: TileQueue, keepingPartial: Bool) {
        partial = keepingPartial ? other.partial : []
        (doneCount, doneScores) = (0, 0)
        for index in done.indices {
            let whole = keepingPartial || other.partial.isEmpty ? .max : ~other.partial[index]
            done[index] = other.done[index] & whole
            doneCount += done[index].nonzeroBitCount
            if grid.isOfScores(index / wordsPerRow) { doneScores += done[index].nonzeroBitCount }
            waitingCount -= (waiting[index] & done[index]).nonzeroBitCount
            waiting[index] &= ~done[index]
        }
    }

    // MARK: Who works where

    mutating func enter(row: Int) { workersInRow[row] += 1 }
    mutating func leave(row: Int) { workersInRow[row] -= 1 }
}
