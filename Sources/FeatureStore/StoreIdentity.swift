internal import Foundation

/// A file as the system knows it: what is the same for a path or a descriptor as long as nobody has written to the file or replaced it.
package struct StoreIdentity: Hashable, Sendable {
    /// What it consists of, by name.
    package let parts: [String: String]
    package let bytes: Int

    /// All of it as one text.
    package var text: String { parts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ") }

    /// Of the file at `path`; nil where there is none, and `errno` says why.
    package init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        bytes = Int(status.st_size)
        parts = [
            "device": "\(status.st_dev)", "inode": "\(status.st_ino)", "size": "\(status.st_size)",
            "modified": "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)",
            "changed": "\(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)",
        ]
    }
}
