internal import ContentHash
internal import GRDB
internal import SweepModel

/// Writes facts into the tables, within a transaction of the caller's.
struct FactWriter {
    /// So many incidents are kept.
    static let incidentLimit: Int64 = 10_000
    private static let pruneInterval: Int64 = 1_000

    private let db: Database
    /// Seconds since 1970, for incidents.
    private let time: Double
    private let insertTiles: JournalStatement
    private let insertScores: JournalStatement

    init(_ db: Database, time: Double) throws {
        self.db = db
        self.time = time
        insertTiles = try JournalStatement(db, "INSERT OR IGNORE INTO tiles VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        insertScores = try JournalStatement(db, "INSERT OR REPLACE INTO scores VALUES (?, ?, ?, ?)")
    }

    /// Writes one fact. Of sweeps that were never submitted or are forgotten nothing is kept.
    func write(_ fact: JournalEntry, _ ledger: inout JournalLedger) throws {
        switch fact {
        case .tiles(let sweep, let scores, let seconds, let flops, let isPartial):
            guard ledger.contains(sweep.column) else { return }
            let columns = scores.columns
            guard ScoreKey.exists(sweep.column, scores.row, columns) else {
                throw Complaint(
                    .work, "the journal has no place for tile (\(scores.row), \(columns.lowerBound)) of sweep \(sweep)",
                    at: "", advice: "split the sweep into smaller ones")
            }
            let run = TileRun(sweep, row: scores.row, columns, seconds: seconds, flops: flops, isPartial: isPartial)
            try write(run, scores.bytes, &ledger)
        case .submitted(let record): try write(record, &ledger)
        case .participant(let sweep, let host, let blasCore):
            let body = try SortedJSON.bytes(StoredParticipant(host: host, blasCore: blasCore))
            let digest = body.withUnsafeBytes { ContentDigest(of: $0) }
            let key = FactKey(.participant, Int64(bitPattern: digest.high), Int64(bitPattern: digest.low))
            try put(body, at: key, of: sweep.column, &ledger)
        case .survey(let sweep, let model, let survey, let seconds):
            let body = try SortedJSON.bytes(StoredSurvey(survey, seconds: seconds))
            try put(body, at: FactKey(.survey, Int64(model)), of: sweep.column, &ledger)
        case .layer(let sweep, let layer, let summary, let seconds, let flops):
            let body = try SortedJSON.bytes(StoredLayerSummary(summary, seconds: seconds, flops: flops))
            try put(body, at: FactKey(.layer, Int64(layer)), of: sweep.column, &ledger)
        case .failure(let sweep, let item, let cause):
            try put(try SortedJSON.bytes(cause), at: FactKey(failureOf: item), of: sweep.column, &ledger)
        case .ended(let sweep, let ending):
            try put(try SortedJSON.bytes(ending), at: FactKey(.ending), of: sweep.column, &ledger)
        case .retried(let sweep, let fence):
            try retry(sweep.column, &ledger)
            try put(try SortedJSON.bytes(Int64(bitPattern: fence)), at: FactKey(.fence), of: sweep.column, &ledger)
        case .forgotten(let sweep): try forget(sweep.column, &ledger)
        case .incident(let incident): try write(incident, &ledger)
        }
    }

    private func write(_ record: SweepRecord, _ ledger: inout JournalLedger) throws {
        let sweep = record.id.column
        guard !ledger.contains(sweep) else { return }
        ledger.begin(sweep)
        try put(try SortedJSON.bytes(StoredRecord(record)), at: FactKey(.record), of: sweep, &ledger)
        for attachment in [Attachment.context, .dossier] {
            let bytes = attachment == .context ? record.context : record.dossier
            let key = attachment.key(of: sweep)
            let check = RowCheck.of(.attachments, bytes, key)
            try JournalStatement(db, "INSERT INTO attachments VALUES (?, ?, ?)", key, check).run(3, bytes)
            ledger.add(check, to: sweep)
        }
    }

    /// Writes a row of the table `facts`, instead of the one at the same place.
    private func put(_ body: [UInt8], at key: FactKey, of sweep: Int64, _ ledger: inout JournalLedger) throws {
        guard ledger.contains(sweep) else { return }
        let kind = key.kind.rawValue
        let check = RowCheck.of(.facts, body, sweep, kind, key.a, key.b)
        let present = try JournalStatement(
            db, #"SELECT "check" FROM facts WHERE sweep = ? AND kind = ? AND a = ? AND b = ?"#, sweep, kind, key.a,
            key.b)
        while try present.step() { ledger.remove(present.integer(0), from: sweep) }
        try JournalStatement(
            db, "INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?, ?, ?)", sweep, kind, key.a, key.b, check
        )
        .run(6, body)
        ledger.add(check, to: sweep)
    }

    private func write(_ run: TileRun, _ scores: [UInt8], _ ledger: inout JournalLedger) throws {
        let check = run.check
        let values = [run.sweep, run.row, run.first, run.last, run.secondsBits, run.flopsBits, run.partial, check]
        for (index, value) in values.enumerated() { insertTiles.set(Int32(index + 1), value) }
        if try insertTiles.run() == 0 { guard try removeShorter(run, &ledger) else { return } }
        ledger.add(check, to: run.sweep)
        let key = ScoreKey.key(run.sweep, run.row, run.first)
        insertScores.set(1, key)
        insertScores.set(2, run.last)
        insertScores.set(3, RowCheck.of(.scores, scores, key, run.last))
        try insertScores.run(4, scores)
    }

    /// Tiles that begin where `run` does are on record: puts `run` in their place if it is longer.
    private func removeShorter(_ run: TileRun, _ ledger: inout JournalLedger) throws -> Bool {
        let present = try JournalStatement(
            db, #"SELECT last, "check" FROM tiles WHERE sweep = ? AND row = ? AND first = ?"#, run.sweep, run.row,
            run.first)
        guard try present.step() else { throw Damage("tiles of sweep \(run.sweep) are both there and missing") }
        let (last, check) = (present.integer(0), present.integer(1))
        present.finish()
        guard last < run.last else { return false }
        try JournalStatement(
            db, "DELETE FROM tiles WHERE sweep = ? AND row = ? AND first = ?", run.sweep, run.row, run.first
        ).run()
        ledger.remove(check, from: run.sweep)
        try insertTiles.run()
        return true
    }

    /// Lets go of failures, of the end and of partial tiles.
    private func retry(_ sweep: Int64, _ ledger: inout JournalLedger) throws {
        let partial = try JournalStatement(
            db, #"SELECT row, first, "check" FROM tiles WHERE sweep = ? AND partial = 1"#, sweep)
        while try partial.step() {
            ledger.remove(partial.integer(2), from: sweep)
            let key = ScoreKey.key(sweep, partial.integer(0), partial.integer(1))
            try JournalStatement(db, "DELETE FROM scores WHERE key = ?", key).run()
        }
        partial.finish()
        try JournalStatement(db, "DELETE FROM tiles WHERE sweep = ? AND partial = 1", sweep).run()
        let (first, last) = (FactKind.afterTiles.lowerBound, FactKind.afterTiles.upperBound)
        let present = try JournalStatement(
            db, #"SELECT "check" FROM facts WHERE sweep = ? AND kind BETWEEN ? AND ?"#, sweep, first, last)
        while try present.step() { ledger.remove(present.integer(0), from: sweep) }
        try JournalStatement(db, "DELETE FROM facts WHERE sweep = ? AND kind BETWEEN ? AND ?", sweep, first, last).run()
    }

    private func forget(_ sweep: Int64, _ ledger: inout JournalLedger) throws {
        guard ledger.contains(sweep) else { return }
        for table in ["facts", "tiles"] {
            try JournalStatement(db, "DELETE FROM \(table) WHERE sweep = ?", sweep).run()
        }
        let scores = ScoreKey.keys(of: sweep)
        try JournalStatement(db, "DELETE FROM scores WHERE key BETWEEN ? AND ?", scores.lowerBound, scores.upperBound)
            .run()
        try JournalStatement(
            db, "DELETE FROM attachments WHERE key IN (?, ?)", Attachment.context.key(of: sweep),
            Attachment.dossier.key(of: sweep)
        ).run()
        ledger.forget(sweep)
    }

    private func write(_ incident: Incident, _ ledger: inout JournalLedger) throws {
        ledger.lastIncident += 1
        let (number, bits) = (ledger.lastIncident, Int64(bitPattern: time.bitPattern))
        let body = try SortedJSON.bytes(incident)
        try JournalStatement(
            db, "INSERT INTO incidents VALUES (?, ?, ?, ?)", number, bits, RowCheck.of(.incidents, body, number, bits)
        ).run(4, body)
        guard number % Self.pruneInterval == 0 else { return }
        try JournalStatement(db, "DELETE FROM incidents WHERE number <= ?", number - Self.incidentLimit).run()
    }
}
