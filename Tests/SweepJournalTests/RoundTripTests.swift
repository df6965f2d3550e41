import SweepModel
import Testing

@testable import SweepJournal

struct RoundTripTests {
    private let folder: ScratchFolder
    private let directory: String

    init() throws {
        folder = try ScratchFolder()
        directory = folder.file("state")
    }

    /// One of every kind in the order of replay, with the numbers that get lost most easily.
    private func facts(_ number: UInt32) -> [JournalEntry] {
        let id = SweepID(number)
        let odd = [
            Double.nan, -.nan, Double(bitPattern: 0x7ff0_0000_0000_1234), .infinity, -.infinity, -0.0, 0.1,
            .leastNonzeroMagnitude,
        ]
        let survey = ModelSurvey(
            clipThresholds: odd, layerDigests: ["00ff", ""], warnings: ["\u{1F600}\n", "e\u{301}"])
        var facts: [JournalEntry] = [
            .submitted(record(number)), .participant(id, host: "a", blasCore: "b/c"),
            .survey(id, model: 0, survey, seconds: .nan), .survey(id, model: 11, survey, seconds: -0.0),
        ]
        facts += odd.enumerated().map { .layer(id, layer: $0, summary($1), seconds: $1, flops: -$1) }
        facts += odd.enumerated().map {
            .tiles(id, TileScores(row: 2, columns: $0..<$0 + 1, bytes: [1]), seconds: $1, flops: -$1)
        }
        facts += [
            .tiles(id, TileScores(row: (1 << 20) - 1, columns: 3..<1 << 20, bytes: []), seconds: 1, flops: 2),
            .failure(id, .survey(model: 3), cause("one")), .failure(id, .layer(5), cause("two")),
            .failure(id, .tile(row: 9, column: 1 << 19), cause("three")), .ended(id, .refused(cause("four"))),
        ]
        return facts
    }

    @Test func everyFactComesBackToTheBit() throws {
        let facts = facts(1) + facts(2)
        // The sweeps come mixed and backwards, but for the submissions.
        var mixed = facts.filter { if case .submitted = $0 { true } else { false } }
        mixed += facts.reversed().filter { if case .submitted = $0 { false } else { true } }
        try OpenJournal(directory).commit(mixed, ticket: 1)
        let again = try OpenJournal(directory).replayed()
        #expect(again == facts.map(replayable))
    }

    @Test func twiceChangesNothing() throws {
        let facts = facts(1)
        let journal = try OpenJournal(directory)
        journal.commit(facts + facts, ticket: 1)
        journal.commit(facts, ticket: 2)
        #expect(try journal.replayed() == facts.map(replayable))
        #expect(try journal.scores(1).count == 9)
    }

    @Test func laterFactsTakeThePlaceOfEarlierOnes() throws {
        let id = SweepID(1)
        let journal = try OpenJournal(directory)
        let start: [JournalEntry] = [.submitted(record(1))]
        journal.commit(
            start + [
                .layer(id, layer: 0, summary(1), seconds: 1, flops: 1),
                .layer(id, layer: 0, summary(2), seconds: 2, flops: 2),
                .failure(id, .layer(1), cause("one")), .failure(id, .layer(1), cause("two")), tile(1, 0, 0..<1),
                tile(1, 0, 0..<3), tile(1, 0, 0..<2), .ended(id, .done), .ended(id, .cancelled(by: "bob")),
            ], ticket: 1)
        let expected: [JournalEntry] = [
            .layer(id, layer: 0, summary(2), seconds: 2, flops: 2), tile(1, 0, 0..<3),
            .failure(id, .layer(1), cause("two")),
            .ended(id, .cancelled(by: "bob")),
        ]
        #expect(try journal.replayed() == (start + expected).map(replayable))
        #expect(try journal.scores(1).map(\.bytes.count) == [24])
        journal.commit([.retried(id, fence: 5 << 32)], ticket: 2)
        let (layer, tiles) = (expected[0], expected[1])
        #expect(try journal.replayed() == (start + [layer, .retried(id, fence: 5 << 32), tiles]).map(replayable))
        journal.commit([.retried(id, fence: .max)], ticket: 3)
        #expect(try journal.replayed() == (start + [layer, .retried(id, fence: .max), tiles]).map(replayable))
    }

    @Test func aRetryLetsGoOfPartialTilesAlone() throws {
        let journal = try OpenJournal(directory)
        let kept = [tile(1, 0, 0..<2), tile(1, 1, 3..<5)]
        let start: [JournalEntry] = [.submitted(record(1)), .submitted(record(2))]
        journal.commit(
            start + kept + [tile(1, 0, 2..<4, isPartial: true), tile(2, 0, 2..<4, isPartial: true)], ticket: 1)
        journal.commit([.retried(SweepID(1), fence: 9)], ticket: 2)
        let expected =
            [start[0], .retried(SweepID(1), fence: 9)] + kept + [start[1], tile(2, 0, 2..<4, isPartial: true)]
        let crashed = try OpenJournal(try folder.copy(of: directory, as: "copy"))
        for journal in [journal, crashed] {
            #expect(try journal.replayed() == expected.map(replayable))
            #expect(try journal.scores(1).map(\.columns) == [0..<2, 3..<5])
        }
        // Their place is free for what comes of the second try.
        journal.commit([tile(1, 0, 2..<3), tile(1, 0, 3..<4)], ticket: 3)
        #expect(try journal.scores(1).map(\.columns) == [0..<2, 2..<3, 3..<4, 3..<5])
    }

    @Test func forgottenSweepsLeaveNothingButTheirNumber() throws {
        let journal = try OpenJournal(directory)
        #expect(journal.journal.nextSweepID == SweepID(1))
        journal.commit(facts(1) + facts(2) + facts(3), ticket: 1)
        // What comes late for a sweep that is gone is dropped.
        journal.commit([.forgotten(SweepID(3)), tile(3, 0, 0..<1), .ended(SweepID(3), .done)], ticket: 2)
        journal.commit([.forgotten(SweepID(1)), .retried(SweepID(1), fence: 1), .forgotten(SweepID(9))], ticket: 3)
        let crashed = try OpenJournal(try folder.copy(of: directory, as: "copy"))
        for journal in [journal, crashed] {
            #expect(try journal.replayed() == facts(2).map(replayable))
            #expect(try journal.scores(3).isEmpty)
            #expect(try journal.journal.record(of: SweepID(3)) == nil)
        }
        #expect(crashed.journal.nextSweepID == SweepID(4))
        #expect(crashed.journal.epoch == journal.journal.epoch + 1)
        #expect(crashed.journal.firstEpoch == journal.journal.firstEpoch)
    }

    @Test func epochsAreNeverUsedTwice() throws {
        let epochs = try (0..<4).map { _ in try OpenJournal(directory).journal.epoch }
        let first = try #require(epochs.first)
        #expect(epochs == (0..<4).map { first + $0 })
        #expect(try OpenJournal(directory).journal.firstEpoch == first)
    }

    @Test func scoresAreReadInPieces() throws {
        let journal = try OpenJournal(directory)
        let tiles = (0..<50).map { tile(2, $0 / 10, ($0 % 10) * 3..<($0 % 10) * 3 + 1 + $0 % 3) }
        let submissions: [JournalEntry] = [.submitted(record(1)), .submitted(record(2)), .submitted(record(3))]
        journal.commit(submissions + tiles.reversed() + [tile(1, 0, 0..<1), tile(3, 0, 0..<1)], ticket: 1)
        let expected = tiles.compactMap { fact -> TileScores? in
            if case .tiles(_, let scores, _, _, _) = fact { scores } else { nil }
        }
        #expect(try journal.scores(2) == expected)
        for size in [0, 64, 200, 64 * 50, 64 * 50 + 1] {
            var found: [TileScores] = []
            var cursor: Int64?
            repeat {
                let part = try journal.result {
                    journal.journal.readScores(of: SweepID(2), after: cursor, maxBytes: size, completion: $0)
                }
                found += part.blocks
                cursor = part.next
            } while cursor != nil
            #expect(found == expected, "\(size)")
        }
    }

    @Test func oneTileIsFoundInItsRun() throws {
        let journal = try OpenJournal(directory)
        journal.commit([.submitted(record(1)), tile(1, 3, 2..<5), tile(1, 3, 7..<8), tile(1, 4, 0..<1)], ticket: 1)
        let found = try (0..<9).map { column in
            try journal.result { journal.journal.readScores(of: SweepID(1), row: 3, column: column, completion: $0) }?
                .columns
        }
        #expect(found == [nil, nil, 2..<5, 2..<5, 2..<5, nil, nil, 7..<8, nil])
    }

    @Test func recordsComeWithTheirBigParts() throws {
        let journal = try OpenJournal(directory)
        let big = record(5, dossier: (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) })
        journal.commit([.submitted(big)], ticket: 1)
        #expect(try journal.result { journal.journal.readRecord(of: SweepID(5), completion: $0) } == big)
        #expect(try journal.result { journal.journal.readRecord(of: SweepID(4), completion: $0) } == nil)
    }

    @Test func theNewestIncidentsAreKept() throws {
        let journal = try OpenJournal(directory)
        func incident(_ number: Int) -> Incident {
            Incident(
                "worker-lost", "number \(number)", isWarning: true, sweep: SweepID(4), worker: nil, host: "h",
                count: number)
        }
        journal.commit((1...12_500).map { .incident(incident($0)) }, ticket: 1)
        let found = try journal.result { journal.journal.readIncidents(after: 0, limit: 20_000, completion: $0) }
        #expect(found.map(\.number) == Array(2_001...12_500))
        #expect(found.map(\.incident) == (2_001...12_500).map(incident))
        journal.journal.close()
        let again = try OpenJournal(directory)
        again.commit([.incident(incident(7))], ticket: 1)
        let last = try again.result { again.journal.readIncidents(after: 12_499, limit: 1, completion: $0) }
        #expect(last.map(\.number) == [12_500])
        let new = try again.result { again.journal.readIncidents(after: 12_500, limit: 9, completion: $0) }
        #expect(new.map(\.number) == [12_501])
        let latest = try again.result { again.journal.readLatestIncidents(2, completion: $0) }
        #expect(latest.map(\.number) == [12_500, 12_501])
    }
}
