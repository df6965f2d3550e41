internal import Foundation
package import SweepModel

/// A state directory: that of a coordinator, or the one beside the results of a sweep on this machine.
///
/// It is the program's where it has a journal of ours, which says so in its header, or nothing but what a coordinator leaves
/// behind that came no further. Any other is refused, and no entry is ever deleted but those named here.
package struct StateDirectory: Sendable {
    package static let endpoint = "endpoint"
    package static let http = "http"
    package static let logs = "logs"
    static let journal = "journal.sqlite"
    static let lock = "lock"

    package let path: String

    /// All files of ours but the lock and the logs. The journal, by which the directory is known, comes last.
    private static let files =
        [endpoint, http] + ["", "-journal"].map { journal + ".new" + $0 }
        + ["-wal", "-shm", "-journal", ""].map { journal + $0 }

    package init(_ path: String) { self.path = path }

    // MARK: Whose it is

    /// Throws where there is something else than a directory of ours, or one that could become ours.
    /// - Parameter throughLink: whether a symbolic link to such a directory will do.
    package func check(throughLink: Bool = true) throws(Complaint) {
        let state: FileState?
        do { state = try FileState.of(path, followingLinks: throughLink) } catch { throw unusable(error) }
        // What is missing is made.
        guard let state else { return }
        guard state.kind == .directory else {
            throw Complaint(
                .request, "the state directory is a \(state.kind.rawValue)", at: path,
                advice: "move it away, or choose another place: only a state directory of platonic's is used")
        }
        let names: [String]
        do { names = try OwnedEntries.names(in: path) } catch { throw unusable(error) }
        guard !isMarked, let foreign = names.first(where: { !isOurs($0, beside: names) }) else { return }
        throw Complaint(
            .request, "the state directory has no journal of platonic's and holds other things, such as '\(foreign)'",
            at: path,
            advice: "move it away, or choose another place: nothing in it was touched")
    }

    /// Whether there is a journal of ours.
    private var isMarked: Bool {
        guard let file = try? ExistingFile.open("\(path)/\(Self.journal)") else { return false }
        return JournalSchema.isOurs(header: file.prefix(JournalSchema.headerLength))
    }

    /// Whether an entry is what a coordinator makes before there is a journal, or what is left of a journal that was damaged.
    private func isOurs(_ name: String, beside names: [String]) -> Bool {
        guard name == Self.lock else {
            return name.hasPrefix(Self.journal)
                ? Self.files.contains(name)
                : [Self.endpoint, Self.http, Self.logs].contains(name) && names.contains(Self.lock)
        }
        guard let file = try? ExistingFile.open("\(path)/\(name)") else { return false }
        let text = file.prefix(StateLock.longestText)
        return text.isEmpty || text.starts(with: StateLock.textStart.utf8)
    }

    private func unusable(_ error: FileError) -> Complaint {
        Complaint(
            .request, "the state directory cannot be used: \(error.reason)", at: path,
            advice: "make it a directory that you may read and write")
    }

    // MARK: Removing

    /// Deletes everything of ours in it but the lock, which the caller holds.
    func clear() throws(Complaint) {
        do {
            let folder = "\(path)/\(Self.logs)"
            // A link of that name is no folder of ours.
            if try FileState.of(folder)?.kind == .directory {
                for name in try OwnedEntries.names(in: folder) where Self.isLog(name) {
                    try OwnedEntries.delete("\(folder)/\(name)")
                }
                _ = try OwnedEntries.deleteDirectory(folder)
            }
            for name in Self.files { try OwnedEntries.delete("\(path)/\(name)") }
        } catch {
            throw Complaint(
                .work, "the state directory cannot be cleared: \(error.reason)", at: path, advice: "remove it by hand")
        }
    }

    /// Deletes everything of ours in it, and itself if nothing else is there; whether it is gone. Throws where a coordinator
    /// works on it.
    package func remove() throws(Complaint) -> Bool {
        try check(throughLink: false)
        guard FileManager.default.fileExists(atPath: path) else { return true }
        let lock = try StateLock(directory: path)
        defer { withExtendedLifetime(lock) {} }
        try clear()
        do {
            try OwnedEntries.delete("\(path)/\(Self.lock)")
            return try OwnedEntries.deleteDirectory(path)
        } catch {
            throw Complaint(
                .work, "the state directory cannot be removed: \(error.reason)", at: path, advice: "remove it by hand")
        }
    }

    /// Where the worker process of that number writes what it has to say.
    package static func log(_ number: Int, in logs: String) -> String { "\(logs)/worker-\(number).log" }

    private static func isLog(_ name: String) -> Bool {
        guard name.hasPrefix("worker-"), name.hasSuffix(".log") else { return false }
        return Int(name.dropFirst(7).dropLast(4)) != nil
    }
}
