import Foundation
import SweepModel
import Testing

@testable import ArtifactStore

struct ArtifactLeaseTests {
    private let artifacts: TemporaryArtifacts
    private var directory: ArtifactDirectory { artifacts.directory }

    init() throws { artifacts = try TemporaryArtifacts() }

    /// Writes artifacts of 1,000 bytes payload, last used in the given order of seconds.
    private func fill(lastUsed: [Int]) throws -> Int {
        var bytes = 0
        for (number, seconds) in lastUsed.enumerated() {
            try artifacts.write(key(number), payload: payload(1000))
            let path = directory.filePath(key(number).name)
            // Read before the times are set: reading is use.
            bytes = try contents(path).count
            var times = [
                timespec(tv_sec: 1_000_000 + seconds, tv_nsec: 0), timespec(tv_sec: 1_000_000 + seconds, tv_nsec: 0),
            ]
            #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
        }
        return bytes
    }

    private func remaining(of count: Int) -> [Int] {
        (0..<count).filter { FileManager.default.fileExists(atPath: directory.filePath(key($0).name)) }
    }

    @Test func leastRecentlyUsedGoFirst() throws {
        let size = try fill(lastUsed: [30, 10, 50, 20, 40])
        let lease = try ArtifactLease(directory, limit: 3 * size)
        withExtendedLifetime(lease) { #expect(remaining(of: 5) == [0, 2, 4]) }
    }

    @Test(arguments: [(5, 5), (4, 4), (1, 1), (0, 0)]) func limits(_ artifactsWorth: Int, _ left: Int) throws {
        let size = try fill(lastUsed: [1, 2, 3, 4, 5])
        let lease = try ArtifactLease(directory, limit: artifactsWorth * size)
        withExtendedLifetime(lease) { #expect(remaining(of: 5) == Array((5 - left)..<5)) }
    }

    @Test func oneByteTooMany() throws {
        let size = try fill(lastUsed: [1, 2, 3])
        let lease = try ArtifactLease(directory, limit: 3 * size - 1)
        withExtendedLifetime(lease) { #expect(remaining(of: 3) == [1, 2]) }
    }

    @Test func openingSavesAnArtifact() throws {
        let size = try fill(lastUsed: [1, 2, 3])
        #expect(ArtifactFile.open(key(0).name, key: key(0), in: directory) != nil)
        let lease = try ArtifactLease(directory, limit: size)
        withExtendedLifetime(lease) { #expect(remaining(of: 3) == [0]) }
    }

    @Test func nothingGoesWhileAnotherSweepRuns() throws {
        _ = try fill(lastUsed: [1, 2, 3])
        let partial = directory.filePath(key(0).name) + ".1.2.partial"
        let first = try ArtifactLease(directory, limit: .max)
        try replace(partial, with: [1])
        try withExtendedLifetime(first) {
            let second = try ArtifactLease(directory, limit: 0)
            withExtendedLifetime(second) {
                #expect(remaining(of: 3) == [0, 1, 2])
                #expect(FileManager.default.fileExists(atPath: partial))
                #expect(ArtifactLease.isVisible(first.token, in: directory))
            }
        }
    }

    @Test func nothingGoesWhileTheLastOfSeveralSweepsRuns() throws {
        _ = try fill(lastUsed: [1, 2, 3])
        var first: ArtifactLease? = try ArtifactLease(directory, limit: .max)
        let second = try ArtifactLease(directory, limit: .max)
        first = nil
        #expect(first == nil)
        try withExtendedLifetime(second) {
            let third = try ArtifactLease(directory, limit: 0)
            withExtendedLifetime(third) { #expect(remaining(of: 3) == [0, 1, 2]) }
        }
    }

    @Test func aForeignLockCountsToo() throws {
        _ = try fill(lastUsed: [1, 2])
        let descriptor = open(directory.path + "/lock", O_RDWR | O_CREAT, 0o600)
        #expect(flock(descriptor, LOCK_SH) == 0)
        let lease = try ArtifactLease(directory, limit: 0)
        withExtendedLifetime(lease) { #expect(remaining(of: 2) == [0, 1]) }
        close(descriptor)
    }

    @Test func aLeaseEndsWithItsOwner() throws {
        _ = try fill(lastUsed: [1, 2])
        var lease: ArtifactLease? = try ArtifactLease(directory, limit: .max)
        let token = try #require(lease?.token)
        lease = nil
        #expect(lease == nil)
        #expect(!ArtifactLease.isVisible(token, in: directory))
        let next = try ArtifactLease(directory, limit: 0)
        withExtendedLifetime(next) { #expect(remaining(of: 2) == []) }
    }

    /// A process that is being started shares every descriptor until it has become its program: the lease ends all the same.
    @Test func aProcessThatIsBeingStartedKeepsNoLease() throws {
        _ = try fill(lastUsed: [1, 2])
        var lease: ArtifactLease? = try ArtifactLease(directory, limit: .max)
        let copies = (3..<256).filter { descriptor in
            let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
            return link == directory.path + "/lock"
        }.map { fcntl(Int32($0), F_DUPFD_CLOEXEC, 0) }
        defer { for copy in copies { close(copy) } }
        #expect(copies.count == 1)
        #expect(lease != nil)
        #expect(!ArtifactLease.isUnclaimed(directory.path))
        lease = nil
        #expect(ArtifactLease.isUnclaimed(directory.path))
        let next = try ArtifactLease(directory, limit: 0)
        withExtendedLifetime(next) { #expect(remaining(of: 2) == []) }
    }

    @Test func leftoversOfKilledSweepsGo() throws {
        _ = try fill(lastUsed: [1])
        let partial = directory.filePath(key(0).name) + ".1.2.partial"
        try replace(partial, with: payload(100))
        let token = UUID().uuidString
        try replace(directory.path + "/token-" + token, with: Array(token.utf8))
        let lease = try ArtifactLease(directory, limit: .max)
        withExtendedLifetime(lease) {
            #expect(artifacts.strays() == [])
            #expect(!ArtifactLease.isVisible(token, in: directory))
            #expect(remaining(of: 1) == [0])
        }
    }

    @Test func tokensShowWhichDirectoryIsShared() throws {
        let other = try TemporaryArtifacts()
        let lease = try ArtifactLease(directory, limit: .max)
        let second = try ArtifactLease(directory, limit: .max)
        withExtendedLifetime((lease, second)) {
            #expect(lease.token != second.token)
            #expect(ArtifactLease.isVisible(lease.token, in: directory))
            #expect(ArtifactLease.isVisible(second.token, in: directory))
            #expect(!ArtifactLease.isVisible(lease.token, in: other.directory))
            #expect(!ArtifactLease.isVisible("", in: directory))
            #expect(!ArtifactLease.isVisible("../" + lease.token, in: directory))
        }
    }

    @Test func lockThatCannotBeOpened() throws {
        try FileManager.default.createDirectory(atPath: directory.path + "/lock", withIntermediateDirectories: true)
        let complaint = #expect(throws: Complaint.self) { _ = try ArtifactLease(directory, limit: .max) }
        #expect(complaint?.kind == .request)
        #expect(complaint?.what == "the artifact directory cannot be used: Is a directory")
        #expect(complaint?.place == directory.path)
    }

    /// Files whose names are not ours are neither counted nor deleted, wherever they lie.
    @Test func filesOfOthersStay() throws {
        let size = try fill(lastUsed: [1])
        let folder = URL(fileURLWithPath: directory.filePath(key(0).name)).deletingLastPathComponent().path
        let foreign = [
            "\(directory.path)/token-mine", "\(directory.path)/notes.partial", "\(folder)/thesis.partial",
            "\(folder)/thesis.tex",
            "\(directory.path)/v1/notes", directory.filePath(key(0).name) + ".bak",
        ]
        for path in foreign { try replace(path, with: payload(100)) }
        #expect(directory.usedBytes() == size)
        let lease = try ArtifactLease(directory, limit: 0)
        withExtendedLifetime(lease) {
            #expect(remaining(of: 1) == [])
            for path in foreign { #expect(FileManager.default.fileExists(atPath: path), "\(path)") }
        }
    }

    @Test func aDirectoryIsDeletedButForFilesOfOthers() throws {
        _ = try fill(lastUsed: [1, 2])
        _ = try ArtifactLease(directory, limit: .max)
        let note = directory.path + "/note"
        try replace(note, with: [1])
        ArtifactDirectory.delete(directory.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["note"])
        try FileManager.default.removeItem(atPath: note)
        ArtifactDirectory.delete(directory.path)
        #expect(!FileManager.default.fileExists(atPath: directory.path))
    }
}
