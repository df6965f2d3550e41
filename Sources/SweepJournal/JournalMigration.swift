internal import GRDB

/// How a journal of an earlier release becomes one of this release.
enum JournalMigration {
    /// The earliest layout that is migrated.
    static let earliest: Int32 = 2

    /// Brings a journal of layout `found` to the present layout, in one transaction. Throws where it cannot be.
    ///
    /// Layout 3 added the code of a complaint to failures and endings. Those of layout 2 are read as they are, as complaints without
    /// one; from now on the release that wrote them refuses the journal.
    static func migrate(_ db: Database, from found: Int32) throws {
        guard found != JournalSchema.layout else { return }
        guard (earliest..<JournalSchema.layout).contains(found) else { throw OtherLayout(layout: found) }
        try db.execute(sql: "PRAGMA user_version = \(JournalSchema.layout)")
    }
}

/// A journal of a release that this one does not know.
struct OtherLayout: Error {
    let layout: Int32
}
