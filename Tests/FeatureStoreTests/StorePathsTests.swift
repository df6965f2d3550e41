import Foundation
import SweepModel
import SweepTestSupport
import Testing

@testable import FeatureStore

struct StorePathsTests {
    private let folder: TemporaryFolder
    /// The folder without symbolic links.
    private let root: String

    init() throws {
        folder = try TemporaryFolder()
        let real = try #require(realpath(folder.path, nil))
        defer { free(real) }
        root = String(cString: real)
        for name in ["b.h5", "a.h5", "notes.txt", "deep/er/c.h5", "deep/d.h5", "deep/d.hdf5", "empty/readme.md"] {
            let path = root + "/" + name
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: path))
        }
    }

    private func names(_ patterns: String...) throws -> [String] {
        try StorePaths.resolve(patterns.map { root + "/" + $0 }).map { path in
            #expect(path.hasPrefix(root + "/"))
            return String(path.dropFirst(root.count + 1))
        }
    }

    @Test func file() throws { #expect(try names("a.h5") == ["a.h5"]) }

    @Test func anyNameOfAFileWillDo() throws { #expect(try names("notes.txt") == ["notes.txt"]) }

    @Test func glob() throws {
        #expect(try names("*.h5") == ["a.h5", "b.h5"])
        #expect(try names("[b-z].h5") == ["b.h5"])
        #expect(try names("?.h5") == ["a.h5", "b.h5"])
        #expect(try names("*/*.h5") == ["deep/d.h5"])
    }

    @Test func globThatMatchesADirectory() throws { #expect(try names("dee*") == ["deep/d.h5", "deep/er/c.h5"]) }

    @Test func directoryWithAllBelow() throws {
        #expect(try names(".") == ["a.h5", "b.h5", "deep/d.h5", "deep/er/c.h5"])
        #expect(try names("deep/") == ["deep/d.h5", "deep/er/c.h5"])
    }

    @Test func orderIsThatOfPathsNotOfPatterns() throws {
        #expect(try names("deep", "b.h5", "a.h5") == ["a.h5", "b.h5", "deep/d.h5", "deep/er/c.h5"])
    }

    @Test func everyStoreOnce() throws {
        #expect(
            try names("a.h5", "*.h5", "a.h5", "deep/../a.h5", ".") == ["a.h5", "b.h5", "deep/d.h5", "deep/er/c.h5"])
        try FileManager.default.createSymbolicLink(
            atPath: root + "/deep/er/link.h5", withDestinationPath: root + "/a.h5")
        #expect(try names("deep/er/link.h5", "a.h5") == ["a.h5"])
    }

    @Test func aNameThatLooksLikeAGlob() throws {
        try Data().write(to: URL(fileURLWithPath: root + "/vit[16].h5"))
        #expect(try names("vit[16].h5") == ["vit[16].h5"])
    }

    @Test func emptyDirectory() {
        let complaint = #expect(throws: Complaint.self) { _ = try StorePaths.resolve([root + "/empty"]) }
        #expect(complaint?.what.contains("no feature stores") == true)
        #expect(complaint?.place == root + "/empty")
        #expect(complaint?.kind == .request)
    }

    @Test func globWithoutMatch() {
        let complaint = #expect(throws: Complaint.self) { _ = try StorePaths.resolve([root + "/*.hdf"]) }
        #expect(complaint?.what == "no file matches the pattern")
        #expect(complaint?.place == root + "/*.hdf")
    }

    @Test func missingFile() {
        let complaint = #expect(throws: Complaint.self) {
            _ = try StorePaths.resolve([root + "/a.h5", root + "/none.h5"])
        }
        #expect(complaint?.what == "no such file or directory")
        #expect(complaint?.place == root + "/none.h5")
    }

    @Test func pathsAndURLsInOneOrder() throws {
        let resolved = try StorePaths.resolve(["s3://bucket/a.h5", "https://host/b.h5", root + "/a.h5", "s3://bucket/a.h5"])
        #expect(resolved == [root + "/a.h5", "https://host/b.h5", "s3://bucket/a.h5"])
        #expect(resolved.map(StorePaths.fileName) == ["a", "b", "a"])
    }

    @Test(arguments: [
        ("https://host/", "https://host/"), ("https://host/*.h5", "https://host/*.h5"), ("gs://bucket/a.h5", "gs://bucket/a.h5"),
        ("https://host/a.h5?X-Amz-Signature=secret", "https://host/a.h5"),
        ("https://secret:secret@host/a.h5", "https://…@host/a.h5"), ("s3://bucket@secret/", "s3://bucket@secret/"),
    ]) func urlsThatAreRefused(_ url: String, _ place: String) {
        let complaint = #expect(throws: Complaint.self) { _ = try StorePaths.resolve([url]) }
        #expect(complaint?.place == place)
        #expect(complaint?.kind == .request)
        #expect(complaint?.what.contains("secret:") == false)
    }
}
