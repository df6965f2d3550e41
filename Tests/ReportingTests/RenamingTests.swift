import Foundation
import SweepModel
import SweepTestSupport
import Testing

struct RenamingTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for name in ["one", "other"] { try Data(name.utf8).write(to: URL(fileURLWithPath: folder.file(name))) }
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder.file(name), encoding: .utf8)
    }

    @Test func nothingIsReplaced() throws {
        #expect(try !Renaming.withoutReplacing(folder.file("one"), folder.file("other")))
        #expect(try text("one") == "one" && text("other") == "other")
        #expect(try Renaming.withoutReplacing(folder.file("one"), folder.file("new")))
        #expect(try text("new") == "one")
        #expect(throws: FileError.self) { try Renaming.withoutReplacing(folder.file("one"), folder.file("newer")) }
    }

    @Test func namesAreExchanged() throws {
        #expect(try Renaming.exchange(folder.file("one"), folder.file("other")) == .done)
        #expect(try text("one") == "other" && text("other") == "one")
        #expect(try Renaming.exchange(folder.file("one"), folder.file("new")) == .missing)
    }

    @Test func inputsAreKnownByAnyName() throws {
        #expect(link(folder.file("one"), folder.file("hard")) == 0)
        try FileManager.default.createSymbolicLink(atPath: folder.file("soft"), withDestinationPath: "one")
        let inputs = InputFiles([folder.file("soft"), folder.file("missing")])
        for name in ["one", "hard"] {
            #expect(try inputs.path(of: #require(try FileState.of(folder.file(name)))) == folder.file("soft"))
        }
        #expect(try inputs.path(of: #require(try FileState.of(folder.file("other")))) == nil)
    }

    @Test func onlyRegularFilesAreOpened() throws {
        try FileManager.default.createSymbolicLink(atPath: folder.file("soft"), withDestinationPath: "one")
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        #expect(try ExistingFile.open(folder.file("one")).prefix(2) == Array("on".utf8))
        for name in ["soft", "pipe", "missing", "."] {
            #expect(throws: FileError.self) { _ = try ExistingFile.open(folder.file(name)) }
        }
    }

    @Test func aNameThatIsThereIsNotTaken() throws {
        let name = try TemporaryName.beside(folder.file("one"))
        #expect(name.hasPrefix(folder.file(".one.")) && name.hasSuffix(".partial"))
        try TemporaryName.tryMaking(beside: folder.file("one"))
        #expect(try OwnedEntries.names(in: folder.path) == ["one", "other"])
    }
}
