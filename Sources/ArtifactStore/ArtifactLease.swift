internal import Foundation
package import SweepModel

/// A sweep's claim on an artifact directory: while any is held, nothing is deleted there.
///
/// A lock on a file in the directory, shared among sweeps, so that it ends with the process however that dies. Whoever gets it
/// exclusively is alone, may tidy up, and then shares it.
package final class ArtifactLease {
    /// A file that holds `token`: a worker that reads the same sees the same directory.
    package let token: String

    private let descriptor: Int32
    private let tokenPath: String

    private static let lock = "lock"
    private static let tokenStart = "token-"

    /// Claims `directory`, and if no other sweep does so removes what writers left behind and the least recently used artifacts
    /// beyond `limit` bytes.
    package init(_ directory: ArtifactDirectory, limit: Int) throws(Complaint) {
        let lockPath = "\(directory.path)/\(Self.lock)"
        descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        token = UUID().uuidString
        tokenPath = "\(directory.path)/\(Self.tokenStart)\(token)"
        guard descriptor >= 0 else { throw Self.unusable(directory, errno) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
            Self.tidy(directory, limit: limit)
        }
        guard flock(descriptor, LOCK_SH) == 0 else { throw Self.unusable(directory, errno) }
        guard FileManager.default.createFile(atPath: tokenPath, contents: Data(token.utf8)) else {
            throw Self.unusable(directory, errno)
        }
    }

    deinit {
        unlink(tokenPath)
        Self.release(descriptor)
    }

    /// Unlocks as well as closes: a process that is being started at this moment has a copy of the descriptor, and would keep the lock
    /// until it has become its program.
    private static func release(_ descriptor: Int32) {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Whether `directory` is the one in which a lease with `token` was taken.
    package static func isVisible(_ token: String, in directory: ArtifactDirectory) -> Bool {
        isVisible(token, at: directory.path)
    }

    /// The same of a path at which there may be no directory.
    package static func isVisible(_ token: String, at path: String) -> Bool {
        guard !token.contains("/"), !token.isEmpty else { return false }
        return FileManager.default.contents(atPath: "\(path)/\(tokenStart)\(token)") == Data(token.utf8)
    }

    /// Whether nobody holds a lease on the directory at `path`.
    package static func isUnclaimed(_ path: String) -> Bool {
        let descriptor = open("\(path)/\(lock)", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT }
        defer { release(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }

    /// Whether a file of that name in an artifact directory is a lease's.
    static func isOwn(_ name: String) -> Bool { name == lock || isToken(name) }

    private static func isToken(_ name: String) -> Bool {
        name.hasPrefix(tokenStart) && UUID(uuidString: String(name.dropFirst(tokenStart.count))) != nil
    }

    private static func unusable(_ directory: ArtifactDirectory, _ code: Int32) -> Complaint {
        Complaint(
            .request, "the artifact directory cannot be used: \(String(cString: strerror(code)))", at: directory.path,
            advice: "name a directory that you may write to with --artifacts")
    }

    private static func tidy(_ directory: ArtifactDirectory, limit: Int) {
        let top = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        for name in top where isToken(name) { unlink(directory.path + "/" + name) }
        for path in directory.allFiles() where path.hasSuffix(".partial") { unlink(path) }
        directory.evict(downTo: limit)
    }
}
