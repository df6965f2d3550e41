internal import GRDB
internal import SweepModel

/// What the journal's tables hold as a whole: the tally of every sweep and the counters. In memory as the last commit left it.
struct JournalLedger: Sendable {
    let firstEpoch: Int64
    private(set) var epoch: Int64
    private(set) var lastSweep: Int64
    /// The number of the latest incident.
    var lastIncident: Int64 = 0
    private var sweeps: [Int64: Tally] = [:]
    /// The tally of the rows of the table `sweeps`, and each one's check.
    private var whole = Tally()
    private var checks: [Int64: Int64] = [:]
    private var touched: Set<Int64> = []

    /// A new journal's, before its first opening.
    init(firstEpoch: Int64) {
        self.firstEpoch = firstEpoch
        epoch = firstEpoch - 1
        lastSweep = 0
    }

    /// Reads the journal's counters and tallies.
    init(_ db: Database) throws {
        let meta = try JournalStatement(
            db, #"SELECT first_epoch, epoch, last_sweep, sweeps, sum, "check" FROM meta WHERE id = 1"#)
        guard try meta.step() else { throw Damage("its counters are missing") }
        let values = (0..<6).map { meta.integer($0) }
        meta.finish()
        (firstEpoch, epoch, lastSweep) = (values[0], values[1], values[2])
        guard values[5] == RowCheck.of(.meta, values[0], values[1], values[2], values[3], values[4]), firstEpoch > 0,
            epoch >= firstEpoch - 1
        else { throw Damage("its counters are not what was written") }
        let rows = try JournalStatement(db, #"SELECT id, rows, sum, "check" FROM sweeps"#)
        while try rows.step() {
            let (id, check) = (rows.integer(0), rows.integer(3))
            guard check == RowCheck.of(.sweeps, id, rows.integer(1), rows.integer(2)), UInt32(exactly: id) != nil else {
                throw Damage("the list of sweeps is not what was written")
            }
            sweeps[id] = Tally(rows: rows.integer(1), sum: rows.integer(2))
            checks[id] = check
            whole.add(check)
        }
        guard whole == Tally(rows: values[3], sum: values[4]) else {
            throw Damage("the list of sweeps is not complete")
        }
        let incidents = try JournalStatement(db, "SELECT max(number) FROM incidents")
        while try incidents.step() { lastIncident = max(0, incidents.integer(0)) }
    }

    /// The ids of the sweeps in the journal, ascending.
    var ids: [Int64] { sweeps.keys.sorted() }

    /// The tally of a sweep's rows; nil where the journal has no such sweep.
    func tally(of sweep: Int64) -> Tally? { sweeps[sweep] }

    func contains(_ sweep: Int64) -> Bool { sweeps[sweep] != nil }

    /// Counts the opening of the journal.
    mutating func beginEpoch() { epoch += 1 }

    mutating func begin(_ sweep: Int64) {
        sweeps[sweep] = Tally()
        touched.insert(sweep)
        lastSweep = max(lastSweep, sweep)
    }

    mutating func add(_ check: Int64, to sweep: Int64) {
        sweeps[sweep]?.add(check)
        touched.insert(sweep)
    }

    mutating func remove(_ check: Int64, from sweep: Int64) {
        sweeps[sweep]?.remove(check)
        touched.insert(sweep)
    }

    mutating func forget(_ sweep: Int64) {
        sweeps[sweep] = nil
        touched.insert(sweep)
    }

    /// Writes what changed, in the transaction of the rows that changed it.
    mutating func save(_ db: Database) throws {
        for id in touched {
            if let check = checks.removeValue(forKey: id) { whole.remove(check) }
            if let tally = sweeps[id] {
                let check = RowCheck.of(.sweeps, id, tally.rows, tally.sum)
                try JournalStatement(
                    db, "INSERT OR REPLACE INTO sweeps VALUES (?, ?, ?, ?)", id, tally.rows, tally.sum, check
                )
                .run()
                checks[id] = check
                whole.add(check)
            } else {
                try JournalStatement(db, "DELETE FROM sweeps WHERE id = ?", id).run()
            }
        }
        touched = []
        let check = RowCheck.of(.meta, firstEpoch, epoch, lastSweep, whole.rows, whole.sum)
        try JournalStatement(
            db, "INSERT OR REPLACE INTO meta VALUES (1, ?, ?, ?, ?, ?, ?)", firstEpoch, epoch, lastSweep, whole.rows,
            whole.sum, check
        ).run()
    }
}
