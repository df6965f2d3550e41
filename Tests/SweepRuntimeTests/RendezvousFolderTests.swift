import Foundation
import Testing

@testable import SweepRuntime

@Suite("Rendezvous folder")
struct RendezvousFolderTests {
    @Test func theEndpointFitsIntoASocketAddress() throws {
        let folder = try RendezvousFolder()
        #expect(folder.endpoint == "ipc://\(folder.path)/endpoint")
        #expect(folder.endpoint.utf8.count - "ipc://".utf8.count <= 107)
    }

    @Test func itIsTheUsersOwnAndGoneWithTheValue() throws {
        let path: String
        do {
            let folder = try RendezvousFolder()
            path = folder.path
            var status = stat()
            #expect(stat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o700 && status.st_uid == geteuid())
            // A socket left in it must not keep it.
            try Data().write(to: URL(fileURLWithPath: path + "/endpoint"))
            withExtendedLifetime(folder) {}
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func twoSweepsDoNotShareOne() throws {
        let (one, other) = (try RendezvousFolder(), try RendezvousFolder())
        #expect(one.path != other.path)
    }

    /// Six letters after the dash, a lock that nobody holds: so may a folder of the user's look.
    @Test func aFolderOfTheUsersStays() throws {
        let parent = URL(fileURLWithPath: try RendezvousFolder().path).deletingLastPathComponent().path
        let path = "\(parent)/platonic-" + String(UUID().uuidString.prefix(6))
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        for name in ["stores.h5", "lock"] { try Data("x".utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)")) }
        withExtendedLifetime(try RendezvousFolder()) {}
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["lock", "stores.h5"])
        // Without them it is one that a killed process left.
        try FileManager.default.removeItem(atPath: path + "/stores.h5")
        withExtendedLifetime(try RendezvousFolder()) {}
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    /// Whoever starts looks for abandoned folders, and must not take one that another is just making.
    @Test func manyThatStartAtOnceLeaveEachOtherAlone() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try (0..<150).allSatisfy { _ in
                        let folder = try RendezvousFolder()
                        return withExtendedLifetime(folder) { access(folder.path + "/lock", F_OK) == 0 }
                    }
                }
            }
            for try await isThere in group { #expect(isThere) }
        }
    }
}
