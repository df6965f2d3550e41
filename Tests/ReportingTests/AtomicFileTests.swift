import Foundation
import SweepModel
import SweepTestSupport
import Testing

@testable import Reporting

struct AtomicFileTests {
    private struct Failure: Error {}

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
        let file = try AtomicFile(path: path)
        #expect(try names == [])
        try file.replace { temporary in
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
        let file = try AtomicFile(path: folder.file("r.h5"))
        #expect(throws: Failure.self) {
            try file.replace { temporary in
                try write("half", temporary)
                throw Failure()
            }
        }
        #expect(try names == [])
    }

    @Test func afterAFailureTheOldFileIsThere() throws {
        let path = folder.file("r.h5")
        try write("old", path)
        let file = try AtomicFile(path: path)
        #expect(throws: Failure.self) {
            try file.replace { temporary in
                try write("half", temporary)
                throw Failure()
            }
        }
        #expect(try text(path) == "old")
        #expect(try names == ["r.h5"])
    }

    @Test func aWriterThatWritesNothing() throws {
        let file = try AtomicFile(path: folder.file("r.h5"))
        let complaint = #expect(throws: Complaint.self) { try file.replace { _ in } }
        #expect(complaint?.kind == .work)
        #expect(complaint?.place == folder.file("r.h5"))
        #expect(try names == [])
    }

    @Test func aDirectoryThatTookTheNameMeanwhile() throws {
        let path = folder.file("r.h5")
        let file = try AtomicFile(path: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let complaint = #expect(throws: Complaint.self) { try file.replace { try write("whole", $0) } }
        #expect(complaint?.kind == .work)
        #expect(try names == ["r.h5"])
    }

    @Test func missingFolder() {
        let path = folder.file("none/r.h5")
        let complaint = #expect(throws: Complaint.self) { _ = try AtomicFile(path: path) }
        #expect(complaint?.kind == .request)
        #expect(complaint?.what == "the folder of the output does not exist")
        #expect(complaint?.place == path)
    }

    @Test func fileInPlaceOfTheFolder() throws {
        try write("text", folder.file("file"))
        #expect(throws: Complaint.self) { _ = try AtomicFile(path: folder.file("file/r.h5")) }
    }

    @Test func directoryAsOutput() {
        let complaint = #expect(throws: Complaint.self) { _ = try AtomicFile(path: folder.path) }
        #expect(complaint?.kind == .request)
        #expect(complaint?.what == "the output is a directory")
        #expect(complaint?.place == folder.path)
    }

    @Test func hiddenLeftoversOfAnEarlierRunAreReplaced() throws {
        let file = try AtomicFile(path: folder.file("r.h5"))
        var temporary = ""
        #expect(throws: Failure.self) {
            try file.replace {
                temporary = $0
                throw Failure()
            }
        }
        try write("leftover", temporary)
        try file.replace { path in
            #expect(!FileManager.default.fileExists(atPath: path))
            try write("whole", path)
        }
        #expect(try names == ["r.h5"])
    }

    @Test func nameAlone() throws {
        let name = "platonic-test-\(UUID().uuidString)"
        #expect(throws: Never.self) { _ = try AtomicFile(path: name) }
        #expect(!FileManager.default.fileExists(atPath: name))
    }
}
