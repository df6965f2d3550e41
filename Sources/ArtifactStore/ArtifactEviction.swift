internal import Foundation
internal import SweepModel

extension ArtifactDirectory {
    /// Bytes of all artifacts, and of what is being written.
    package func usedBytes() -> Int { entries().reduce(0) { $0 + $1.bytes } }

    /// Bytes that the disk has left for whoever asks; nil where that is unknown.
    package func freeBytes() -> Int? { Self.freeBytes(near: path) }

    /// The same of the disk on which a directory at `path` is or would be made.
    package static func freeBytes(near path: String) -> Int? {
        var status = statvfs()
        var folder = URL(fileURLWithPath: path).standardizedFileURL
        while statvfs(folder.path, &status) != 0 {
            guard errno == ENOENT, folder.path != "/" else { return nil }
            folder.deleteLastPathComponent()
        }
        return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }

    /// Deletes the least recently used artifacts until at most `limit` bytes are left; how many then are.
    @discardableResult
    package func evict(downTo limit: Int) -> Int {
        let entries = entries()
        var total = entries.reduce(0) { $0 + $1.bytes }
        guard total > limit else { return total }
        for entry in entries.sorted(by: { $0.used < $1.used }) where total > limit {
            // What is being written is somebody's work.
            if entry.path.hasSuffix(".partial") { continue }
            unlink(entry.path)
            total -= entry.bytes
        }
        return total
    }

    /// Deletes the artifact called `name`; whoever has it open reads on.
    package func remove(_ name: String) {
        if ArtifactName.isValid(name) { unlink(filePath(name)) }
    }

    private func entries() -> [(path: String, bytes: Int, used: Double)] {
        allFiles().compactMap { path in
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            let (read, written) = (status.st_atim, status.st_mtim)
            let used = max(
                Double(read.tv_sec) + Double(read.tv_nsec) * 1e-9,
                Double(written.tv_sec) + Double(written.tv_nsec) * 1e-9)
            return (path, Int(status.st_size), used)
        }
    }
}
