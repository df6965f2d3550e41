import Foundation
import SweepModel
import SweepTestSupport
import Testing

@testable import ArtifactStore

struct ArtifactWritingTests {
    private let artifacts: TemporaryArtifacts
    private var directory: ArtifactDirectory { artifacts.directory }

    init() throws { artifacts = try TemporaryArtifacts() }

    @Test func nothingIsLeftBeside() throws {
        for number in 0..<20 { try artifacts.write(key(number), payload: payload(number)) }
        #expect(artifacts.strays() == [])
        #expect(directory.allFiles().sorted() == (0..<20).map { directory.filePath(key($0).name) }.sorted())
    }

    /// The place of the artifact is taken by a directory, so that the last step, the renaming, fails.
    @Test func failedRenaming() throws {
        let place = directory.filePath(key(1).name)
        try FileManager.default.createDirectory(atPath: place + "/occupied", withIntermediateDirectories: true)
        let complaint = #expect(throws: Complaint.self) { try artifacts.write(key(1), payload: payload(100)) }
        #expect(complaint?.kind == .work)
        #expect(complaint?.what.hasPrefix("an artifact cannot be written: ") == true)
        #expect(complaint?.place == directory.path)
        #expect(artifacts.strays() == [])
    }

    @Test func folderThatCannotBeMade() throws {
        let folder = (directory.filePath(key(1).name) as NSString).deletingLastPathComponent
        try Data().write(to: URL(fileURLWithPath: folder))
        let complaint = #expect(throws: Complaint.self) { try artifacts.write(key(1), payload: payload(100)) }
        #expect(complaint?.what == "an artifact cannot be created: Not a directory")
        #expect(complaint?.advice.contains("--artifacts") == true)
    }

    @Test(.enabled(if: geteuid() != 0)) func folderWithoutPermission() throws {
        let root = directory.path + "/v1"
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: root)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: root) }
        let complaint = #expect(throws: Complaint.self) { try artifacts.write(key(1), payload: payload(100)) }
        #expect(complaint?.kind == .work)
    }

    @Test func fileInPlaceOfTheDirectory() throws {
        let path = artifacts.folder.file("file")
        try Data().write(to: URL(fileURLWithPath: path))
        for place in [path, path + "/below"] {
            let complaint = #expect(throws: Complaint.self) { _ = try ArtifactDirectory(path: place) }
            #expect(complaint?.kind == .request)
            #expect(complaint?.place == place)
            #expect(complaint?.what.hasPrefix("the artifact directory cannot be made: ") == true)
        }
    }

    @Test func openingADirectoryAgainKeepsWhatIsThere() throws {
        try artifacts.write(key(1), payload: payload(10))
        let again = try ArtifactDirectory(path: directory.path + "/../cache/")
        #expect(again.path == directory.path)
        #expect(ArtifactFile.open(key(1).name, key: key(1), in: again) != nil)
    }

    @Test(.enabled(if: geteuid() == 0)) func fullDisk() throws {
        let folder = try TemporaryFolder()
        guard mount("none", folder.path, "tmpfs", 0, "size=256k") == 0 else { return }
        defer { umount2(folder.path, Int32(MNT_DETACH)) }
        let directory = try ArtifactDirectory(path: folder.path)
        let complaint = #expect(throws: Complaint.self) {
            try payload(1 << 20).withUnsafeBytes { try directory.write(key(1), metadata: [], parts: [$0]) }
        }
        #expect(complaint?.kind == .work)
        #expect(complaint?.what == "an artifact cannot be written: No space left on device")
        #expect(complaint?.advice.contains("free some space") == true)
        #expect(directory.allFiles() == [])
        #expect(ArtifactFile.open(key(1).name, key: key(1), in: directory) == nil)
        try payload(1000).withUnsafeBytes { try directory.write(key(1), metadata: [], parts: [$0]) }
        #expect(try ArtifactFile.open(key(1).name, key: key(1), in: directory)?.readAll() == payload(1000))
    }

    @Test(.enabled(if: geteuid() == 0)) func readOnlyDisk() throws {
        let folder = try TemporaryFolder()
        guard mount("none", folder.path, "tmpfs", 0, "size=256k") == 0 else { return }
        defer { umount2(folder.path, Int32(MNT_DETACH)) }
        let directory = try ArtifactDirectory(path: folder.path)
        guard mount("none", folder.path, "tmpfs", UInt(MS_REMOUNT) | UInt(MS_RDONLY), nil) == 0 else { return }
        let complaint = #expect(throws: Complaint.self) { try directory.write(key(1), metadata: [], parts: []) }
        #expect(
            complaint?.what == "an artifact cannot be created: Read-only file system"
                || complaint?.what == "an artifact cannot be created: No such file or directory")
        #expect(throws: Complaint.self) { _ = try ArtifactLease(directory, limit: .max) }
    }

    @Test func manyWritersOfOneArtifact() async throws {
        let bytes = payload(300_000)
        let directory = directory
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10 {
                        do {
                            try bytes.withUnsafeBytes { try directory.write(key(1), metadata: [1], parts: [$0]) }
                            guard ArtifactFile.open(key(1).name, key: key(1), in: directory)?.isIntact() == true else {
                                return false
                            }
                        } catch { return false }
                    }
                    return true
                }
            }
            for await isFine in group { #expect(isFine) }
        }
        #expect(artifacts.strays() == [])
    }
}
