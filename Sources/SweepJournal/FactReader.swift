internal import GRDB
internal import SweepModel

/// Reads facts back, in an order in which they can be applied; what is not as it was written is damage.
struct FactReader {
    let db: Database

    /// Everything but scores and incidents. What `body` got counts only if nothing is thrown.
    func replay(_ ledger: JournalLedger, _ body: (JournalEntry) -> Void) throws {
        for sweep in ledger.ids {
            guard let number = UInt32(exactly: sweep) else { throw Damage("\(sweep) is no sweep") }
            let id = SweepID(number)
            var tally = Tally()
            try replayFacts(id, FactKind.beforeTiles, &tally, body)
            try replayTiles(id, &tally, body)
            try replayFacts(id, FactKind.afterTiles, &tally, body)
            guard tally == ledger.tally(of: sweep) else { throw Damage("sweep \(id) is not complete") }
        }
    }

    private func replayTiles(_ id: SweepID, _ tally: inout Tally, _ body: (JournalEntry) -> Void) throws {
        let sweep = id.column
        let rows = try JournalStatement(
            db,
            #"SELECT row, first, last, seconds, flops, partial, "check" FROM tiles WHERE sweep = ? ORDER BY row, first"#,
            sweep)
        defer { rows.finish() }
        while try rows.step() {
            let run = TileRun(sweep, rows)
            let check = rows.integer(6)
            guard check == run.check, run.first <= run.last else { throw Damage("tiles of sweep \(id)") }
            tally.add(check)
            let scores = TileScores(row: Int(run.row), columns: Int(run.first)..<Int(run.last), bytes: [])
            body(.tiles(id, scores, seconds: run.seconds, flops: run.flops, isPartial: run.partial != 0))
        }
    }

    private func replayFacts(
        _ id: SweepID, _ kinds: ClosedRange<Int64>, _ tally: inout Tally, _ body: (JournalEntry) -> Void
    ) throws {
        let rows = try JournalStatement(
            db,
            """
            SELECT kind, a, b, "check", body FROM facts WHERE sweep = ? AND kind BETWEEN ? AND ? ORDER BY kind, a, b
            """, id.column, kinds.lowerBound, kinds.upperBound)
        defer { rows.finish() }
        while try rows.step() {
            let (kind, a, b, check) = (rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3))
            let bytes = rows.bytes(4)
            guard let known = FactKind(rawValue: kind), check == RowCheck.of(.facts, bytes, id.column, kind, a, b)
            else {
                throw Damage("a fact of sweep \(id)")
            }
            tally.add(check)
            body(try entry(id, FactKey(known, a, b), bytes, &tally))
        }
    }

    private func entry(_ id: SweepID, _ key: FactKey, _ bytes: [UInt8], _ tally: inout Tally) throws -> JournalEntry {
        switch key.kind {
        case .record:
            let context = try attachment(.context, of: id, &tally)
            let dossier = try attachment(.dossier, of: id, &tally)
            return .submitted(
                try SortedJSON.value(StoredRecord.self, bytes).record(id, context: context, dossier: dossier))
        case .participant:
            let participant = try SortedJSON.value(StoredParticipant.self, bytes)
            return .participant(id, host: participant.host, blasCore: participant.blasCore)
        case .survey:
            let stored = try SortedJSON.value(StoredSurvey.self, bytes)
            return .survey(id, model: Int(key.a), stored.survey, seconds: stored.seconds.value)
        case .layer:
            let stored = try SortedJSON.value(StoredLayerSummary.self, bytes)
            return .layer(
                id, layer: Int(key.a), try stored.summary(), seconds: stored.seconds.value, flops: stored.flops.value)
        case .fence: return .retried(id, fence: UInt64(bitPattern: try SortedJSON.value(Int64.self, bytes)))
        case .failedSurvey, .failedLayer, .failedTile:
            guard let item = key.failedItem else { throw Damage("a failure of sweep \(id)") }
            return .failure(id, item, try SortedJSON.value(Complaint.self, bytes))
        case .ending: return .ended(id, try SortedJSON.value(SweepEnding.self, bytes))
        }
    }

    private func attachment(_ attachment: Attachment, of id: SweepID, _ tally: inout Tally) throws -> [UInt8] {
        let key = attachment.key(of: id.column)
        let rows = try JournalStatement(db, #"SELECT "check", bytes FROM attachments WHERE key = ?"#, key)
        defer { rows.finish() }
        guard try rows.step() else { throw Damage("the \(attachment) of sweep \(id) is missing") }
        let bytes = rows.bytes(1)
        guard rows.integer(0) == RowCheck.of(.attachments, bytes, key) else {
            throw Damage("the \(attachment) of sweep \(id)")
        }
        tally.add(rows.integer(0))
        return bytes
    }

    /// A sweep as it was submitted; nil where the journal has none of that number.
    func record(_ id: SweepID) throws -> SweepRecord? {
        var record: SweepRecord?
        var tally = Tally()
        let submission = FactKind.record.rawValue
        try replayFacts(id, submission...submission, &tally) { entry in
            if case .submitted(let found) = entry { record = found }
        }
        return record
    }

    /// The incidents after the one of that number, at most `limit`.
    func incidents(after number: Int64, limit: Int) throws -> [RecordedIncident] {
        try incidents(
            JournalStatement(
                db, #"SELECT number, time, "check", incident FROM incidents WHERE number > ? ORDER BY number LIMIT ?"#,
                number, Int64(limit)))
    }

    /// The latest incidents, at most `limit`, oldest first.
    func latestIncidents(_ limit: Int) throws -> [RecordedIncident] {
        try incidents(
            JournalStatement(
                db, #"SELECT number, time, "check", incident FROM incidents ORDER BY number DESC LIMIT ?"#, Int64(limit)
            )
        ).reversed()
    }

    private func incidents(_ rows: JournalStatement) throws -> [RecordedIncident] {
        defer { rows.finish() }
        var found: [RecordedIncident] = []
        while try rows.step() {
            let (number, bits, bytes) = (rows.integer(0), rows.integer(1), rows.bytes(3))
            guard rows.integer(2) == RowCheck.of(.incidents, bytes, number, bits) else {
                throw Damage("incident \(number)")
            }
            let time = Double(bitPattern: UInt64(bitPattern: bits))
            found.append(
                RecordedIncident(number: number, time: time, incident: try SortedJSON.value(Incident.self, bytes)))
        }
        return found
    }
}
