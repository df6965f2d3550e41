internal import Foundation
internal import SweepModel

/// Copies a file to a name that must not exist yet, with its permissions.
enum FileCopy {
    private static let pieceLength = 1 << 20

    static func copy(_ path: String, to copy: String) throws(Complaint) {
        let source = open(path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw failure("read", path, errno) }
        defer { close(source) }
        var status = stat()
        guard fstat(source, &status) == 0 else { throw failure("read", path, errno) }
        let target = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status.st_mode & 0o777)
        guard target >= 0 else { throw failure("copied", path, errno) }
        defer { close(target) }
        var piece = [UInt8](repeating: 0, count: pieceLength)
        while true {
            let count = read(source, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path, errno) }
            guard count > 0 else { return }
            var done = 0
            while done < count {
                let written = piece[done..<count].withUnsafeBytes { write(target, $0.baseAddress, $0.count) }
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw failure("copied", path, errno) }
                done += written
            }
        }
    }

    private static func failure(_ what: String, _ path: String, _ code: Int32) -> Complaint {
        let isFull = code == ENOSPC || code == EDQUOT
        return Complaint(
            .work, isFull ? "the disk is full" : "the results cannot be \(what): \(String(cString: strerror(code)))",
            at: path, advice: isFull ? "free some space and run the same command again" : "look at the disk")
    }
}
