internal import Glibc

/// A call to the system that failed.
package struct FileError: Error, Hashable, Sendable {
    /// The file that it was about.
    package let path: String
    /// The system's number of the failure, errno.
    package let code: Int32

    package init(_ path: String, _ code: Int32) {
        self.path = path
        self.code = code
    }

    init(_ path: String) { self.init(path, errno) }

    /// The failure in the system's words, such as "Permission denied".
    package var reason: String { String(cString: strerror(code)) }
    /// Whether the disk, or what this user may have of it, is full.
    package var isFullDisk: Bool { code == ENOSPC || code == EDQUOT }
    /// Whether nothing is there.
    package var isAbsence: Bool { code == ENOENT || code == ENOTDIR }
}
