internal import Foundation
package import SweepModel

/// A file that appears under its name only when whole, and takes the place of nothing but what may be replaced.
///
/// It is written beside its place, flushed to disk and renamed. Symbolic links are written through: what they lead to is judged
/// and replaced, and keeps its permissions. What has the name is looked at when the work begins, and again when it is over.
package struct OutputFile: Sendable {
    /// Throws where the file, which has the output's name, must not be replaced.
    package typealias Rule = (borrowing ExistingFile) throws(Complaint) -> Void

    /// As the user wrote it.
    package let path: String
    /// Where that leads.
    package let target: String
    private let inputs: InputFiles

    /// How often others may change what has the name while it is being replaced.
    private static let attempts = 20

    /// A file at `path`. Throws, before any work is done, where nothing can be written, where there is something else than a
    /// file, and where that is one of `inputs`.
    package init(path: String, inputs: InputFiles = InputFiles()) throws(Complaint) {
        self.path = path
        self.inputs = inputs
        target = try OutputPlace.target(of: path)
        _ = try existing()
        do { try TemporaryName.tryMaking(beside: target) } catch {
            throw Complaint(
                .request, "the output cannot be written: \(error.reason)", at: path,
                advice: "name a file that you may write")
        }
    }

    /// Throws where there is a file that `rule` does not let be replaced.
    package func check(_ rule: Rule) throws(Complaint) {
        if let file = try existing() { try rule(file) }
    }

    /// Calls `write` with the path of a file to make, and gives that the output's name if nothing has it, or what `rule` lets be
    /// replaced. Whatever else got the name meanwhile stays, and the complaint says where the new file is.
    package func replace(_ rule: Rule, _ write: (String) throws -> Void) throws {
        let temporary: String
        let own: FileState?
        do { temporary = try TemporaryName.beside(target) } catch { throw failure(error) }
        do {
            try write(temporary)
            try synchronize(temporary)
            own = try FileState.of(temporary)
        } catch {
            unlink(temporary)
            throw (error as? FileError).map(failure) ?? error
        }
        do throws(Complaint) { try place(temporary, rule) } catch { throw keep(temporary, own, error) }
        // The new name itself must survive a power cut; a folder that cannot be flushed is still renamed.
        try? synchronize(OutputPath.parts(of: target).folder)
    }

    /// The file that has the output's name; nil where nothing has.
    private func existing() throws(Complaint) -> ExistingFile? {
        let state: FileState?
        do { state = try FileState.of(target) } catch { throw OutputPlace.unknown(error, path) }
        guard let state else { return nil }
        if let input = inputs.path(of: state) {
            throw Complaint(
                .request,
                input == path ? "the output is an input" : "the output is the same file as the input \(input)",
                at: path, advice: "name another file: inputs are never written over")
        }
        guard state.kind == .regular else { throw OutputPlace.noFile(state.kind, path) }
        do throws(FileError) { return try ExistingFile.open(target) } catch {
            if error.isAbsence { return nil }
            throw OutputPlace.unknown(error, path)
        }
    }

    // MARK: The end

    private func place(_ temporary: String, _ rule: Rule) throws(Complaint) {
        for _ in 0..<Self.attempts {
            if let found = try existing() {
                try rule(found)
                if try takePlace(of: found, temporary) { return }
            } else {
                do { if try Renaming.withoutReplacing(temporary, target) { return } } catch { throw failure(error) }
            }
        }
        throw Complaint(.work, "other programs keep changing what is there", at: path, advice: "stop them")
    }

    /// Replaces `found`, which was judged; false where something else has the name by now, and keeps it.
    private func takePlace(of found: borrowing ExistingFile, _ temporary: String) throws(Complaint) -> Bool {
        do throws(FileError) {
            try found.lendPermissions(to: temporary)
            switch try Renaming.exchange(temporary, target) {
            case .missing: return false
            case .unsupported:
                guard let now = try FileState.of(target), now.isUnchanged(since: found.state) else { return false }
                guard rename(temporary, target) == 0 else { throw FileError(target, errno) }
                return true
            case .done:
                // What had the name at that very moment is at hand, and is given it back if it is not what was judged.
                if let former = try FileState.of(temporary), former.isUnchanged(since: found.state) {
                    unlink(temporary)
                    return true
                }
                _ = try Renaming.exchange(temporary, target)
                return false
            }
        } catch { throw failure(error) }
    }

    /// Saves what was written under a name of its own, since it cannot have the output's, and says so.
    private func keep(_ temporary: String, _ own: FileState?, _ reason: Complaint) -> Complaint {
        guard let own, let now = try? FileState.of(temporary), now.identity == own.identity else {
            return Complaint(
                .work, "other programs changed the output while it was replaced: \(reason.what)", at: path,
                advice: "look at what is there and at \(temporary)")
        }
        guard let kept = name(temporary) else {
            unlink(temporary)
            return Complaint(.work, reason.what, at: path, advice: "\(reason.advice), and run the same command again")
        }
        return Complaint(
            .work, "\(reason.what) by now, and was left alone; the results are whole in \(kept)", at: path,
            advice: "move away what is at the output and run the same command again, or take the results from there")
    }

    /// Names the file like the output, with `kept` in it; nil where that cannot be.
    private func name(_ temporary: String) -> String? {
        let url = URL(fileURLWithPath: target)
        let ending = url.pathExtension.isEmpty ? "" : "." + url.pathExtension
        for number in 1...99 {
            let candidate = url.deletingPathExtension().path + (number == 1 ? ".kept" : ".kept-\(number)") + ending
            if (try? Renaming.withoutReplacing(temporary, candidate)) == true { return candidate }
        }
        return nil
    }

    private func synchronize(_ path: String) throws(FileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError(path, errno) }
    }

    private func failure(_ error: FileError) -> Complaint {
        Complaint(
            .work, "the output cannot be written: \(error.reason)", at: path,
            advice: error.isFullDisk
                ? "free some space and run the same command again" : "look at the disk and run the same command again")
    }
}
