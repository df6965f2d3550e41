import Foundation
import SweepModel
import SweepTestSupport
import Testing
import ZeroMQ

@testable import KeyStore

@Suite("Directories of keys")
struct KeyDirectoryTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("keys") }

    init() throws { folder = try TemporaryFolder() }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test func secretsAreTheOwnersAlone() throws {
        let keys = try KeyDirectory.create(path)
        let bundle = try keys.issue("nodes", role: .worker)
        #expect(try mode(path) == 0o700)
        #expect(try mode(path + "/server.secret") == 0o600)
        #expect(try mode(bundle) == 0o700)
        #expect(try mode(bundle + "/client.secret") == 0o600)
        let listed = try keys.list()
        #expect(listed.complaints.isEmpty)
        #expect(listed.keys.map(\.name) == ["admin", "nodes"])
        #expect(listed.keys.map(\.role) == [.admin, .worker])
    }

    @Test func keysAreNeverOverwritten() throws {
        let keys = try KeyDirectory.create(path)
        let secret = try String(contentsOfFile: path + "/server.secret", encoding: .utf8)
        #expect(throws: Complaint.self) { try KeyDirectory.create(path) }
        #expect(try String(contentsOfFile: path + "/server.secret", encoding: .utf8) == secret)
        _ = try keys.issue("a", role: .client)
        #expect(throws: Complaint.self) { try keys.issue("a", role: .worker) }
        try keys.revoke("a")
        #expect(throws: Complaint.self) { try keys.issue("a", role: .worker) }
        #expect(try keys.list().keys.first { $0.name == "a" }?.role == .client)
    }

    @Test(arguments: ["", "..", ".hidden", "a/b", "a b", "ä", String(repeating: "n", count: 65)])
    func namesAreFileNames(name: String) throws {
        let keys = try KeyDirectory.create(path)
        #expect(throws: Complaint.self) { try keys.issue(name, role: .worker) }
        #expect(throws: Complaint.self) { try keys.revoke(name) }
    }

    @Test func aBundleWorksWhereverItIsCopied() throws {
        let keys = try KeyDirectory.create(path)
        let bundle = try keys.issue("nodes", role: .worker)
        let copy = folder.file("elsewhere")
        try FileManager.default.copyItem(atPath: bundle, toPath: copy)
        let client = try ClientKeys(copy)
        let listed = try #require(try keys.list().keys.first { $0.name == "nodes" })
        #expect(client.pair.publicKey.z85 == listed.publicKey)
        #expect(client.server == (try CurveKeyPair(secretKey: keys.serverSecret())).publicKey)
        // The coordinator's own directory stands for the admin's key.
        #expect(try ClientKeys(path).pair.publicKey.z85 == keys.list().keys.first { $0.name == "admin" }?.publicKey)
    }

    @Test(arguments: [
        ("server.secret", 0o640), ("server.secret", 0o604), ("server.public", 0o664), ("", 0o770),
    ])
    func aCoordinatorRefusesWhatOthersMayTouch(file: String, mode: Int) throws {
        let keys = try KeyDirectory.create(path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(path)/\(file)")
        let complaint = #expect(throws: Complaint.self) {
            _ = try KeyDirectory(path)
            _ = try keys.serverSecret()
        }
        #expect(complaint?.kind == .request && complaint?.what.contains("others may") == true)
        #expect(complaint?.advice.contains("chmod") == true)
    }

    @Test func aClientRefusesWhatOthersMayRead() throws {
        let bundle = try KeyDirectory.create(path).issue("c", role: .client)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: bundle + "/client.secret")
        #expect(throws: Complaint.self) { try ClientKeys(bundle) }
    }

    @Test func aLinkCountsAsWhatItPointsTo() throws {
        let bundle = try KeyDirectory.create(path).issue("c", role: .client)
        let target = folder.file("open")
        try FileManager.default.moveItem(atPath: bundle + "/client.secret", toPath: target)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: target)
        try FileManager.default.createSymbolicLink(atPath: bundle + "/client.secret", withDestinationPath: target)
        #expect(throws: Complaint.self) { try ClientKeys(bundle) }
    }

    @Test func damagedKeysAreNoKeys() throws {
        let bundle = try KeyDirectory.create(path).issue("c", role: .client)
        for text in ["", "short", String(repeating: "~", count: 40)] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: bundle + "/server.public"))
            #expect(throws: Complaint.self) { try ClientKeys(bundle) }
        }
    }

    /// What stops the making of keys half way: a file of somebody else's at the place of one.
    @Test func nothingHalfMadeStays() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        chmod(path, 0o700)
        // A link to nothing is something as well.
        try FileManager.default.createSymbolicLink(atPath: path + "/server.secret", withDestinationPath: "nowhere")
        #expect(throws: Complaint.self) { try KeyDirectory.create(path) }
        #expect(!FileManager.default.fileExists(atPath: path + "/server.public"))
        try FileManager.default.removeItem(atPath: path + "/server.secret")
        let keys = try KeyDirectory.create(path)
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path + "/issued/client.secret"))
        try FileManager.default.createDirectory(atPath: path + "/issued/a", withIntermediateDirectories: true)
        chmod(path + "/issued/a", 0o700)
        try FileManager.default.createSymbolicLink(
            atPath: path + "/issued/a/client.secret", withDestinationPath: "../client.secret")
        #expect(throws: Complaint.self) { try keys.issue("a", role: .client) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/issued/a") == ["client.secret"])
        #expect(try String(contentsOfFile: path + "/issued/client.secret", encoding: .utf8) == "precious")
        #expect(try keys.list().keys.map(\.name) == ["admin"])
    }

    @Test func aKeyBehindALinkIsRevokedThere() throws {
        let keys = try KeyDirectory.create(path)
        _ = try keys.issue("a", role: .client)
        try FileManager.default.moveItem(atPath: path + "/allowed/a.json", toPath: folder.file("a.json"))
        try FileManager.default.createSymbolicLink(
            atPath: path + "/allowed/a.json", withDestinationPath: folder.file("a.json"))
        try keys.revoke("a")
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: path + "/allowed/a.json") == folder.file("a.json")
        )
        #expect(try keys.list().keys.first { $0.name == "a" }?.isValid == false)
    }
}
