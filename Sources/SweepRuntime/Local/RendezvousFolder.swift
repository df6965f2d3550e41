internal import Foundation
internal import SweepModel

/// A folder of this user's own for the ipc endpoint of one sweep, gone with it.
final class RendezvousFolder {
    let path: String

    /// The longest path that a Unix socket can have.
    private static let socketPathLimit = 107
    /// What is in the folder.
    private static let names = ["endpoint", "lock"]

    /// Locked for as long as this process lives.
    private let lock: Int32

    /// Makes the folder below `$XDG_RUNTIME_DIR`, or `/tmp` where that is missing or too long.
    init() throws(Complaint) {
        let runtime = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"]
        for parent in [runtime, "/tmp"].compactMap(\.self) {
            let template = "\(parent)/platonic-XXXXXX"
            guard template.utf8.count + "/endpoint".utf8.count <= Self.socketPathLimit else { continue }
            Self.removeAbandoned(below: parent)
            for _ in 0..<Self.attempts {
                guard let made = Self.makeLocked(template) else { break }
                guard made.isThere else { continue }
                (path, lock) = (made.path, made.lock)
                return
            }
        }
        throw Complaint(
            .work, "no folder for the workers' endpoint: \(String(cString: strerror(errno)))", at: "/tmp",
            advice: "make /tmp writable, or set XDG_RUNTIME_DIR")
    }

    deinit {
        Self.remove(path)
        close(lock)
    }

    /// How often a fresh folder may be taken for an abandoned one.
    private static let attempts = 20

    /// Makes a folder and locks it; nil where none can be made. It is not there any more where a process that was starting at that moment took
    /// it for abandoned, before it was locked.
    private static func makeLocked(_ template: String) -> (path: String, lock: Int32, isThere: Bool)? {
        guard let buffer = strdup(template) else { return nil }
        defer { free(buffer) }
        guard mkdtemp(buffer) != nil else { return nil }
        let path = String(cString: buffer)
        let lock = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { return (path, lock, access(path, F_OK) == 0) }
        // Whoever else has the lock is removing the folder.
        flock(lock, LOCK_EX)
        var status = stat()
        guard fstat(lock, &status) == 0, status.st_nlink > 0 else {
            close(lock)
            return (path, -1, false)
        }
        return (path, lock, true)
    }

    /// Removes folders of this user's whose process was killed: nobody holds their lock any more.
    private static func removeAbandoned(below parent: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where name.hasPrefix("platonic-") && name.utf8.count == "platonic-XXXXXX".utf8.count {
            var status = stat()
            guard lstat("\(parent)/\(name)", &status) == 0, status.st_uid == getuid(),
                status.st_mode & S_IFMT == S_IFDIR
            else {
                continue
            }
            let lock = open("\(parent)/\(name)/lock", O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            guard lock >= 0 else { continue }
            if flock(lock, LOCK_EX | LOCK_NB) == 0, isOwn("\(parent)/\(name)") { remove("\(parent)/\(name)") }
            close(lock)
        }
    }

    /// Whether nothing is in a folder but what is put into one of these: a folder of somebody else's may have such a name.
    private static func isOwn(_ path: String) -> Bool {
        (try? OwnedEntries.names(in: path)).map { $0.allSatisfy(names.contains) } ?? false
    }

    private static func remove(_ path: String) {
        for name in names { try? OwnedEntries.delete("\(path)/\(name)") }
        _ = try? OwnedEntries.deleteDirectory(path)
    }

    /// The endpoint for workers of this host.
    var endpoint: String { "ipc://\(path)/endpoint" }
}
