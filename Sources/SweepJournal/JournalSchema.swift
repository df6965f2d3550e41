internal import CLinux
internal import Foundation
internal import GRDB

/// The tables of a journal, and how its database is made and opened.
enum JournalSchema {
    /// The version of the tables and of what is in them; a journal that cannot be read or migrated is refused.
    static let layout: Int32 = 3
    /// What the header of the file says it is: "plat".
    private static let application: Int32 = 0x706C_6174

    /// How many bytes of a database say what it is.
    static let headerLength = 72

    /// Each row has the check of everything in it. Narrow rows and big ones live apart.
    private static let tables = """
        CREATE TABLE meta (
            id INTEGER PRIMARY KEY, first_epoch INTEGER NOT NULL, epoch INTEGER NOT NULL, last_sweep INTEGER NOT NULL,
            sweeps INTEGER NOT NULL, sum INTEGER NOT NULL, "check" INTEGER NOT NULL);
        CREATE TABLE sweeps (id INTEGER PRIMARY KEY, rows INTEGER NOT NULL, sum INTEGER NOT NULL, "check" INTEGER NOT NULL);
        CREATE TABLE facts (
            sweep INTEGER NOT NULL, kind INTEGER NOT NULL, a INTEGER NOT NULL, b INTEGER NOT NULL, "check" INTEGER NOT NULL,
            body BLOB NOT NULL, PRIMARY KEY (sweep, kind, a, b)) WITHOUT ROWID;
        CREATE TABLE attachments (key INTEGER PRIMARY KEY, "check" INTEGER NOT NULL, bytes BLOB NOT NULL);
        CREATE TABLE tiles (
            sweep INTEGER NOT NULL, row INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
            seconds INTEGER NOT NULL, flops INTEGER NOT NULL, partial INTEGER NOT NULL, "check" INTEGER NOT NULL,
            PRIMARY KEY (sweep, row, first)) WITHOUT ROWID;
        CREATE TABLE scores (
            key INTEGER PRIMARY KEY, last INTEGER NOT NULL, "check" INTEGER NOT NULL, bytes BLOB NOT NULL);
        CREATE TABLE incidents (
            number INTEGER PRIMARY KEY, time INTEGER NOT NULL, "check" INTEGER NOT NULL, incident BLOB NOT NULL);
        """

    /// File systems on which several hosts, or none, share memory: NFS, SMB (3), 9p, FUSE, Ceph, Lustre, GPFS, Coda, AFS, BeeGFS.
    private static let networkTypes: Set<UInt64> = [
        0x6969, 0x517B, 0xFE53_4D42, 0xFF53_4D42, 0x0102_1997, 0x6573_5546, 0x00C3_6400, 0x0BD0_0BD0, 0x4750_4653,
        0x7375_7245, 0x5346_414F, 0x1983_0326,
    ]

    /// SQLite's version, such as `3.40.1`.
    static var libraryVersion: String? {
        try? DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") }
    }

    /// Whether write-ahead logging is not for the file system of `directory`.
    static func isOnNetwork(_ directory: String) -> Bool {
        var status = statfs()
        guard statfs(directory, &status) == 0 else { return false }
        return networkTypes.contains(UInt64(truncatingIfNeeded: status.f_type) & 0xFFFF_FFFF)
    }

    /// Opens the database for this process alone, making it if there is none.
    static func open(_ path: String, onNetwork: Bool) throws -> DatabaseQueue {
        if let size = size(path) {
            guard size > 0 else { throw Damage("the file is empty") }
        } else {
            guard size(path + "-wal") ?? 0 == 0, size(path + "-journal") ?? 0 == 0 else {
                throw Damage("the database is missing beside its log")
            }
            try make(path)
        }
        var configuration = Configuration()
        configuration.label = "journal"
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { db in
            // Before write-ahead logging, which then needs no memory shared with others.
            _ = try String.fetchOne(db, sql: "PRAGMA locking_mode = EXCLUSIVE")
            try checkHeader(db)
            let wanted = onNetwork ? "truncate" : "wal"
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = \(wanted)")
            if mode?.lowercased() != wanted { _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = truncate") }
            try db.execute(
                sql: """
                    PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON; PRAGMA wal_autocheckpoint = 4000;
                    PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -32000
                    """)
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Makes the database under another name first: a file of the journal's name is never half made.
    private static func make(_ path: String) throws {
        let temporary = path + ".new"
        for suffix in ["", "-journal"] { unlink(temporary + suffix) }
        let database = try DatabaseQueue(path: temporary)
        // Workers that remember the epochs of a state that was removed find theirs nowhere near those of its successor.
        var ledger = JournalLedger(firstEpoch: Int64.random(in: 1...1 << 30))
        try database.write { db in
            try db.execute(sql: "PRAGMA application_id = \(application); PRAGMA user_version = \(layout)")
            try db.execute(sql: tables)
            try ledger.save(db)
        }
        try database.close()
        guard rename(temporary, path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        let directory = Foundation.open(
            URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return }
        fsync(directory)
        Foundation.close(directory)
    }

    /// Whether a file that begins like that is a journal of ours, of whichever layout: the number that SQLite keeps for it says so.
    static func isOurs(header: [UInt8]) -> Bool {
        guard header.count == headerLength, header.starts(with: "SQLite format 3\0".utf8) else { return false }
        return header.suffix(4).reduce(0) { $0 << 8 | Int32($1) } == application
    }

    private static func checkHeader(_ db: Database) throws {
        guard try Int32.fetchOne(db, sql: "PRAGMA application_id") == application else {
            throw Damage("it is not a journal of platonic")
        }
        let found = try layout(of: db)
        guard (JournalMigration.earliest...layout).contains(found) else { throw OtherLayout(layout: found) }
    }

    /// The layout that the journal has.
    static func layout(of db: Database) throws -> Int32 { try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0 }

    private static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }
}
