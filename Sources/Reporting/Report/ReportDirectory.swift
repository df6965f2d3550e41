internal import Foundation
package import SweepModel

/// The directory of a report: there whole, or not at all. It replaces nothing but a former report, and deletes nothing but what
/// that one's page says is its own.
package struct ReportDirectory: Sendable {
    /// Where the page is.
    package var page: String { "\(path)/\(ReportMark.page)" }
    /// The directory that links, if any, lead to.
    package let path: String
    /// Whose pages are replaced.
    private let maker: PageMaker

    /// How often others may change what has the name while it is being replaced.
    private static let attempts = 20

    /// A report at `path`. Throws, before any work is done, where there is something else than a former report of the same maker.
    package init(path: String, by maker: PageMaker = .report) throws(Complaint) {
        self.maker = maker
        self.path = try Self.target(of: path)
        if try directory() != nil { _ = try ownFiles(in: self.path) }
        do { try TemporaryName.tryMaking(beside: self.path) } catch {
            throw Complaint(
                .request, "the report cannot be written: \(error.reason)", at: path,
                advice: "name a directory in a folder that you may write to")
        }
    }

    /// Writes everything beside the directory, and then puts it in its place.
    /// - Parameter further: makes the maker's own files in the folder that it is called with.
    package func write(
        _ files: [ReportFile], further: (String) throws(Complaint) -> Void = { (_) throws(Complaint) in }
    ) throws(Complaint) {
        let temporary: String
        let own: FileState?
        do throws(FileError) {
            temporary = try TemporaryName.beside(path)
            guard mkdir(temporary, 0o777) == 0 else { throw FileError(path, errno) }
            own = try FileState.of(temporary)
        } catch { throw failure(error) }
        do throws(Complaint) {
            try fill(temporary, files)
            try further(temporary)
            try place(temporary)
        } catch {
            // Whatever else may have that name by now stays.
            if let own, let now = try? FileState.of(temporary), now.identity == own.identity {
                try? FileManager.default.removeItem(atPath: temporary)
            }
            throw error
        }
    }

    private func fill(_ directory: String, _ files: [ReportFile]) throws(Complaint) {
        do {
            for folder in ReportMark.folders {
                try FileManager.default.createDirectory(
                    atPath: "\(directory)/\(folder)", withIntermediateDirectories: false)
            }
            for file in files {
                try Data(file.text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(file.path)"))
            }
        } catch { throw failure(error.localizedDescription) }
    }

    // MARK: What is there

    /// A link to a directory stays a link.
    private static func target(of path: String) throws(Complaint) -> String {
        var given = path
        while given.count > 1, given.hasSuffix("/") { given.removeLast() }
        if let state = try? FileState.of(given, followingLinks: true), state.kind == .directory {
            return URL(fileURLWithPath: given).resolvingSymlinksInPath().path
        }
        do throws(OutputPath.Failure) { return try OutputPath.target(of: given) } catch {
            switch error {
            case .noFolder(let folder):
                throw Complaint(
                    .request, "the folder of the report does not exist", at: path, advice: "make \(folder) first")
            case .loop, .noName, .system:
                throw Complaint(
                    .request, "the report's directory has no name", at: path, advice: "name a new directory")
            }
        }
    }

    /// The directory that is there; nil where nothing is.
    private func directory() throws(Complaint) -> FileState? {
        let state: FileState?
        do { state = try FileState.of(path) } catch { throw failure(error) }
        guard let state else { return nil }
        guard state.kind == .directory else {
            throw Complaint(
                .request, "the report's directory is a \(state.kind.rawValue)", at: path, advice: "name a new directory"
            )
        }
        return state
    }

    /// The files of the former report in `directory`, the page last; none in an empty one. Throws where there is anything else.
    private func ownFiles(in directory: String) throws(Complaint) -> [String] {
        let entries: [(path: String, kind: FileState.Kind)]
        do { entries = try Self.entries(of: directory) } catch { throw failure(error) }
        guard !entries.isEmpty else { return [] }
        guard let page = try? ExistingFile.open("\(directory)/\(ReportMark.page)"),
            let mark = ReportMark(page, of: maker)
        else {
            throw foreign(
                maker == .report ? "no page of platonic's is in it" : "no page of '\(maker.rawValue)' is in it")
        }
        var files: [String] = []
        for entry in entries where entry.path != ReportMark.page {
            let isFolder = entry.kind == .directory && ReportMark.folders.contains(entry.path)
            guard isFolder || (entry.kind == .regular && mark.isOwn(entry.path)) else {
                throw foreign("such as '\(entry.path)'")
            }
            if !isFolder { files.append(entry.path) }
        }
        return files + [ReportMark.page]
    }

    /// What is in a directory and in those below it that reports have, as relative paths.
    private static func entries(of directory: String) throws(FileError) -> [(path: String, kind: FileState.Kind)] {
        var entries: [(path: String, kind: FileState.Kind)] = []
        for name in try OwnedEntries.names(in: directory) {
            guard let state = try FileState.of("\(directory)/\(name)") else { continue }
            entries.append((name, state.kind))
            guard state.kind == .directory, ReportMark.folders.contains(name) else { continue }
            for below in try OwnedEntries.names(in: "\(directory)/\(name)") {
                guard let state = try FileState.of("\(directory)/\(name)/\(below)") else { continue }
                entries.append(("\(name)/\(below)", state.kind))
            }
        }
        return entries
    }

    // MARK: The end

    /// Gives `temporary` the directory's name. Throws where something else than a former report has it by then, which stays.
    private func place(_ temporary: String) throws(Complaint) {
        for _ in 0..<Self.attempts {
            do { if try Renaming.withoutReplacing(temporary, path) { return } } catch { throw failure(error) }
            guard let state = try directory() else { continue }
            _ = try ownFiles(in: path)
            _ = (lchown(temporary, state.owner, state.group), chmod(temporary, state.permissions))
            let former: String?
            do { former = try exchange(temporary) } catch { throw failure(error) }
            guard let former else { continue }
            // Looked at once more, where nobody else knows it by name.
            let files: [String]
            do throws(Complaint) { files = try ownFiles(in: former) } catch {
                restore(former, temporary)
                throw error
            }
            return try delete(files, in: former)
        }
        throw failure("other programs keep changing what is there")
    }

    /// Lets `temporary` and what is there change places; returns where the latter is then, or nil where it is gone.
    private func exchange(_ temporary: String) throws(FileError) -> String? {
        switch try Renaming.exchange(temporary, path) {
        case .done: return temporary
        case .missing: return nil
        case .unsupported:
            // The name is free for a moment.
            let former = try TemporaryName.beside(path)
            guard rename(path, former) == 0 else { throw FileError(path, errno) }
            if rename(temporary, path) == 0 { return former }
            let code = errno
            rename(former, path)
            throw FileError(path, code)
        }
    }

    private func restore(_ former: String, _ temporary: String) {
        if former == temporary {
            _ = try? Renaming.exchange(temporary, path)
        } else if rename(path, temporary) == 0 {
            rename(former, path)
        }
    }

    private func delete(_ files: [String], in former: String) throws(Complaint) {
        do throws(FileError) {
            for file in files { try OwnedEntries.delete("\(former)/\(file)") }
            for folder in ReportMark.folders { _ = try OwnedEntries.deleteDirectory("\(former)/\(folder)") }
            guard try OwnedEntries.deleteDirectory(former) else { throw FileError(former, ENOTEMPTY) }
        } catch {
            throw Complaint(
                .work, "the report is written, but the former one cannot be deleted: \(error.reason)", at: former,
                advice: "see what is in it")
        }
    }

    // MARK: Complaints

    private func foreign(_ what: String) -> Complaint {
        Complaint(
            .request, "the directory holds other things than a former report: \(what)", at: path,
            advice: "name a new directory, or one that holds a report alone")
    }

    private func failure(_ error: FileError) -> Complaint { failure(error.reason) }

    private func failure(_ reason: String) -> Complaint {
        Complaint(
            .work, "the report cannot be written: \(reason)", at: path,
            advice: "look at the disk, or name a directory that you may write to")
    }
}
