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
}
