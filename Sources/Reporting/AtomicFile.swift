internal import Foundation
package import SweepModel

/// A file that appears under its name only when whole: written beside it, flushed to disk and renamed.
package struct AtomicFile {
    private let path: String

    /// A file at `path`. Throws, before any work is done, where it could not be written.
    package init(path: String) throws(Complaint) {
        self.path = path
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw Complaint(
                .request, "the folder of the output does not exist", at: path, advice: "make \(folder) first")
        }
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
            throw Complaint(.request, "the output is a directory", at: path, advice: "name a file")
        }
        // Trying is the only honest test of permissions, read-only disks and quotas.
        let trial = temporaryPath
        let descriptor = open(trial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw Complaint(
                .request, "the output cannot be written: \(String(cString: strerror(errno)))", at: path,
                advice: "name a file that you may write")
        }
        close(descriptor)
        unlink(trial)
    }

    private var temporaryPath: String {
        let url = URL(fileURLWithPath: path)
        return url.deletingLastPathComponent().path + "/.\(url.lastPathComponent).\(getpid()).partial"
    }

    /// Calls `write` with the temporary path, and gives the file its name if that succeeds.
    package func replace(_ write: (String) throws -> Void) throws {
        let temporary = temporaryPath
        unlink(temporary)
        do {
            try write(temporary)
            try Self.synchronize(temporary, as: path)
            guard rename(temporary, path) == 0 else { throw Self.failure(path, errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        // The new name itself must survive a power cut; a folder that cannot be flushed is still renamed.
        try? Self.synchronize(URL(fileURLWithPath: path).deletingLastPathComponent().path, as: path)
    }

    private static func synchronize(_ path: String, as name: String) throws(Complaint) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(name, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(name, errno) }
    }

    private static func failure(_ path: String, _ code: Int32) -> Complaint {
        Complaint(
            .work, "the output cannot be written: \(String(cString: strerror(code)))", at: path,
            advice: code == ENOSPC
                ? "free some space and run the same command again" : "look at the disk and run the same command again")
    }
}
