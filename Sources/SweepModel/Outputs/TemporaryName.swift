internal import Glibc

/// Names for what is not finished: beside the name that it will have, hidden, and never one that is there.
package enum TemporaryName {
    private static let longestName = 200

    /// A path beside `path` that nothing has.
    package static func beside(_ path: String) throws(FileError) -> String {
        let (folder, name) = OutputPath.parts(of: path)
        // Names have 255 bytes at most.
        let start = name.utf8.count <= longestName ? name : "output"
        while true {
            let number = String(UInt64.random(in: .min ... .max), radix: 16)
            let candidate = "\(folder)/.\(start).\(getpid()).\(number).partial"
            if try FileState.of(candidate) == nil { return candidate }
        }
    }

    /// Tries to make a file beside `path`: the only honest test of permissions, read-only disks and quotas.
    package static func tryMaking(beside path: String) throws(FileError) {
        let trial = try beside(path)
        let descriptor = open(trial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(path) }
        close(descriptor)
        unlink(trial)
    }
}
