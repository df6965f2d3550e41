internal import SweepModel

/// A row of the table `tiles`. Numbers are stored as bit patterns: SQLite makes NULL of NaN and drops the sign of zero.
struct TileRun {
    let sweep: Int64
    let row: Int64
    let first: Int64
    /// The column behind the last one.
    let last: Int64
    let secondsBits: Int64
    let flopsBits: Int64
    /// 1 where layers that were given up are missing from the scores.
    let partial: Int64

    init(_ sweep: SweepID, row: Int, _ columns: Range<Int>, seconds: Double, flops: Double, isPartial: Bool) {
        (self.sweep, self.row) = (sweep.column, Int64(row))
        (first, last) = (Int64(columns.lowerBound), Int64(columns.upperBound))
        (secondsBits, flopsBits) = (Int64(bitPattern: seconds.bitPattern), Int64(bitPattern: flops.bitPattern))
        partial = isPartial ? 1 : 0
    }

    /// The columns of `statement` from the second on.
    init(_ sweep: Int64, _ statement: JournalStatement) {
        (self.sweep, row) = (sweep, statement.integer(0))
        (first, last) = (statement.integer(1), statement.integer(2))
        (secondsBits, flopsBits, partial) = (statement.integer(3), statement.integer(4), statement.integer(5))
    }

    var check: Int64 { RowCheck.of(.tiles, sweep, row, first, last, secondsBits, flopsBits, partial) }
    var seconds: Double { Double(bitPattern: UInt64(bitPattern: secondsBits)) }
    var flops: Double { Double(bitPattern: UInt64(bitPattern: flopsBits)) }
}

/// One number for the place of a block of scores, ascending by sweep, row and column.
enum ScoreKey {
    /// Rows and columns are less than this.
    static let limit = 1 << 20

    /// Whether a place has a number.
    static func exists(_ sweep: Int64, _ row: Int, _ columns: Range<Int>) -> Bool {
        sweep < 1 << 23 && (0..<limit).contains(row) && columns.lowerBound >= 0 && columns.upperBound <= limit
    }

    static func key(_ sweep: Int64, _ row: Int64, _ column: Int64) -> Int64 { sweep << 40 | row << 20 | column }
    static func keys(of sweep: Int64) -> ClosedRange<Int64> { key(sweep, 0, 0)...(key(sweep, 0, 0) | (1 << 40 - 1)) }
    static func row(_ key: Int64) -> Int64 { key >> 20 & Int64(limit - 1) }
    static func column(_ key: Int64) -> Int64 { key & Int64(limit - 1) }
}

/// The big parts of a submission, which have a table of their own.
enum Attachment: Int64 {
    case context = 0
    case dossier = 1

    func key(of sweep: Int64) -> Int64 { sweep << 1 | rawValue }
}

/// Something in a journal that cannot be what was written.
struct Damage: Error {
    let what: String

    init(_ what: String) { self.what = what }
}

extension SweepID {
    /// The id in a table.
    var column: Int64 { Int64(number) }
}
