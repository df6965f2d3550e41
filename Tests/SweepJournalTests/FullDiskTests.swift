import Foundation
import SweepModel
import Testing

@testable import SweepJournal

struct FullDiskTests {
    /// Mounts a disk of its own for a test; false where that is not permitted.
    private static func mountDisk(_ path: String, _ options: String) -> Bool {
        mkdir(path, 0o700)
        return mount("none", path, "tmpfs", 0, options) == 0
    }

    static let mayMount: Bool = {
        guard let folder = try? ScratchFolder(), mountDisk(folder.file("disk"), "size=64k") else { return false }
        umount2(folder.file("disk"), Int32(MNT_DETACH))
        return true
    }()

    @Test(.enabled(if: mayMount, "mounting a small disk needs root"), arguments: [false, true])
    func aFullDiskEndsTheJournalAndLosesNothing(_ onNetwork: Bool) throws {
        let folder = try ScratchFolder()
        let disk = folder.file("disk")
        try #require(Self.mountDisk(disk, "size=512k"))
        defer { umount2(disk, Int32(MNT_DETACH)) }
        try Data(count: 128 << 10).write(to: URL(fileURLWithPath: disk + "/ballast"))
        let directory = disk + "/state"

        let journal = try OpenJournal(directory, onNetwork: onNetwork)
        journal.commit([.submitted(record(1))], ticket: 1)
        var failure: Complaint?
        var ticket: UInt64 = 1
        while failure == nil, ticket < 10_000 {
            ticket += 1
            failure = journal.commit([tile(1, Int(ticket) - 2, 0..<100)], ticket: ticket)
        }
        #expect(failure?.kind == .work)
        #expect(failure?.what == "the state directory's disk is full")
        #expect(failure?.place == directory + "/journal.sqlite")
        #expect(journal.journal.committed.ticket == ticket - 1)
        try FileManager.default.removeItem(atPath: disk + "/ballast")
        #expect(journal.commit([tile(1, 0, 200..<201)], ticket: ticket + 1) == failure, "a failure is final")
        #expect(journal.journal.committed.ticket == ticket - 1)
        #expect(journal.journal.backlogBytes == 0)
        journal.journal.close()

        let again = try OpenJournal(directory, onNetwork: onNetwork)
        let expected = [.submitted(record(1))] + (0..<Int(ticket) - 2).map { tile(1, $0, 0..<100) }
        #expect(try again.replayed() == expected.map(replayable))
        #expect(try again.scores(1).count == Int(ticket) - 2)
        #expect(again.commit([tile(1, Int(ticket) - 2, 0..<100)], ticket: 1) == nil)
    }

    @Test(.enabled(if: mayMount, "mounting a small disk needs root")) func aDiskThatIsFullFromTheStart() throws {
        let folder = try ScratchFolder()
        let disk = folder.file("disk")
        try #require(Self.mountDisk(disk, "size=32k"))
        defer { umount2(disk, Int32(MNT_DETACH)) }
        let refusal = complaint { _ = try OpenJournal(disk) }
        #expect(refusal?.what == "the state directory's disk is full")
        #expect(mount("none", disk, "tmpfs", UInt(MS_REMOUNT), "size=1m") == 0)
        #expect(try OpenJournal(disk).replayed().isEmpty)
    }

    @Test(.enabled(if: mayMount, "mounting a disk needs root")) func aDiskThatCannotBeWritten() throws {
        let folder = try ScratchFolder()
        let disk = folder.file("disk")
        try #require(Self.mountDisk(disk, "size=1m"))
        defer { umount2(disk, Int32(MNT_DETACH)) }
        #expect(mount("none", disk, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "size=1m") == 0)
        for path in [disk, disk + "/state"] {
            let refusal = complaint { _ = try OpenJournal(path) }
            #expect(refusal?.kind == .request)
            #expect(refusal?.what.hasSuffix("Read-only file system") == true)
            #expect(refusal?.place == path)
        }
    }
}
