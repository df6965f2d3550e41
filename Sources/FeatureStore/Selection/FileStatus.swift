internal import Glibc

/// A file by itself, whatever paths lead to it and whatever it holds.
struct FileNode: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
}

/// What is at the end of a path.
enum FileStatus: Equatable, Sendable {
    case file(FileNode)
    case folder(FileNode)
    /// A device, a socket, a pipe.
    case other
    /// Nothing that can be reached, and the system's error number.
    case unreachable(Int32)

    /// What `path` leads to, links followed.
    static func of(_ path: String) -> FileStatus {
        var status = stat()
        guard stat(path, &status) == 0 else { return .unreachable(errno) }
        let identity = FileNode(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
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

    /// Where the link at `path` points, as it was written; nil where it is none.
    static func target(ofLink path: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = bytes.withUnsafeMutableBytes { buffer in
            buffer.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink(path, $0, text.count) } ?? -1
            }
        }
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
