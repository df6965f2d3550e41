internal import CLinux
internal import Foundation
internal import GRDB
package import SweepModel
internal import Synchronization

/// The durable state of a coordinator: facts in a SQLite database, written by a thread of its own. It must be closed.
///
/// Facts that wait are committed together; whatever follows a failure is never committed.
package final class SweepJournal: Sendable {
    /// Called on the journal's thread; not the place to close the journal.
    package typealias Completion<Value> = @Sendable (Result<Value, Complaint>) -> Void

    /// The epoch of the first opening of this state, drawn at random.
    package let firstEpoch: UInt64
    /// One more at every opening, durably.
    package let epoch: UInt64
    /// The number for the next sweep when the journal was opened; never that of an earlier one, be it forgotten.
    package let nextSweepID: SweepID

    private let directory: String
    private let database: DatabaseQueue
    private let lock: Mutex<StateLock?>
    private let ledger: Mutex<JournalLedger>
    private let queue = JournalQueue()
    private let ended = DispatchSemaphore(value: 0)
    private let onProgress: @Sendable () -> Void

    /// Opens the journal in `directory`, making both where they are missing; a directory of something else is refused. `onProgress`
    /// is called on the journal's thread after every commit and every failure.
    /// - Parameter restart: whether what an earlier journal there holds is thrown away.
    package convenience init(
        directory: String, restart: Bool = false, onProgress: @escaping @Sendable () -> Void
    ) throws(Complaint) {
        try self.init(directory: directory, restart: restart, onNetwork: nil, onProgress: onProgress)
    }

    /// - Parameter onNetwork: whether to do as on a network disk; nil finds out.
    init(
        directory: String, restart: Bool = false, onNetwork: Bool?, onProgress: @escaping @Sendable () -> Void
    ) throws(Complaint) {
        self.directory = directory
        self.onProgress = onProgress
        let state = StateDirectory(directory)
        try StateLock.makeDirectory(directory)
        try state.check()
        lock = Mutex(try StateLock(directory: directory))
        if restart { try state.clear() }
        do {
            database = try JournalSchema.open(
                "\(directory)/\(StateDirectory.journal)", onNetwork: onNetwork ?? JournalSchema.isOnNetwork(directory))
            let ledger = try database.write { db in
                var ledger = try JournalLedger(db)
                try JournalMigration.migrate(db, from: JournalSchema.layout(of: db))
                ledger.beginEpoch()
                try ledger.save(db)
                return ledger
            }
            (firstEpoch, epoch) = (UInt64(ledger.firstEpoch), UInt64(ledger.epoch))
            nextSweepID = SweepID(UInt32(clamping: ledger.lastSweep + 1))
            self.ledger = Mutex(ledger)
        } catch { throw Complaint(journal: error, in: directory) }
        let thread = Thread { [self] in
            clinux_name_thread("journal")
            run()
        }
        thread.start()
    }

    /// Hands over everything in the journal but scores and incidents, in an order in which it can be applied: of each sweep its
    /// submission, hosts, surveys, layers, tiles, failures and end. Before anything is appended. If it throws, what was handed over
    /// does not count.
    package func replay(_ body: (JournalEntry) -> Void) throws(Complaint) {
        let ledger = ledger.withLock { $0 }
        try access { try FactReader(db: $0).replay(ledger, body) }
    }

    /// Commits what is queued, ends the thread and lets others have the directory.
    package func close() {
        guard queue.close() else { return }
        ended.wait()
    }

    // MARK: Writing

    /// Has `facts` committed together; returns at once. Tickets ascend.
    package func append(_ facts: [JournalEntry], ticket: UInt64) { queue.append(facts, ticket: ticket) }

    /// The latest ticket that is durable, and why nothing will be any more.
    package var committed: (ticket: UInt64?, failure: Complaint?) { queue.committed }

    /// Bytes that are not durable yet, so that the caller can hold back.
    package var backlogBytes: Int { queue.backlogBytes }

    // MARK: Reading

    /// Blocks of a sweep's scores in order of row and column after `cursor`, about `maxBytes` of them; `next` is nil at the end.
    package func readScores(
        of sweep: SweepID, after cursor: Int64?, maxBytes: Int,
        completion: @escaping Completion<(blocks: [TileScores], next: Int64?)>
    ) { read({ try ScoreReader(db: $0).scores(sweep, after: cursor, maxBytes: maxBytes) }, completion) }

    /// The block that holds the scores of one tile; nil where there is none.
    package func readScores(of sweep: SweepID, row: Int, column: Int, completion: @escaping Completion<TileScores?>) {
        read({ try ScoreReader(db: $0).scores(sweep, row: row, column: column) }, completion)
    }

    /// A sweep as it was submitted; nil where there is none.
    package func readRecord(of sweep: SweepID, completion: @escaping Completion<SweepRecord?>) {
        read({ try FactReader(db: $0).record(sweep) }, completion)
    }

    /// At most `limit` incidents after the one of that number.
    package func readIncidents(after number: Int64, limit: Int, completion: @escaping Completion<[RecordedIncident]>) {
        read({ try FactReader(db: $0).incidents(after: number, limit: limit) }, completion)
    }

    /// The record of a sweep, at once.
    package func record(of sweep: SweepID) throws(Complaint) -> SweepRecord? {
        try access { try FactReader(db: $0).record(sweep) }
    }

    /// Every block of a sweep's scores in order, at once.
    package func readAllScores(of sweep: SweepID, _ body: (TileScores) -> Void) throws(Complaint) {
        var cursor: Int64?
        repeat {
            let found = try access { try ScoreReader(db: $0).scores(sweep, after: cursor, maxBytes: 16 << 20) }
            found.blocks.forEach(body)
            cursor = found.next
        } while cursor != nil
    }

    /// The latest incidents, at most `limit`, oldest first.
    package func readLatestIncidents(_ limit: Int, completion: @escaping Completion<[RecordedIncident]>) {
        read({ try FactReader(db: $0).latestIncidents(limit) }, completion)
    }

    private func read<Value>(
        _ body: @escaping @Sendable (Database) throws -> Value, _ completion: @escaping Completion<Value>
    ) {
        let isQueued = queue.append { [self] in
            do throws(Complaint) { completion(.success(try access(body))) } catch { completion(.failure(error)) }
        }
        if !isQueued {
            completion(
                .failure(Complaint(.work, "the journal is closed", at: directory, advice: "ask the next coordinator")))
        }
    }

    private func access<Value>(_ body: (Database) throws -> Value) throws(Complaint) -> Value {
        do { return try database.writeWithoutTransaction(body) } catch {
            throw Complaint(journal: error, in: directory)
        }
    }

    // MARK: The thread

    private func run() {
        while true {
            let work = queue.take()
            if work.ticket != nil { write(work) }
            work.read?()
            if work.isLast { break }
        }
        // Where the last checkpoint does not fit on the disk the log stays, and the next opening reads it.
        try? database.close()
        lock.withLock { $0 = nil }
        ended.signal()
    }

    private func write(_ work: JournalQueue.Work) {
        guard queue.committed.failure == nil else { return }
        var failure: Complaint?
        do { try commit(work.facts) } catch { failure = Complaint(journal: error, in: directory) }
        queue.finish(work, failure)
        onProgress()
    }

    private func commit(_ groups: [[JournalEntry]]) throws {
        guard groups.contains(where: { !$0.isEmpty }) else { return }
        try ledger.withLock { ledger in
            try database.write { db in
                let writer = try FactWriter(db, time: Date().timeIntervalSince1970)
                for group in groups { for fact in group { try writer.write(fact, &ledger) } }
                try ledger.save(db)
            }
        }
    }
}

extension SweepJournal {
    /// SQLite's version, such as `3.40.1`.
    package static var libraryVersion: String { JournalSchema.libraryVersion ?? "unknown" }
}
