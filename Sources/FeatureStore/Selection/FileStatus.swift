internal import Glibc
internal import SweepModel

/// What is at the end of a path.
enum FileStatus: Equatable, Sendable {
    case file(FileIdentity)
    case folder(FileIdentity)
    /// A device, a socket, a pipe.
    case other
    /// Nothing that can be reached, and the system's error number.
    case unreachable(Int32)

    /// What `path` leads to, links followed.
    static func of(_ path: String) -> FileStatus {
        var status = stat()
        guard stat(path, &status) == 0 else { return .unreachable(errno) }
        let identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file(identity)
        case S_IFDIR: return .folder(identity)
        default: return .other
        }
    }

    /// Whether `path` itself is a symbolic link, wherever that leads.
    static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
}
