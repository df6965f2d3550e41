import Foundation
import SweepModel
import SweepTestSupport
import Testing

@testable import Reporting

struct OutputFileTests {
    private struct Failure: Error {}

    private static var anything: OutputFile.Rule { { (_) throws(Complaint) in } }
    /// Only what holds "old" is replaced.
    private static var old: OutputFile.Rule {
        { (file) throws(Complaint) in
            if file.prefix(3) != Array("old".utf8) {
                throw Complaint(.request, "the output is not old", at: "r.h5", advice: "name another file")
            }
        }
    }

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
    }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test func theFileAppearsWhenWhole() throws {
        let path = folder.file("r.h5")
        let file = try OutputFile(path: path)
        #expect(try names == [])
        try file.replace(Self.anything) { temporary in
            try write("half", temporary)
            #expect(temporary != path)
            #expect((temporary as NSString).deletingLastPathComponent == folder.path)
            #expect(!FileManager.default.fileExists(atPath: path))
            try write("whole", temporary)
        }
        #expect(try text(path) == "whole")
        #expect(try names == ["r.h5"])
    }

    @Test func afterAFailureNothingIsThere() throws {
        let file = try OutputFile(path: folder.file("r.h5"))
        #expect(throws: Failure.self) {
            try file.replace(Self.anything) { temporary in
                try write("half", temporary)
                throw Failure()
            }
        }
        #expect(try names == [])
    }

    @Test func afterAFailureTheOldFileIsThere() throws {
        let path = folder.file("r.h5")
        try write("old", path)
        let file = try OutputFile(path: path)
        #expect(throws: Failure.self) {
            try file.replace(Self.anything) { temporary in
                try write("half", temporary)
                throw Failure()
            }
        }
        #expect(try text(path) == "old")
        #expect(try names == ["r.h5"])
    }

    @Test func aWriterThatWritesNothing() throws {
        let file = try OutputFile(path: folder.file("r.h5"))
        let complaint = #expect(throws: Complaint.self) { try file.replace(Self.anything) { _ in } }
        #expect(complaint?.kind == .work)
        #expect(complaint?.place == folder.file("r.h5"))
        #expect(try names == [])
    }

    @Test func missingFolder() {
        let path = folder.file("none/r.h5")
        let complaint = #expect(throws: Complaint.self) { _ = try OutputFile(path: path) }
        #expect(complaint?.kind == .request)
        #expect(complaint?.what == "the folder of the output does not exist")
        #expect(complaint?.place == path)
    }

    @Test func fileInPlaceOfTheFolder() throws {
        try write("text", folder.file("file"))
        #expect(throws: Complaint.self) { _ = try OutputFile(path: folder.file("file/r.h5")) }
    }

    @Test func directoryAsOutput() {
        let complaint = #expect(throws: Complaint.self) { _ = try OutputFile(path: folder.path) }
        #expect(complaint?.kind == .request)
        #expect(complaint?.what == "the output is a directory")
        #expect(complaint?.place == folder.path)
    }

    @Test func aFileOfTheTemporaryNamesLookIsLeftAlone() throws {
        let file = try OutputFile(path: folder.file("r.h5"))
        var temporary = ""
        try file.replace(Self.anything) {
            temporary = $0
            try write("whole", $0)
        }
        try write("precious", temporary)
        try file.replace(Self.anything) { path in
            #expect(path != temporary && !FileManager.default.fileExists(atPath: path))
            try write("newer", path)
        }
        #expect(try text(path("r.h5")) == "newer" && text(temporary) == "precious")
    }

    private func path(_ name: String) -> String { folder.file(name) }

    @Test func whatIsNotOursIsRefusedBeforeAnyWork() throws {
        try write("text", path("text"))
        let file = try OutputFile(path: path("text"))
        #expect(throws: Complaint.self) { try file.check(Self.old) }
        #expect(mkfifo(path("pipe"), 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: path("device"), withDestinationPath: "/dev/null")
        try FileManager.default.createSymbolicLink(atPath: path("loop"), withDestinationPath: "loop")
        for (name, what) in [
            ("pipe", "the output is a pipe"), ("device", "the output is a device"),
            ("loop", "the output is a symbolic link that leads to itself"), ("text/", "the output names no file"),
        ] {
            let complaint = #expect(throws: Complaint.self) { _ = try OutputFile(path: path(name)) }
            #expect(complaint?.kind == .request && complaint?.what == what)
        }
    }

    @Test func anInputIsRefusedByWhateverName() throws {
        try write("old", path("input"))
        try FileManager.default.createSymbolicLink(atPath: path("soft"), withDestinationPath: "input")
        try FileManager.default.createSymbolicLink(atPath: path("folder"), withDestinationPath: ".")
        #expect(link(path("input"), path("hard")) == 0)
        for name in ["input", "soft", "hard", "folder/hard"] {
            let complaint = #expect(throws: Complaint.self) {
                _ = try OutputFile(path: path(name), inputs: InputFiles([path("input")]))
            }
            #expect(complaint?.kind == .request && complaint?.what.contains("input") == true)
        }
    }

    @Test func linksAreWrittenThroughAndPermissionsStay() throws {
        try FileManager.default.createDirectory(atPath: path("there"), withIntermediateDirectories: true)
        try write("old", path("there/r.h5"))
        chmod(path("there/r.h5"), 0o640)
        try FileManager.default.createSymbolicLink(atPath: path("r.h5"), withDestinationPath: "there/r.h5")
        try OutputFile(path: path("r.h5")).replace(Self.old) { try write("new", $0) }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path("r.h5")) == "there/r.h5")
        #expect(try text(path("there/r.h5")) == "new")
        #expect(try FileState.of(path("there/r.h5"))?.permissions == 0o640)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path("there")) == ["r.h5"])
    }

    /// Whatever gets the name while the work is done stays, and so does the work.
    @Test(arguments: ["text", "link", "directory", "pipe"]) func whatTookTheNameMeanwhileStays(kind: String) throws {
        let file = try OutputFile(path: path("r.h5"))
        try write("precious", path("elsewhere"))
        let complaint = #expect(throws: Complaint.self) {
            try file.replace(Self.old) {
                try write("whole", $0)
                switch kind {
                case "text": try write("precious", path("r.h5"))
                case "link":
                    try FileManager.default.createSymbolicLink(atPath: path("r.h5"), withDestinationPath: "elsewhere")
                case "pipe": #expect(mkfifo(path("r.h5"), 0o600) == 0)
                default:
                    try FileManager.default.createDirectory(atPath: path("r.h5"), withIntermediateDirectories: true)
                }
            }
        }
        #expect(complaint?.kind == .work && complaint?.what.contains("/r.kept.h5") == true)
        #expect(try text(path("r.kept.h5")) == "whole" && text(path("elsewhere")) == "precious")
        #expect(try names == ["elsewhere", "r.h5", "r.kept.h5"])
        if kind == "text" { #expect(try text(path("r.h5")) == "precious") }
    }

    @Test func theFileThatWasThereChangedMeanwhile() throws {
        try write("old", path("r.h5"))
        let file = try OutputFile(path: path("r.h5"))
        try file.check(Self.old)
        for (number, name) in ["r.kept.h5", "r.kept-2.h5"].enumerated() {
            let complaint = #expect(throws: Complaint.self) {
                try file.replace(Self.old) {
                    try write("whole \(number)", $0)
                    try write("precious", path("r.h5"))
                }
            }
            #expect(complaint?.what.contains(name) == true)
            #expect(try text(path("r.h5")) == "precious" && text(path(name)) == "whole \(number)")
        }
        // What is gone again is no hindrance.
        try file.replace(Self.old) {
            try write("whole", $0)
            try FileManager.default.removeItem(atPath: path("r.h5"))
        }
        #expect(try text(path("r.h5")) == "whole")
    }

    @Test func nameAlone() throws {
        let name = "platonic-test-\(UUID().uuidString)"
        #expect(throws: Never.self) { _ = try OutputFile(path: name) }
        #expect(!FileManager.default.fileExists(atPath: name))
    }
}
