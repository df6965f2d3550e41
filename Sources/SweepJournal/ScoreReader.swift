internal import GRDB
internal import SweepModel

/// Reads scores back. They are looked up by the tiles on record, so that scores that are lost are noticed.
struct ScoreReader {
    let db: Database

    private static let columns = """
        SELECT tiles.row, tiles.first, tiles.last, scores."check", scores.bytes, scores.last FROM tiles
        LEFT JOIN scores ON scores.key = (tiles.sweep << 40) | (tiles.row << 20) | tiles.first
        """

    /// Blocks after `cursor` in order, about `maxBytes` of scores; the cursor of the last one where there are more.
    func scores(_ id: SweepID, after cursor: Int64?, maxBytes: Int) throws -> (blocks: [TileScores], next: Int64?) {
        let (row, column) = cursor.map { (ScoreKey.row($0), ScoreKey.column($0)) } ?? (-1, -1)
        let rows = try JournalStatement(
            db,
            "\(Self.columns) WHERE tiles.sweep = ? AND (tiles.row, tiles.first) > (?, ?) ORDER BY tiles.row, tiles.first",
            id.column, row, column)
        defer { rows.finish() }
        var blocks: [TileScores] = []
        var size = 0
        while try rows.step() {
            if size >= maxBytes, let last = blocks.last {
                return (blocks, ScoreKey.key(id.column, Int64(last.row), Int64(last.columns.lowerBound)))
            }
            let block = try block(id, rows)
            // A block of no bytes counts too, so that their number is bounded.
            size += max(64, block.bytes.count)
            blocks.append(block)
        }
        return (blocks, nil)
    }

    /// The block with the scores of one tile; nil where there is none.
    func scores(_ id: SweepID, row: Int, column: Int) throws -> TileScores? {
        let rows = try JournalStatement(
            db,
            """
            \(Self.columns) WHERE tiles.sweep = ? AND tiles.row = ? AND tiles.first <= ? ORDER BY tiles.first DESC LIMIT 1
            """, id.column, Int64(row), Int64(column))
        defer { rows.finish() }
        guard try rows.step() else { return nil }
        let block = try block(id, rows)
        return block.columns.contains(column) ? block : nil
    }

    private func block(_ id: SweepID, _ rows: JournalStatement) throws -> TileScores {
        let (row, first, last, bytes) = (rows.integer(0), rows.integer(1), rows.integer(2), rows.bytes(4))
        let key = ScoreKey.key(id.column, row, first)
        guard rows.integer(3) == RowCheck.of(.scores, bytes, key, last), rows.integer(5) == last, first <= last else {
            throw Damage("the scores of tile (\(row), \(first)) of sweep \(id)")
        }
        return TileScores(row: Int(row), columns: Int(first)..<Int(last), bytes: bytes)
    }
}
