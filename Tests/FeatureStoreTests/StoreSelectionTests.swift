import Foundation
import SweepModel
import SweepTestSupport
import Testing

@testable import FeatureStore

struct StoreSelectionTests {
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

    private func select(_ patterns: String...) throws -> StoreSelection {
        try StoreSelection(x: patterns.map { root + "/" + $0 })
    }

    private func names(_ selection: StoreSelection) -> [String] {
        selection.paths.map { path in
            #expect(path.hasPrefix(root + "/"))
            return String(path.dropFirst(root.count + 1))
        }
    }

    private func names(_ patterns: String...) throws -> [String] {
        names(try StoreSelection(x: patterns.map { root + "/" + $0 }))
    }

    private func write(_ names: String...) throws {
        for name in names {
            let path = root + "/" + name
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: path))
        }
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: root + "/" + name, withDestinationPath: target)
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
        let selection = try select("deep/er/link.h5", "a.h5")
        #expect(names(selection) == ["a.h5"], "the first of those that were named")
        #expect(
            selection.passedOver == [
                "passed over (files that take part under another name): \(root)/deep/er/link.h5 (\(root)/a.h5)"
            ])
    }

    @Test func aNameThatLooksLikeAGlob() throws {
        try Data().write(to: URL(fileURLWithPath: root + "/vit[16].h5"))
        #expect(try names("vit[16].h5") == ["vit[16].h5"])
    }

    @Test func emptyDirectory() {
        let complaint = #expect(throws: Complaint.self) { _ = try StoreSelection(x: [root + "/empty"]) }
        #expect(complaint?.what.contains("no feature stores") == true)
        #expect(complaint?.place == root + "/empty")
        #expect(complaint?.kind == .request)
    }

    @Test func globWithoutMatch() {
        let complaint = #expect(throws: Complaint.self) { _ = try StoreSelection(x: [root + "/*.hdf"]) }
        #expect(complaint?.what == "no file matches the pattern")
        #expect(complaint?.place == root + "/*.hdf")
    }

    @Test func missingFile() {
        let complaint = #expect(throws: Complaint.self) {
            _ = try StoreSelection(x: [root + "/a.h5", root + "/none.h5"])
        }
        #expect(complaint?.what == "no such file or directory")
        #expect(complaint?.place == root + "/none.h5")
    }

    @Test func pathsAndURLsInOneOrder() throws {
        let named = ["s3://bucket/a.h5", "https://host/b.h5", root + "/a.h5", "s3://bucket/a.h5"]
        let resolved = try StoreSelection(x: named).paths
        #expect(resolved == [root + "/a.h5", "https://host/b.h5", "s3://bucket/a.h5"])
        #expect(resolved.map(StorePaths.fileName) == ["a", "b", "a"])
    }

    @Test(arguments: [
        ("https://host/", "https://host/"), ("https://host/*.h5", "https://host/*.h5"),
        ("gs://bucket/a.h5", "gs://bucket/a.h5"),
        ("https://host/a.h5?X-Amz-Signature=secret", "https://host/a.h5"),
        ("https://secret:secret@host/a.h5", "https://…@host/a.h5"), ("s3://bucket@secret/", "s3://bucket@secret/"),
    ]) func urlsThatAreRefused(_ url: String, _ place: String) {
        let complaint = #expect(throws: Complaint.self) { _ = try StoreSelection(x: [url]) }
        #expect(complaint?.place == place)
        #expect(complaint?.kind == .request)
        #expect(complaint?.what.contains("secret:") == false)
    }

    // MARK: Hidden names

    @Test func hiddenNamesBelowADirectoryArePassedOverAndSaidOnce() throws {
        try write("h/._m0.h5", "h/m0.h5", "h/.snapshot/h0/m9.h5", "h/.DS_Store")
        let expected = [
            "passed over (names that begin with a dot are taken only where they are written out): "
                + "\(root)/h/._m0.h5, \(root)/h/.snapshot"
        ]
        for pattern in ["h", "h/**/*", "h/**"] {
            let selection = try select(pattern)
            #expect(names(selection) == ["h/m0.h5"], "\(pattern)")
            #expect(selection.passedOver == expected, "\(pattern)")
        }
        #expect(try select("h", "h/").passedOver == expected, "once, however often it is met")
        #expect(names(try select("h/*.h5")) == ["h/m0.h5"])
        #expect(try select("h/*.h5").passedOver.first?.hasSuffix(": \(root)/h/._m0.h5") == true)
    }

    @Test func hiddenNamesThatAreWrittenOutAreTaken() throws {
        try write("h/._m0.h5", "h/m0.h5", "h/.snapshot/m9.h5")
        #expect(try names("h/._m0.h5") == ["h/._m0.h5"])
        #expect(try names("h/.snapshot") == ["h/.snapshot/m9.h5"])
        #expect(try names("h/.*/*.h5") == ["h/.snapshot/m9.h5"])
        let both = try select("h", "h/._m0.h5")
        #expect(names(both) == ["h/._m0.h5", "h/m0.h5"])
        #expect(
            both.passedOver == [
                "passed over (names that begin with a dot are taken only where they are written out): \(root)/h/.snapshot"
            ])
    }

    @Test func aDirectoryOfHiddenStoresAloneSaysSo() throws {
        try write("h/.m0.h5")
        let complaint = #expect(throws: Complaint.self) { _ = try select("h") }
        #expect(complaint?.what.contains("no feature stores") == true)
        #expect(complaint?.advice.contains("/h/.m0.h5") == true)
    }

    // MARK: Links

    @Test func linkedFoldersAreFollowedUnderThePathThatLeadsThere() throws {
        try write("other/b.h5", "l/a.h5")
        try link("l/more", to: "../other")
        #expect(try names("l") == ["l/a.h5", "l/more/b.h5"])
        #expect(try select("l").passedOver.isEmpty)
        #expect(try names("l/**/b.h5") == ["l/more/b.h5"])
        #expect(try names("l/m*/*.h5") == ["l/more/b.h5"])
        let both = try select("l", "other")
        #expect(names(both) == ["l/a.h5", "other/b.h5"], "a path without links goes first")
        #expect(both.passedOver.first?.contains("\(root)/l/more/b.h5 (\(root)/other/b.h5)") == true)
    }

    @Test func cyclesOfLinksEndAndAreNamed() throws {
        try write("c/a.h5", "c/in/b.h5")
        try link("c/in/up", to: "..")
        try link("c/self", to: "self")
        try link("c/in/self.h5", to: "self.h5")
        for pattern in ["c", "c/**", "c/**/*.h5"] {
            let selection = try select(pattern)
            #expect(names(selection) == ["c/a.h5", "c/in/b.h5"])
            #expect(
                selection.passedOver.contains(
                    "passed over (links to folders that are searched already): \(root)/c/in/up"))
            #expect(selection.passedOver.contains { $0.contains("lead nowhere") && $0.contains("/c/in/self.h5") })
        }
    }

    @Test func brokenLinksAreNamedAndRefusedWhereTheyWereNamed() throws {
        try write("k/a.h5")
        try link("k/gone.h5", to: "nowhere.h5")
        try link("k/folder", to: "nowhere")
        let selection = try select("k")
        #expect(names(selection) == ["k/a.h5"])
        #expect(
            selection.passedOver == [
                "passed over (links that lead nowhere): \(root)/k/folder, \(root)/k/gone.h5"
            ])
        let complaint = #expect(throws: Complaint.self) { _ = try select("k/a.h5", "k/gone.h5") }
        #expect(complaint?.what.contains("leads nowhere") == true && complaint?.place == root + "/k/gone.h5")
    }

    @Test func theWrittenPathNamesAndOrdersStoresThroughLinks() throws {
        try write("store/9.h5", "store/1.h5")
        try link("a-model.h5", to: "store/9.h5")
        try link("b-model.h5", to: "store/1.h5")
        let selection = try select("b-model.h5", "a-model.h5")
        #expect(names(selection) == ["a-model.h5", "b-model.h5"])
        #expect(selection.paths.map(StorePaths.fileName) == ["a-model", "b-model"])
    }

    @Test func twoDotsBehindALinkAreTheFolderOfItsTarget() throws {
        try write("far/away/x.h5", "far/y.h5")
        try link("near", to: "far/away")
        #expect(try names("near/../y.h5") == ["near/../y.h5"])
        #expect(try names("./deep//er/../d.h5") == ["deep/d.h5"])
    }

    @Test func oneFileOfTwoNamesOnTwoSidesIsOneStore() throws {
        try link("z.h5", to: "a.h5")
        let selection = try StoreSelection(x: [root + "/a.h5", root + "/b.h5"], y: [root + "/z.h5"])
        #expect(names(selection) == ["a.h5", "b.h5"])
        #expect(selection.x == [0, 1] && selection.y == [0])
        #expect(selection.passedOver.count == 1)
    }

    // MARK: Names

    @Test func namesThatAreEqualToUnicodeAloneAreTwoFiles() throws {
        try write("u/caf\u{E9}.h5", "u/cafe\u{301}.h5")
        #expect(try select("u").paths.count == 2)
        #expect(try names("u/caf?.h5").count == 1, "a question mark is one character")
    }

    @Test func namesThatAreNearlyRightAreNamed() throws {
        try write("n/a.h5", "n/b.hdf5", "n/c.H5", "n/d.nc", "n/notes.txt", "n/h5")
        let selection = try select("n")
        #expect(names(selection) == ["n/a.h5"])
        #expect(
            selection.passedOver == [
                "passed over (names that do not end in .h5 are taken only where they are written out): "
                    + "\(root)/n/b.hdf5, \(root)/n/c.H5, \(root)/n/d.nc"
            ])
    }

    @Test func namesThatAreNotUTF8AreNamed() throws {
        try write("i/a.h5")
        let bytes = Array((root + "/i/caf").utf8) + [0xE9] + Array(".h5".utf8) + [0]
        let descriptor = bytes.withUnsafeBytes {
            open($0.bindMemory(to: CChar.self).baseAddress!, O_CREAT | O_WRONLY, 0o600)
        }
        try #require(descriptor >= 0)
        close(descriptor)
        for pattern in ["i", "i/*.h5"] {
            let selection = try select(pattern)
            #expect(names(selection) == ["i/a.h5"])
            #expect(
                selection.passedOver == ["passed over (names that are not UTF-8; rename them): \(root)/i/caf\\xE9.h5"])
        }
        let complaint = #expect(throws: Complaint.self) { _ = try select("i/caf\u{FFFD}.h5") }
        #expect(complaint?.advice.contains("UTF-8") == true)
    }

    @Test func whatIsNoRegularFileIsNamed() throws {
        try write("f/a.h5")
        try #require(mkfifo(root + "/f/pipe.h5", 0o600) == 0)
        let selection = try select("f")
        #expect(names(selection) == ["f/a.h5"])
        #expect(selection.passedOver == ["passed over (no regular files): \(root)/f/pipe.h5"])
        #expect(throws: Complaint.self) { _ = try select("f/pipe.h5") }
    }

    @Test func manyNamesOfOneKindAreCounted() throws {
        try write("m/a.h5")
        for index in 10..<40 { try write("m/\(index).hdf5") }
        let sentence = try #require(try select("m").passedOver.first)
        #expect(sentence.contains("/m/29.hdf5 and 10 more") && !sentence.contains("30.hdf5"))
    }

    // MARK: Patterns

    @Test func twoStarsAreAnyNumberOfFolders() throws {
        #expect(try names("**/*.h5") == ["a.h5", "b.h5", "deep/d.h5", "deep/er/c.h5"])
        #expect(try names("**/er/*.h5") == ["deep/er/c.h5"])
        #expect(try names("deep/**/c.h5") == ["deep/er/c.h5"])
        #expect(try names("**") == ["a.h5", "b.h5", "deep/d.h5", "deep/er/c.h5"])
    }

    @Test func bracketsOfADirectoryAreTakenAsTheyAreToo() throws {
        try write("run[1]/a.h5", "run1/b.h5")
        #expect(try names("run[1]/a.h5") == ["run[1]/a.h5"])
        #expect(try names("run[1]/*.h5") == ["run1/b.h5", "run[1]/a.h5"])
    }

    @Test func matchesWithoutStoresAreNamed() throws {
        let selection = try select("*e*")
        #expect(names(selection) == ["deep/d.h5", "deep/er/c.h5", "notes.txt"])
        #expect(selection.passedOver.contains("passed over (folders without feature stores (*.h5)): \(root)/empty"))
    }

    @Test(arguments: ["", "a.h5\0b"]) func noPath(_ written: String) {
        #expect(throws: Complaint.self) { _ = try StoreSelection(x: [written]) }
    }

    @Test func whatTakesPartIsNotPassedOverUnderAnotherName() throws {
        try write("other/n.H5", "other/.hidden.h5")
        try link("deep/there", to: root + "/other")
        let selection = try select("dee*/", "other/n.H5", "other/.hidden.h5")
        #expect(names(selection).contains("other/n.H5") && names(selection).contains("other/.hidden.h5"))
        #expect(!selection.passedOver.contains { $0.contains("n.H5") || $0.contains(".hidden") })
        let without = try select("dee*/")
        #expect(without.passedOver.contains { $0.contains("deep/there/n.H5") })
        #expect(without.passedOver.contains { $0.contains("deep/there/.hidden.h5") })
    }
}
