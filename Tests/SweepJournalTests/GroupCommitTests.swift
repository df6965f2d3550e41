import Foundation
import SweepModel
import Synchronization
import Testing

@testable import SweepJournal

struct GroupCommitTests {
    private let folder: ScratchFolder
    private let directory: String

    init() throws {
        folder = try ScratchFolder()
        directory = folder.file("state")
    }

    @Test(arguments: [false, true]) func whatIsAcknowledgedSurvivesACrash(_ onNetwork: Bool) throws {
        let journal = try OpenJournal(directory, onNetwork: onNetwork)
        journal.commit([.submitted(record(1))], ticket: 1)
        for row in 0..<20 {
            journal.commit([tile(1, row, 0..<2)], ticket: UInt64(row + 2))
            // The files as a crash at this moment leaves them.
            let crashed = try OpenJournal(try folder.copy(of: directory, as: "copy"), onNetwork: onNetwork)
            #expect(
                try crashed.replayed()
                    == ([.submitted(record(1))] + (0...row).map { tile(1, $0, 0..<2) }).map(replayable))
            #expect(try crashed.scores(1).count == row + 1)
        }
        let hasLog = FileManager.default.fileExists(atPath: directory + "/journal.sqlite-wal")
        #expect(hasLog == !onNetwork)
    }

    @Test func manySmallAppendsShareFewCommits() throws {
        let commits = Mutex(0)
        let journal = try SweepJournal(directory: directory) { commits.withLock { $0 += 1 } }
        journal.append([.submitted(record(1))], ticket: 1)
        for row in 0..<5_000 { journal.append([tile(1, row, 0..<1)], ticket: UInt64(row + 2)) }
        journal.append([], ticket: 6_000)
        journal.close()
        #expect(journal.committed.ticket == 6_000)
        #expect(journal.backlogBytes == 0)
        #expect(commits.withLock { $0 } < 500)
        #expect(try OpenJournal(directory).replayed().count == 5_001)
    }

    @Test func nothingIsAcceptedAfterTheEnd() throws {
        let journal = try OpenJournal(directory)
        journal.commit([.submitted(record(1))], ticket: 1)
        journal.journal.close()
        journal.journal.append([tile(1, 0, 0..<1)], ticket: 2)
        #expect(journal.journal.committed.ticket == 1)
        #expect(journal.journal.backlogBytes == 0)
        let refusal = complaint {
            _ = try journal.result { journal.journal.readRecord(of: SweepID(1), completion: $0) }
        }
        #expect(refusal?.what == "the journal is closed")
        #expect(complaint { _ = try journal.replayed() } != nil)
    }

    @Test func writingAndReadingFromTwoThreads() throws {
        let journal = try OpenJournal(directory)
        journal.commit([.submitted(record(1))], ticket: 1)
        let count = 4_000
        let shared = journal.journal
        let reader = Box<Int>()
        let thread = Thread {
            let seen = Mutex(0)
            var latest: UInt64 = 0
            var turns = 0
            while latest < UInt64(count + 1) {
                let ticket = shared.committed.ticket ?? 0
                if ticket < latest { break }
                latest = ticket
                let done = DispatchSemaphore(value: 0)
                let expected = max(0, Int(ticket) - 1)
                shared.readScores(of: SweepID(1), after: nil, maxBytes: 1 << 30) { result in
                    // Whatever was acknowledged is there.
                    if case .success(let found) = result, found.blocks.count >= expected, found.next == nil {
                        seen.withLock { $0 += 1 }
                    }
                    done.signal()
                }
                done.wait()
                turns += 1
            }
            reader.put(seen.withLock { $0 } == turns && turns > 0 ? Int(latest) : -1)
        }
        thread.start()
        for row in 0..<count { shared.append([tile(1, row, 0..<1)], ticket: UInt64(row + 2)) }
        #expect(try reader.take() == count + 1)
    }
}
