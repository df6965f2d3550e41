internal import GRDB
internal import GRDBSQLite

/// A prepared statement, bound and read by position: faster than rows of GRDB, and no column of a damaged database traps.
struct JournalStatement {
    private let statement: Statement
    private var handle: OpaquePointer { statement.sqliteStatement }

    /// A statement from the connection's cache with its first parameters bound.
    init(_ db: Database, _ sql: String, _ integers: Int64...) throws {
        statement = try db.cachedStatement(sql: sql)
        sqlite3_reset(statement.sqliteStatement)
        for (index, integer) in integers.enumerated() { set(Int32(index + 1), integer) }
    }

    /// Binds the parameter `index`, counted from 1.
    func set(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }

    /// Runs the statement to its end with `bytes` bound to the parameter `index`; the number of rows it changed.
    @discardableResult
    func run(_ index: Int32, _ bytes: [UInt8]) throws -> Int {
        try bytes.withUnsafeBytes { buffer in
            // The bytes outlive the statement's run, so SQLite need not copy them.
            let code =
                buffer.isEmpty
                ? sqlite3_bind_zeroblob(handle, index, 0)
                : sqlite3_bind_blob64(handle, index, buffer.baseAddress, UInt64(buffer.count), nil)
            guard code == SQLITE_OK else { throw error(code) }
            defer { sqlite3_bind_null(handle, index) }
            return try run()
        }
    }

    /// Runs the statement to its end; the number of rows it changed.
    @discardableResult
    func run() throws -> Int {
        while try step() {}
        return Int(sqlite3_changes(sqlite3_db_handle(handle)))
    }

    /// Goes to the next row; at the end the statement is ready to be bound and run again.
    func step() throws -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else { throw error(code) }
        sqlite3_reset(handle)
        return false
    }

    /// Leaves the remaining rows unread.
    func finish() { sqlite3_reset(handle) }

    /// The integer in the column `index`, counted from 0.
    func integer(_ index: Int32) -> Int64 { sqlite3_column_int64(handle, index) }

    /// The bytes in the column `index`, counted from 0.
    func bytes(_ index: Int32) -> [UInt8] {
        let start = sqlite3_column_blob(handle, index)
        return Array(
            UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, index))))
    }

    private func error(_ code: Int32) -> DatabaseError {
        let message = String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
        sqlite3_reset(handle)
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}
