/// The score matrix of a sweep cut into squares of layer pairs, the unit in which scores are computed.
///
/// The grid is fixed by the layers alone, so that the shape of every matrix product, and with it the last bits of every
/// score, is the same for any number of workers. A symmetric grid holds the squares on and above the diagonal.
package struct TileGrid: Hashable, Sendable {
    /// Layers along each side of a tile: 64 keep the product near the library's rate at a few megabytes a chunk.
    package static let edge = 64

    package let rows: Int
    package let columns: Int
    package let isSymmetric: Bool

    package init(rows: Int, columns: Int, isSymmetric: Bool) {
        precondition(!isSymmetric || rows == columns, "a symmetric grid is square")
        self.rows = rows
        self.columns = columns
        self.isSymmetric = isSymmetric
    }

    /// How many tiles stand below each other, and how many beside each other.
    package var blockRows: Int { (rows + Self.edge - 1) / Self.edge }
    package var blockColumns: Int { (columns + Self.edge - 1) / Self.edge }

    /// How many tiles there are to compute.
    package var tileCount: Int {
        isSymmetric ? blockRows * (blockRows + 1) / 2 : blockRows * blockColumns
    }

    /// The rows of the score matrix that block row `block` covers.
    package func rowRange(_ block: Int) -> Range<Int> { block * Self.edge..<min((block + 1) * Self.edge, rows) }
    /// The columns of the score matrix that block column `block` covers.
    package func columnRange(_ block: Int) -> Range<Int> { block * Self.edge..<min((block + 1) * Self.edge, columns) }

    /// The first block column of block row `row` that is computed.
    package func firstColumn(ofRow row: Int) -> Int { isSymmetric ? row : 0 }

    /// Whether the tiles of block row `row` in the block columns `columns` are computed.
    package func contains(row: Int, columns: Range<Int>) -> Bool {
        (0..<blockRows).contains(row) && columns.lowerBound >= firstColumn(ofRow: row)
            && columns.upperBound <= blockColumns
    }
}
