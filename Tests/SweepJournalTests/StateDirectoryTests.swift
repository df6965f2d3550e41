import Foundation
import GRDB
import SweepModel
import Testing

@testable import SweepJournal

struct StateDirectoryTests {
    private let folder: ScratchFolder
    private let directory: String

    init() throws {
        folder = try ScratchFolder()
        directory = folder.file("some/state")
    }

    @Test func theDirectoryIsMadeForItsOwnerAlone() throws {
        _ = try OpenJournal(directory)
        let mode = try FileManager.default.attributesOfItem(atPath: directory)[.posixPermissions] as? Int
        #expect(mode == 0o700)
    }

    @Test func aSecondJournalIsRefusedAndNamesTheFirst() throws {
        let first = try OpenJournal(directory)
        let refusal = complaint { _ = try OpenJournal(directory) }
        #expect(refusal?.kind == .request)
        #expect(
            refusal?.what
                == "another coordinator works on it: process \(getpid()) on \(ProcessInfo.processInfo.hostName)")
        #expect(refusal?.place == directory)
        #expect(first.commit([.submitted(record(1))], ticket: 1) == nil, "the refused one did no harm")
        first.journal.close()
        #expect(try OpenJournal(directory).replayed().count == 1)
    }

    @Test func theLockOfADeadProcessIsFree() throws {
        try OpenJournal(directory).journal.close()
        try Data("process 1 on elsewhere\n".utf8).write(to: URL(fileURLWithPath: directory + "/lock"))
        #expect(try OpenJournal(directory).replayed().isEmpty)
    }

    /// A process that is being started shares every descriptor until it has become its program: the lock ends all the same.
    @Test func aProcessThatIsBeingStartedKeepsNoLock() throws {
        let first = try OpenJournal(directory)
        let copies = (3..<256).filter { descriptor in
            let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
            return link == directory + "/lock"
        }.map { fcntl(Int32($0), F_DUPFD_CLOEXEC, 0) }
        defer { for copy in copies { close(copy) } }
        #expect(copies.count == 1)
        first.journal.close()
        #expect(try OpenJournal(directory).replayed().isEmpty)
    }

    @Test func aFileIsNoDirectory() throws {
        let path = folder.file("file")
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        let refusal = complaint { _ = try OpenJournal(path) }
        #expect(refusal?.kind == .request)
        #expect(refusal?.what == "the state directory cannot be made: Not a directory")
        #expect(complaint { _ = try OpenJournal(path + "/below") }?.what == refusal?.what)
    }

    @Test(.enabled(if: geteuid() != 0, "root may write anywhere")) func aDirectoryOfOthers() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        chmod(directory, 0o500)
        defer { chmod(directory, 0o700) }
        #expect(complaint { _ = try OpenJournal(directory) }?.kind == .request)
    }

    @Test func otherLayoutsAndOtherDatabasesAreRefused() throws {
        try OpenJournal(directory).journal.close()
        let path = directory + "/journal.sqlite"
        func run(_ sql: String) throws {
            let database = try DatabaseQueue(path: path)
            try database.writeWithoutTransaction { try $0.execute(sql: sql) }
            try database.close()
        }
        for layout in [0, 1, 4] {
            try run("PRAGMA user_version = \(layout)")
            let refusal = complaint { _ = try OpenJournal(directory) }
            #expect(refusal?.kind == .request)
            #expect(refusal?.what == "the journal has layout \(layout), this release reads 2 to 3")
        }
        try run("PRAGMA user_version = 3; PRAGMA application_id = 5")
        #expect(
            complaint { _ = try OpenJournal(directory) }?.what
                == "the journal is damaged: it is not a journal of platonic")
        try Data("no database, and long enough to be none: \(String(repeating: "x", count: 200))".utf8).write(
            to: URL(fileURLWithPath: path))
        #expect(complaint { _ = try OpenJournal(directory) }?.what == "the journal is damaged: file is not a database")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).contains("journal.sqlite"))
    }

    @Test func aHalfMadeDatabaseIsMadeAnew() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for name in ["journal.sqlite.new", "journal.sqlite.new-journal"] {
            try Data("half".utf8).write(to: URL(fileURLWithPath: directory + "/" + name))
        }
        try OpenJournal(directory).journal.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == ["journal.sqlite", "lock"])
    }

    @Test func aStateMayMoveToANetworkDiskAndBack() throws {
        for (turn, onNetwork) in [false, true, false].enumerated() {
            let journal = try OpenJournal(directory, onNetwork: onNetwork)
            journal.commit([.submitted(record(1)), tile(1, turn, 0..<1)], ticket: 1)
            let crashed = try folder.copy(of: directory, as: "copy")
            #expect(try OpenJournal(crashed, onNetwork: !onNetwork).replayed().count == turn + 2)
        }
    }
}
