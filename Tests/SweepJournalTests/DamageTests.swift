import Foundation
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepJournal

/// Whatever happens to the files: everything, a beginning of it, or a refusal, and never something else.
struct DamageTests {
    private let folder: ScratchFolder
    private let directory: String
    private static let rows = 40

    init() throws {
        folder = try ScratchFolder()
        directory = folder.file("state")
    }

    private static let start: [JournalEntry] = [
        .submitted(record(1)), .participant(SweepID(1), host: "h", blasCore: "c"),
        .layer(SweepID(1), layer: 0, summary(0.5), seconds: 1, flops: 2),
    ]

    /// A journal that grew in many commits; still open.
    private func grown() throws -> OpenJournal {
        let journal = try OpenJournal(directory)
        journal.commit(Self.start, ticket: 1)
        for row in 0..<Self.rows { journal.commit([tile(1, row, 0..<30)], ticket: UInt64(row + 2)) }
        return journal
    }

    /// How many rows a journal has; nil where it is anything but a beginning of what was committed.
    private func rowCount(_ journal: OpenJournal) throws -> Int? {
        let replayed = try journal.replayed()
        if replayed.isEmpty { return -1 }
        let count = replayed.count - Self.start.count
        guard count >= 0, replayed == (Self.start + (0..<count).map { tile(1, $0, 0..<30) }).map(replayable) else {
            return nil
        }
        let scores = try journal.scores(1)
        let expected = (0..<count).map { row -> TileScores? in
            if case .tiles(_, let scores, _, _, _) = tile(1, row, 0..<30) { scores } else { nil }
        }
        return scores == expected ? count : nil
    }

    @Test func aLogThatIsCutAnywhereLosesOnlyItsEnd() throws {
        let journal = try grown()
        let original = try folder.copy(of: directory, as: "original")
        journal.journal.close()
        let log = try #require(FileManager.default.contents(atPath: original + "/journal.sqlite-wal"))
        let frame = 24 + 4096
        let cuts = (0...log.count).filter { cut in
            let fromEnd = log.count - cut
            return fromEnd < 300 || fromEnd % frame < 26 && fromEnd < 6 * frame || cut % 509 == 0 || cut < 40
        }
        var counts: [Int] = []
        for cut in cuts {
            let copy = try folder.copy(of: original, as: "copy")
            try log.prefix(cut).write(to: URL(fileURLWithPath: copy + "/journal.sqlite-wal"))
            let count = try rowCount(try OpenJournal(copy))
            counts.append(try #require(count, "cut at \(cut) of \(log.count)"))
        }
        #expect(counts == counts.sorted())
        #expect(counts.first == -1)
        #expect(counts.last == Self.rows)
        #expect(Set(counts).count > Self.rows)
    }

    @Test func aLogWithGarbageLosesOnlyWhatFollows() throws {
        let journal = try grown()
        let original = try folder.copy(of: directory, as: "original")
        journal.journal.close()
        let log = try #require(FileManager.default.contents(atPath: original + "/journal.sqlite-wal"))
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<100 {
            let copy = try folder.copy(of: original, as: "copy")
            var damaged = log
            let place = Int.random(in: 0..<log.count, using: &generator)
            damaged[place] ^= UInt8.random(in: 1...255, using: &generator)
            try damaged.write(to: URL(fileURLWithPath: copy + "/journal.sqlite-wal"))
            #expect(try rowCount(try OpenJournal(copy)) != nil, "byte \(place)")
        }
    }

    /// Opens and reads everything of a damaged journal: all of it, or a complaint in one sentence.
    private func expectAllOrRefusal(_ copy: String, _ what: String) -> Bool {
        do {
            let found = try rowCount(try OpenJournal(copy))
            #expect(found == Self.rows, "\(what)")
            return false
        } catch {
            let complaint = error as? Complaint
            #expect(complaint?.kind == .request, "\(what): \(error)")
            #expect(complaint?.place.hasSuffix("/journal.sqlite") == true, "\(what): \(error)")
            #expect(complaint?.what.contains("\n") == false)
            #expect(complaint?.advice.contains("state directory") == true)
            return true
        }
    }

    @Test func aDatabaseThatIsCutIsRefused() throws {
        try grown().journal.close()
        let whole = try #require(FileManager.default.contents(atPath: directory + "/journal.sqlite"))
        let cuts = (0..<whole.count).filter { $0 % 997 == 0 || $0 % 4096 < 2 || whole.count - $0 < 40 }
        for cut in cuts {
            let copy = try folder.copy(of: directory, as: "copy")
            try whole.prefix(cut).write(to: URL(fileURLWithPath: copy + "/journal.sqlite"))
            let isRefused = expectAllOrRefusal(copy, "cut at \(cut) of \(whole.count)")
            if whole.count - cut > 4096 { #expect(isRefused, "cut at \(cut)") }
        }
    }

    @Test func garbageInTheDatabaseIsNeverTakenForFacts() throws {
        try grown().journal.close()
        let whole = try #require(FileManager.default.contents(atPath: directory + "/journal.sqlite"))
        var generator = SeededGenerator(seed: 11)
        var refused = 0
        for turn in 0..<400 {
            let copy = try folder.copy(of: directory, as: "copy")
            var damaged = whole
            let page = Int.random(in: 0..<whole.count / 4096, using: &generator) * 4096
            // Single bytes of the pages' headers, single bytes anywhere, runs of garbage, pages of zeros, pages of other pages.
            switch turn % 5 {
            case 0:
                damaged[page + Int.random(in: 0..<12, using: &generator)] ^= UInt8(
                    1 << Int.random(in: 0..<8, using: &generator))
            case 1:
                damaged[Int.random(in: 0..<whole.count, using: &generator)] ^= UInt8(
                    1 << Int.random(in: 0..<8, using: &generator))
            case 2:
                for byte in 0..<64 { damaged[page + 100 + byte] = UInt8.random(in: 0...255, using: &generator) }
            case 3: damaged.replaceSubrange(page..<page + 4096, with: Data(count: 4096))
            default:
                let other = Int.random(in: 0..<whole.count / 4096, using: &generator) * 4096
                damaged.replaceSubrange(page..<page + 4096, with: whole[other..<other + 4096])
            }
            try damaged.write(to: URL(fileURLWithPath: copy + "/journal.sqlite"))
            if expectAllOrRefusal(copy, "turn \(turn), page \(page / 4096)") { refused += 1 }
        }
        // Some garbage is where nothing is.
        #expect((150..<400).contains(refused))
    }

    @Test func aMissingDatabaseBesideItsLogIsRefused() throws {
        let journal = try grown()
        let copy = try folder.copy(of: directory, as: "copy")
        journal.journal.close()
        try FileManager.default.removeItem(atPath: copy + "/journal.sqlite")
        #expect(expectAllOrRefusal(copy, "missing"))
    }
}
