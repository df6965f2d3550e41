import Foundation
import SweepModel
import SweepTestSupport
import Testing
import ZeroMQ

@testable import KeyStore

@Suite("Lists of who is let in")
struct AllowListTests {
    private let folder: TemporaryFolder
    private let keys: KeyDirectory

    init() throws {
        folder = try TemporaryFolder()
        keys = try KeyDirectory.create(folder.file("keys"))
    }

    private func publicKey(_ name: String) throws -> CurveKey {
        let issued = try keys.list().keys.first { $0.name == name }
        return try #require(issued.flatMap { CurveKey(z85: $0.publicKey) })
    }

    @Test func onlyIssuedKeysAreLetIn() throws {
        let allowed = try AllowList(keys)
        #expect(allowed.admit(try publicKey("admin"), from: "a") == "admin")
        #expect(allowed.role(of: "admin") == .admin)
        #expect(allowed.admit(try CurveKeyPair.generate().publicKey, from: "b") == nil)
        #expect(allowed.admit(nil, from: "b") == nil)
        #expect(allowed.takeDenials() == ["b": 2])
        #expect(allowed.takeDenials().isEmpty)
    }

    @Test func issuingAndRevokingTakeEffectWithoutARestart() throws {
        let allowed = try AllowList(keys)
        _ = try keys.issue("nodes", role: .worker)
        let key = try publicKey("nodes")
        #expect(try allowed.refresh().revoked.isEmpty)
        #expect(allowed.admit(key, from: "a") == "nodes")
        try keys.revoke("nodes")
        #expect(try allowed.refresh().revoked == ["nodes"])
        #expect(allowed.admit(key, from: "a") == nil && allowed.role(of: "nodes") == nil)
        #expect(try allowed.refresh().revoked.isEmpty)
    }

    @Test func aKeyIsLetInAsSoonAsItIsIssued() throws {
        let allowed = try AllowList(keys)
        #expect(allowed.admit(try CurveKeyPair.generate().publicKey, from: "a") == nil)
        // A stranger had the directory looked at just before, and the list itself may have.
        for name in ["first", "second", "third"] {
            _ = try keys.issue(name, role: .worker)
            #expect(allowed.admit(try publicKey(name), from: "a") == name)
        }
        #expect(allowed.takeDenials() == ["a": 1])
    }

    @Test func strangersHaveTheFilesOfADirectoryThatRestsLookedAtNowAndThen() throws {
        let allowed = try AllowList(keys)
        usleep(150_000)
        let stranger = try CurveKeyPair.generate().publicKey
        // The first look is due; it finds nothing new. A file that changes in its place shows how often there is another one.
        #expect(allowed.admit(stranger, from: "a") == nil)
        let path = keys.path + "/allowed/admin.json"
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.truncate(atOffset: 10)
        try file.close()
        #expect(allowed.admit(stranger, from: "a") == nil)
        #expect(allowed.role(of: "admin") == .admin, "looked at again at once")
        usleep(150_000)
        #expect(allowed.admit(stranger, from: "a") == nil)
        #expect(allowed.role(of: "admin") == nil, "never looked at again")
    }

    @Test func aRevocationThatAStrangerBroughtToLightIsNotLost() throws {
        _ = try keys.issue("nodes", role: .worker)
        let key = try publicKey("nodes")
        let allowed = try AllowList(keys)
        try keys.revoke("nodes")
        usleep(150_000)
        #expect(allowed.admit(try CurveKeyPair.generate().publicKey, from: "a") == nil)
        #expect(allowed.admit(key, from: "a") == nil, "the directory was looked at")
        #expect(try allowed.refresh().revoked == ["nodes"])
    }

    @Test(arguments: ["half", "group-writable", "other-name"])
    func aFileThatCannotBeTrustedLetsNobodyIn(fault: String) throws {
        _ = try keys.issue("nodes", role: .worker)
        let key = try publicKey("nodes")
        let allowed = try AllowList(keys)
        let path = keys.path + "/allowed/nodes.json"
        switch fault {
        case "half":
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try Data(text.prefix(30).utf8).write(to: URL(fileURLWithPath: path))
        case "group-writable": try FileManager.default.setAttributes([.posixPermissions: 0o664], ofItemAtPath: path)
        default: try FileManager.default.moveItem(atPath: path, toPath: keys.path + "/allowed/other.json")
        }
        let change = try allowed.refresh()
        #expect(change.revoked == ["nodes"] && change.complaints.count == 1)
        #expect(allowed.admit(key, from: "a") == nil)
        #expect(allowed.admit(try publicKey("admin"), from: "a") == "admin", "others are not harmed")
    }
}
