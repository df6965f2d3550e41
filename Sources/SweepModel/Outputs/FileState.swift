internal import Glibc

/// Which file it is, whatever its names: hard links and symbolic links of one file have the same.
package struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    package init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}

/// What the system says of a file at one moment.
package struct FileState: Sendable {
    package enum Kind: String, Sendable {
        case regular = "file"
        case directory
        case link = "symbolic link"
        case pipe
        case socket
        case device
    }

    package let identity: FileIdentity
    package let kind: Kind
    /// Read, write and execute for owner, group and others, and the three bits above.
    package let permissions: UInt32
    package let owner: UInt32
    package let group: UInt32
    let size: Int64
    let modified: [Int]

    /// The state of what `path` names, or what a symbolic link there leads to; nil where there is nothing.
    package static func of(_ path: String, followingLinks: Bool = false) throws(FileError) -> FileState? {
        var status = stat()
        guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else {
            let error = FileError(path)
            if error.isAbsence { return nil }
            throw error
        }
        return FileState(status)
    }

    /// Where the symbolic link at `path` points, as it was written; nil where it is none.
    package static func destination(ofLink path: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }

    static func of(descriptor: Int32, path: String) throws(FileError) -> FileState {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(path) }
        return FileState(status)
    }

    private init(_ status: stat) {
        identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .link
            case S_IFIFO: .pipe
            case S_IFSOCK: .socket
            default: .device
            }
        permissions = status.st_mode & 0o7777
        owner = status.st_uid
        group = status.st_gid
        size = Int64(status.st_size)
        modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }

    /// Whether nobody has put another file in its place, or changed it, since `earlier`.
    package func isUnchanged(since earlier: FileState) -> Bool {
        identity == earlier.identity && size == earlier.size && modified == earlier.modified
    }
}
