internal import Foundation
internal import SweepModel

/// Files of a key directory: read only where nobody else could have read or written what they should not, written whole or not at all.
enum KeyFile {
    /// Reads `path`. Throws where others may write it, and where it is secret and others may read it.
    static func read(_ path: String, isSecret: Bool) throws(Complaint) -> String {
        try check(path, isSecret: isSecret)
        guard let data = FileManager.default.contents(atPath: path), let text = String(bytes: data, encoding: .utf8)
        else {
            throw Complaint(
                .request, "the key file cannot be read", at: path,
                advice: "name a directory that 'platonic keys create' or 'platonic keys issue' made")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Refuses what others may write, and a secret that others may read; a link counts as what it points to.
    static func check(_ path: String, isSecret: Bool) throws(Complaint) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw Complaint(
                .request, "there is no key file: \(String(cString: strerror(errno)))", at: path,
                advice: "name a directory that 'platonic keys create' or 'platonic keys issue' made")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw Complaint(
                .request, "the key file belongs to another user", at: path, advice: "copy it, so that it is yours alone"
            )
        }
        if isSecret, status.st_mode & 0o077 != 0 {
            throw Complaint(
                .request, "others may read or write the secret key", at: path,
                advice: "chmod 600 it, and issue a new key if somebody may have read it")
        }
        if status.st_mode & 0o022 != 0 {
            throw Complaint(
                .request, "others may write the key file", at: path, advice: "chmod go-w it, and look at what it holds")
        }
    }

    /// Writes `path` beside its place and renames it, so that it is there whole or not at all.
    static func write(_ text: String, to path: String, isSecret: Bool, replacing: Bool = false) throws(Complaint) {
        func fail(_ code: Int32) -> Complaint {
            Complaint(
                .request, "the key file cannot be written: \(String(cString: strerror(code)))", at: path,
                advice: code == EEXIST ? "keys are never overwritten: choose another name" : "look at the directory")
        }
        do throws(FileError) {
            // Where the directory of keys is made of links, what they lead to is replaced.
            let target = replacing ? (try? OutputPath.target(of: path)) ?? path : path
            let temporary = try TemporaryName.beside(target)
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isSecret ? 0o600 : 0o644)
            guard descriptor >= 0 else { throw FileError(path, errno) }
            defer { unlink(temporary) }
            let bytes = Array((text + "\n").utf8)
            var isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
            let code = errno
            isWritten = close(descriptor) == 0 && isWritten
            guard isWritten else { throw FileError(path, code) }
            if replacing {
                guard rename(temporary, target) == 0 else { throw FileError(path, errno) }
            } else {
                guard link(temporary, path) == 0 else { throw FileError(path, errno) }
            }
        } catch { throw fail(error.code) }
    }

    static func makeDirectory(_ path: String) throws(Complaint) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw Complaint(
                .request, "the key directory cannot be made: \(String(cString: strerror(errno)))", at: path,
                advice: "name a directory in one that is there and that you may write to")
        }
        try check(path, isSecret: false)
    }
}
