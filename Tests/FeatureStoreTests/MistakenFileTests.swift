import Foundation
import SweepModel
import SweepTestSupport
import Testing

@testable import FeatureStore

/// Files that are not what their names say are told as what they are.
struct MistakenFileTests {
    private static let pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "4d", count: 32))\nsize 12345\n"

    @Test(arguments: [
        (pointer, "a pointer of Git LFS", "git lfs pull"),
        ("/annex/objects/SHA256E-s31390--f50d.h5\n", "a pointer of git-annex", "git annex get"),
        ("../.git/annex/objects/Jx/0v/SHA256E-s31390--f50d.h5", "a pointer of git-annex", "git annex get"),
        ("\u{FEFF}\n<!DOCTYPE HTML><title>Sign in</title>", "an HTML page", "browser"),
        ("<html lang=en>", "an HTML page", "browser"),
        ("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "is XML", "server"),
        ("Entry not\nfound", "is text, and begins 'Entry not found'", "look"),
        (String(repeating: "é", count: 3000), "is text", "look"),
    ]) func storesThatAreSomethingElse(_ content: String, _ what: String, _ advice: String) throws {
        let folder = try TemporaryFolder()
        try Data(content.utf8).write(to: URL(fileURLWithPath: folder.file("a.h5")))
        let complaint = #expect(throws: Complaint.self) { try StoreReader(path: folder.file("a.h5")) }
        #expect(complaint?.what.contains(what) == true, "\(complaint?.what ?? "")")
        #expect(complaint?.advice.contains(advice) == true && complaint?.kind == .request)
    }

    @Test(arguments: [[], [0, 1, 2], [0x93] + Array("NUMPY".utf8), Array("text with\u{0}nul".utf8)])
    func otherBytesAreMerelyNoHDF5(_ bytes: [UInt8]) throws {
        let folder = try TemporaryFolder()
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("a.h5")))
        let complaint = #expect(throws: Complaint.self) { try StoreReader(path: folder.file("a.h5")) }
        #expect(complaint?.what.contains("the file is text") == false && complaint?.what.contains("pointer") == false)
    }

    @Test func aLinkIntoAnAnnexSaysWhatToDo() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("a.h5"), withDestinationPath: ".git/annex/objects/Jx/0v/SHA256E-s31390--f50d.h5")
        let complaint = #expect(throws: Complaint.self) { try StoreSelection(x: [folder.file("a.h5")]) }
        #expect(complaint?.advice.contains("git annex get") == true)
    }
}
