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

    /// Claims `directory`, and if no other sweep does so removes what writers left behind and the least recently used artifacts
    /// beyond `limit` bytes.
    package init(_ directory: ArtifactDirectory, limit: Int) throws(Complaint) {
        let lockPath = directory.path + "/lock"
        descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        token = UUID().uuidString
        tokenPath = "\(directory.path)/token-\(token)"
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
        close(descriptor)
    }

    /// Whether `directory` is the one in which a lease with `token` was taken.
    package static func isVisible(_ token: String, in directory: ArtifactDirectory) -> Bool {
        guard !token.contains("/") else { return false }
        return FileManager.default.contents(atPath: "\(directory.path)/token-\(token)") == Data(token.utf8)
    }

    private static func unusable(_ directory: ArtifactDirectory, _ code: Int32) -> Complaint {
        Complaint(
            .request, "the artifact directory cannot be used: \(String(cString: strerror(code)))", at: directory.path,
            advice: "name a directory that you may write to with --artifacts")
    }

    private static func tidy(_ directory: ArtifactDirectory, limit: Int) {
        let top = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        for name in top where name.hasPrefix("token-") { unlink(directory.path + "/" + name) }
        var files: [(path: String, bytes: Int, used: time_t)] = []
        for path in directory.allFiles() {
            if path.hasSuffix(".partial") {
                unlink(path)
                continue
            }
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            files.append((path, Int(status.st_size), max(status.st_mtim.tv_sec, status.st_atim.tv_sec)))
        }
        var total = files.reduce(0) { $0 + $1.bytes }
        for file in files.sorted(by: { $0.used < $1.used }) where total > limit {
            unlink(file.path)
            total -= file.bytes
        }
    }
}
