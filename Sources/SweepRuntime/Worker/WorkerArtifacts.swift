internal import ArtifactStore
internal import Foundation

/// The directory in which a worker keeps artifacts where it does not see the coordinator's; made when it is needed.
package struct WorkerArtifacts: Sendable {
    package let path: String
    /// Bytes of it at most; what was used least recently goes first.
    package let limit: Int
    /// Whether it is made for this process and goes with it.
    package let isTemporary: Bool

    /// Whoever makes a directory claims it within so many seconds.
    private static let claimSeconds = 60.0

    /// - Parameter path: nil for a fresh one, under `$XDG_CACHE_HOME/platonic` or else for temporary files.
    package init(path: String?, limit: Int) {
        self.limit = limit
        isTemporary = path == nil
        let (parent, prefix) = Self.place
        self.path = path ?? "\(parent)/\(prefix)\(getpid())-\(UInt32.random(in: .min ... .max))"
    }

    /// Where directories for one process are made, and how their names begin.
    private static var place: (parent: String, prefix: String) {
        let environment = ProcessInfo.processInfo.environment
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return (cache + "/platonic", "worker-") }
        // Others write there as well.
        if let folder = environment["TMPDIR"], folder.hasPrefix("/") { return (folder, "platonic-worker-") }
        return ("/tmp", "platonic-worker-")
    }

    /// Removes what was made for this process, and what processes that were killed have left.
    package func cleanUp() {
        guard isTemporary else { return }
        ArtifactDirectory.delete(path)
        let (parent, prefix) = Self.place
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where Self.isOwn(name, prefix) { Self.removeIfLeft("\(parent)/\(name)") }
    }

    /// Whether a name is one that `init` makes: a process's number and one at random.
    private static func isOwn(_ name: String, _ prefix: String) -> Bool {
        let numbers = name.dropFirst(prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        return name.hasPrefix(prefix) && numbers.count == 2 && numbers.allSatisfy { UInt32($0) != nil }
    }

    private static func removeIfLeft(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_uid == getuid(), status.st_mode & S_IFMT == S_IFDIR,
            Double(time(nil) - status.st_mtim.tv_sec) > claimSeconds, ArtifactLease.isUnclaimed(path)
        else { return }
        ArtifactDirectory.delete(path)
    }
}
