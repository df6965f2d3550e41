import Foundation
import SweepModel
import Testing

@testable import SweepJournal

/// What is not ours in or at a state directory.
struct ForeignStateTests {
    private let folder: ScratchFolder
    private let directory: String

    init() throws {
        folder = try ScratchFolder()
        directory = folder.file("state")
    }

    private func write(_ text: String, _ name: String) throws {
        let path = "\(directory)/\(name)"
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private func contents() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: directory).sorted()
    }

    @Test(arguments: ["notes.txt", "lock", "logs/worker-1.log", "endpoint", "journal.sqlite.bak"])
    func aDirectoryOfOthersIsRefusedAndLeftAlone(name: String) throws {
        try write("precious", name)
        let before = try contents()
        for attempt in [
            { _ = try OpenJournal(directory) }, { _ = try StateDirectory(directory).remove() },
            { try StateDirectory(directory).check() },
        ] as [() throws -> Void] {
            let refusal = complaint { try attempt() }
            #expect(refusal?.kind == .request && refusal?.what.contains("holds other things") == true)
            #expect(try contents() == before)
            #expect(try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8) == "precious")
        }
    }

    /// A journal without anything beside it is ours: earlier builds made the same.
    @Test func onlyFilesOfOursAreRemoved() throws {
        try OpenJournal(directory).journal.close()
        try FileManager.default.removeItem(atPath: directory + "/lock")
        for name in ["logs/worker-1.log", "logs/worker-x.log", "endpoint", "notes.txt"] { try write("x", name) }
        #expect(try !StateDirectory(directory).remove())
        #expect(try contents() == ["logs", "logs/worker-x.log", "notes.txt"])
        // What is left is no state any more.
        #expect(complaint { _ = try OpenJournal(directory) }?.kind == .request)
    }

    @Test func aStateOfOursAloneIsGone() throws {
        try OpenJournal(directory).journal.close()
        #expect(try StateDirectory(directory).remove())
        #expect(!FileManager.default.fileExists(atPath: directory))
        #expect(try StateDirectory(directory).remove())
    }

    @Test func aStateInUseIsNotRemoved() throws {
        let open = try OpenJournal(directory)
        let refusal = complaint { _ = try StateDirectory(directory).remove() }
        #expect(refusal?.what.hasPrefix("another coordinator works on it") == true)
        #expect(open.commit([.submitted(record(1))], ticket: 1) == nil)
        open.journal.close()
        #expect(try OpenJournal(directory).replayed().count == 1)
    }

    @Test func aDamagedJournalCanBeThrownAway() throws {
        try OpenJournal(directory).journal.close()
        try write(String(repeating: "x", count: 5000), "journal.sqlite")
        #expect(complaint { _ = try OpenJournal(directory) }?.what.contains("damaged") == true)
        let journal = try SweepJournal(directory: directory, restart: true) {}
        journal.close()
        #expect(try OpenJournal(directory).replayed().isEmpty)
    }

    @Test func linksAreLookedThroughWhereAllowed() throws {
        try OpenJournal(directory).journal.close()
        let link = folder.file("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: directory)
        #expect(throws: Never.self) { try StateDirectory(link).check() }
        let refusal = complaint { try StateDirectory(link).check(throughLink: false) }
        #expect(refusal?.what == "the state directory is a symbolic link")
        #expect(complaint { _ = try StateDirectory(link).remove() }?.kind == .request)
        // A lock that leads elsewhere is not written to.
        try FileManager.default.removeItem(atPath: directory + "/lock")
        let precious = folder.file("precious")
        try Data("precious".utf8).write(to: URL(fileURLWithPath: precious))
        try FileManager.default.createSymbolicLink(atPath: directory + "/lock", withDestinationPath: precious)
        #expect(complaint { _ = try OpenJournal(directory) }?.kind == .request)
        #expect(try String(contentsOfFile: precious, encoding: .utf8) == "precious")
    }
}
