/// The score matrix of a sweep cut into squares of layer pairs, the unit in which scores are computed; and below them, where a sweep has
/// permutations, the tiles of these.
///
/// The grid is fixed by the plan alone, so that the shape of every matrix product, and with it the last bits of every
/// score, is the same for any number of workers. A symmetric grid holds the squares on and above the diagonal.
package struct TileGrid: Hashable, Sendable {
    /// Layers along each side of a tile of scores, and of a block of layers: 64 keep the product near the library's rate at a few megabytes
    /// a chunk.
    package static let edge = 64

    package let rows: Int
    package let columns: Int
    package let isSymmetric: Bool
    /// How permutations are cut into tiles; nil where there are none.
    package let nullTiles: NullTiles?

    package init(rows: Int, columns: Int, isSymmetric: Bool, nullTiles: NullTiles? = nil) {
        precondition(!isSymmetric || rows == columns, "a symmetric grid is square")
        self.rows = rows
        self.columns = columns
        self.isSymmetric = isSymmetric
        self.nullTiles = nullTiles
    }

    // MARK: Blocks of layers

    /// How many blocks of layers there are on each side.
    package var blockRows: Int { (rows + Self.edge - 1) / Self.edge }
    package var blockColumns: Int { (columns + Self.edge - 1) / Self.edge }

    /// The rows of the score matrix that block `block` covers.
    package func rows(ofBlock block: Int) -> Range<Int> { block * Self.edge..<min((block + 1) * Self.edge, rows) }
    /// The columns of the score matrix that block `block` covers.
    package func columns(ofBlock block: Int) -> Range<Int> {
        block * Self.edge..<min((block + 1) * Self.edge, columns)
    }

    // MARK: Tiles

    /// Rows of tiles: those of scores, one for each block of layers, and then those of permutations, for each square's rows one a run.
    package var tileRows: Int { blockRows + (nullTiles.map { $0.across(blockRows) * $0.runCount } ?? 0) }

    /// Whether row `row` has tiles of scores.
    package func isOfScores(_ row: Int) -> Bool { row < blockRows }

    /// The tiles of row `row` that are computed.
    package func tileColumns(ofRow row: Int) -> Range<Int> {
        guard let nullTiles, !isOfScores(row) else { return (isSymmetric ? row : 0)..<blockColumns }
        return (isSymmetric ? nullRow(row, nullTiles) : 0)..<nullTiles.across(blockColumns)
    }

    /// How many tiles of scores, and how many tiles in all, there are to compute.
    package var scoreTileCount: Int { Self.count(blockRows, blockColumns, isSymmetric) }
    package var tileCount: Int {
        let ofNulls =
            nullTiles.map { Self.count($0.across(blockRows), $0.across(blockColumns), isSymmetric) * $0.runCount } ?? 0
        return scoreTileCount + ofNulls
    }

    /// The blocks of layers that the tiles of row `row` cover, and those of column `column` of that row.
    package func rowBlocks(_ row: Int) -> Range<Int> {
        guard let nullTiles, !isOfScores(row) else { return row..<row + 1 }
        return Self.blocks(nullRow(row, nullTiles), nullTiles, of: blockRows)
    }
    package func columnBlocks(_ column: Int, ofRow row: Int) -> Range<Int> {
        guard let nullTiles, !isOfScores(row) else { return column..<column + 1 }
        return Self.blocks(column, nullTiles, of: blockColumns)
    }

    /// The rows and the columns of the score matrix that a tile covers.
    package func rowRange(_ row: Int) -> Range<Int> {
        let blocks = rowBlocks(row)
        return blocks.lowerBound * Self.edge..<min(blocks.upperBound * Self.edge, rows)
    }
    package func columnRange(_ column: Int, ofRow row: Int) -> Range<Int> {
        let blocks = columnBlocks(column, ofRow: row)
        return blocks.lowerBound * Self.edge..<min(blocks.upperBound * Self.edge, columns)
    }

    /// The numbers of the permutations of row `row`; nil where it is one of scores.
    package func permutations(ofRow row: Int) -> Range<Int>? {
        guard let nullTiles, !isOfScores(row) else { return nil }
        return nullTiles.run((row - blockRows) % nullTiles.runCount)
    }

    /// Whether the tiles of row `row` in the columns `columns` are computed.
    package func contains(row: Int, columns: Range<Int>) -> Bool {
        guard (0..<tileRows).contains(row) else { return false }
        let computed = tileColumns(ofRow: row)
        return columns.lowerBound >= computed.lowerBound && columns.upperBound <= computed.upperBound
    }

    private func nullRow(_ row: Int, _ nullTiles: NullTiles) -> Int { (row - blockRows) / nullTiles.runCount }

    private static func blocks(_ index: Int, _ nullTiles: NullTiles, of count: Int) -> Range<Int> {
        index * nullTiles.blocks..<min((index + 1) * nullTiles.blocks, count)
    }

    private static func count(_ rows: Int, _ columns: Int, _ isSymmetric: Bool) -> Int {
        isSymmetric ? rows * (rows + 1) / 2 : rows * columns
    }
}
