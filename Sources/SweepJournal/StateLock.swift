internal import Foundation
internal import SweepModel

/// A state directory's lock: one coordinator at a time. It ends with its process, however that dies.
struct StateLock: ~Copyable {
    private let descriptor: Int32

    /// How the text in it begins, and its length at most.
    static let textStart = "process "
    static let longestText = 512

    /// Makes the directory where it is missing.
    static func makeDirectory(_ directory: String) throws(Complaint) {
        // Not by NSString, whose parent of a path of one character traps on Linux.
        let parent = URL(fileURLWithPath: directory).deletingLastPathComponent().path
        try? FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        guard mkdir(directory, 0o700) != 0 else { return }
        let code = errno
        var status = stat()
        if code == EEXIST, stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        throw Complaint(
            .request,
            "the state directory cannot be made: \(String(cString: strerror(code == EEXIST ? ENOTDIR : code)))",
            at: directory, advice: "make it a directory that you may write to")
    }

    /// Takes the lock; throws where another coordinator has it, naming that one's host and process.
    init(directory: String) throws(Complaint) {
        let path = "\(directory)/\(StateDirectory.lock)"
        var taken: Int32?
        repeat { taken = try Self.take(path, directory) } while taken == nil
        descriptor = taken ?? -1
        let text = "\(Self.textStart)\(getpid()) on \(ProcessInfo.processInfo.hostName)\n"
        // The text is for people; a full disk does not stop the lock from holding.
        if ftruncate(descriptor, 0) == 0 { _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) } }
    }

    /// Unlocks as well as closes: a process that is being started at this moment has a copy of the descriptor, and would keep the lock
    /// until it has become its program.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// The locked file; nil where it was removed, with the state, before it was locked.
    private static func take(_ path: String, _ directory: String) throws(Complaint) -> Int32? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Complaint(
                .request, "the state directory cannot be used: \(String(cString: strerror(errno)))", at: directory,
                advice: "make it a directory that you may write to")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            throw Self.refusal(code, directory, path)
        }
        var (locked, named) = (stat(), stat())
        if fstat(descriptor, &locked) == 0, lstat(path, &named) == 0, locked.st_ino == named.st_ino,
            locked.st_dev == named.st_dev
        {
            return descriptor
        }
        close(descriptor)
        try makeDirectory(directory)
        return nil
    }

    private static func refusal(_ code: Int32, _ directory: String, _ path: String) -> Complaint {
        guard code == EWOULDBLOCK else {
            return Complaint(
                .request, "the state directory cannot be locked: \(String(cString: strerror(code)))", at: directory,
                advice: "put it on a local disk, or on a network disk with locks")
        }
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let holder = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return Complaint(
            .request,
            "another coordinator works on it: \(holder.isEmpty ? "a process that did not say which" : holder)",
            at: directory,
            advice:
                "stop that one first, or keep both apart: another --output for 'platonic sweep', another --state for 'platonic coordinator'"
        )
    }
}
