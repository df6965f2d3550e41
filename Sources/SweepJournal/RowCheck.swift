internal import ContentHash

/// The check of a row: a hash of its table and everything in it, so that no damaged row is taken for what was written.
enum RowCheck {
    enum Table: Int64 {
        case meta, sweeps, facts, attachments, tiles, scores, incidents
    }

    /// The check of a row of at most seven integers.
    static func of(
        _ table: Table, _ a: Int64, _ b: Int64, _ c: Int64, _ d: Int64 = 0, _ e: Int64 = 0, _ f: Int64 = 0,
        _ g: Int64 = 0
    ) -> Int64 {
        withUnsafeBytes(of: (table.rawValue, a, b, c, d, e, f, g)) { Int64(bitPattern: ContentDigest(of: $0).low) }
    }

    /// The check of a row of at most four integers and bytes.
    static func of(_ table: Table, _ bytes: [UInt8], _ a: Int64, _ b: Int64 = 0, _ c: Int64 = 0, _ d: Int64 = 0)
        -> Int64
    {
        let digest = bytes.withUnsafeBytes { ContentDigest(of: $0) }
        return of(
            table, a, b, c, d, Int64(bytes.count), Int64(bitPattern: digest.low), Int64(bitPattern: digest.high))
    }
}

/// How many rows there are, and the sum of their checks: rows that are lost or come twice are noticed.
struct Tally: Hashable, Sendable {
    private(set) var rows: Int64 = 0
    private(set) var sum: Int64 = 0

    init(rows: Int64 = 0, sum: Int64 = 0) { (self.rows, self.sum) = (rows, sum) }

    mutating func add(_ check: Int64) {
        rows &+= 1
        sum &+= check
    }

    mutating func remove(_ check: Int64) {
        rows &-= 1
        sum &-= check
    }
}
