import Foundation
import GRDB
import SweepModel
import Testing

@testable import SweepJournal

/// Journals of earlier releases, as those left them.
struct MigrationTests {
    private let folder: ScratchFolder
    private let directory: String

    init() throws {
        folder = try ScratchFolder()
        directory = folder.file("state")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    /// Makes the journal that a dump below this folder is of.
    private func make(_ dump: String) throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(dump)
        let database = try DatabaseQueue(path: directory + "/journal.sqlite")
        let sql = try String(contentsOf: path, encoding: .utf8)
        try database.writeWithoutTransaction { try $0.execute(sql: sql) }
        try database.close()
    }

    @Test func aJournalOfLayout2IsReadAndBecomesOneOfThisRelease() throws {
        try make("Earlier/layout-2.sql")
        let id = SweepID(1)
        let lost = Complaint(
            .request, "the store cannot be found: No such file or directory", at: "/tmp/stores/1.h5",
            advice: "keep stores where they are while a sweep runs, at the same path on every host")
        func check(_ journal: OpenJournal, _ code: Complaint.Code) throws {
            var facts: [JournalEntry] = []
            try journal.journal.replay { facts.append($0) }
            #expect(facts.count { if case .layer = $0 { true } else { false } } == 2)
            #expect(facts.contains { if case .failure(id, .survey(model: 1), lost) = $0 { true } else { false } })
            #expect(facts.contains { if case .ended(id, .done) = $0 { true } else { false } })
            #expect(try journal.scores(1).map(\.columns) == [0..<1])
            let codes = facts.compactMap { if case .failure(_, .layer(2), let cause) = $0 { cause.code } else { nil } }
            #expect(codes == (code == .other ? [] : [code]))
        }
        let journal = try OpenJournal(directory)
        try check(journal, .other)
        let coded = Complaint(.work, "it died", at: "host", advice: "look", code: .workerDied)
        journal.commit([.failure(id, .layer(2), coded)], ticket: 1)
        try check(journal, .workerDied)
        journal.journal.close()
        let again = try OpenJournal(directory)
        try check(again, .workerDied)
        again.journal.close()
        let layout = try DatabaseQueue(path: directory + "/journal.sqlite").read {
            try Int32.fetchOne($0, sql: "PRAGMA user_version")
        }
        #expect(layout == JournalSchema.layout, "the release that wrote it would misread what is in it now")
    }

    @Test func aJournalThatIsRefusedStaysAsItWas() throws {
        try make("Earlier/layout-2.sql")
        let path = directory + "/journal.sqlite"
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { try $0.execute(sql: "UPDATE meta SET epoch = 7") }
        try database.close()
        let refusal = complaint { _ = try OpenJournal(directory) }
        #expect(refusal?.what == "the journal is damaged: its counters are not what was written")
        let layout = try DatabaseQueue(path: path).read { try Int32.fetchOne($0, sql: "PRAGMA user_version") }
        #expect(layout == 2)
    }
}
