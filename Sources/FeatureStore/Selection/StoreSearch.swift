internal import Glibc
internal import SweepModel

/// A store that was found, and how.
struct FoundStore: Sendable {
    /// Absolute, as it was written: links in it are not followed.
    let path: String
    /// Whether the user wrote its very name.
    let isNamed: Bool
    /// Whether a link that the user did not write led to it.
    let isLinked: Bool
    /// Nil for a URL.
    let identity: FileIdentity?
}

/// Looks for the stores that one path stands for: a file, a folder, or a pattern of either.
struct StoreSearch {
    private(set) var found: [FoundStore] = []
    private(set) var passedOver = PassedOver()
    private var examined = 0

    /// Beyond so many names it is not a folder of stores that was named.
    private static let mostExamined = 1_000_000

    init(_ written: String) throws(Complaint) {
        guard !written.isEmpty, !written.utf8.contains(0) else {
            throw Self.complaint(
                "a path is empty or contains a NUL", written, "name a feature store, a directory or a glob")
        }
        let path = StorePaths.absolute(written)
        switch FileStatus.of(path) {
        case .file(let identity):
            found.append(FoundStore(path: path, isNamed: true, isLinked: false, identity: identity))
        case .folder:
            do { _ = try FolderListing(path) } catch {
                throw Self.complaint(
                    "the directory cannot be read: \(Self.words(error.code))", written, "make it readable to you")
            }
            try add(path, isLinked: false)
            try refuseNothing(
                written, "the directory holds no feature stores (*.h5)",
                "name the directory that the stores were written to")
        case .other:
            throw Self.complaint("a feature store is a regular file, and this is none", written, "name a file")
        case .unreachable(let code):
            if FileStatus.isLink(path) { throw Self.brokenLink(path, written, code) }
            guard code == ENOENT || code == ENOTDIR else {
                throw Self.complaint("the path cannot be followed: \(Self.words(code))", written, "check the path")
            }
            guard PathPattern.isPattern(written) else {
                // What the system hands over as other bytes arrives as this character.
                let isRepaired = written.unicodeScalars.contains("\u{FFFD}")
                throw Self.complaint(
                    "no such file or directory", written,
                    isRepaired
                        ? "the name may not be UTF-8: rename the file" : "name a feature store, a directory or a glob")
            }
            let components = path.split(separator: "/").map(String.init)
            let literal = components.prefix { !PathPattern.isPattern($0) }
            try match("/" + literal.joined(separator: "/"), components.dropFirst(literal.count), isLinked: false)
            try refuseNothing(written, "no file matches the pattern", "check the path and the pattern")
        }
    }

    // MARK: Folders

    private struct Folder {
        let path: String
        let isLinked: Bool
        let entries: [FolderListing.Entry]
    }

    /// Takes every store in a folder and below.
    private mutating func add(_ path: String, isLinked: Bool) throws(Complaint) {
        for folder in try folders(from: path, isLinked: isLinked) { take(folder) }
    }

    /// A folder and all below it, each once: those behind links after the others, so that no link hides a folder's own path.
    private mutating func folders(from path: String, isLinked: Bool) throws(Complaint) -> [Folder] {
        var folders: [Folder] = []
        var pending = [(path: path, isLinked: isLinked)]
        var links: [(path: String, identity: FileIdentity)] = []
        var seen: Set<FileIdentity> = []
        if case .folder(let identity) = FileStatus.of(path) { seen.insert(identity) }
        while true {
            if pending.isEmpty, !links.isEmpty {
                let link = links.removeFirst()
                if seen.insert(link.identity).inserted {
                    pending.append((link.path, true))
                } else {
                    passedOver.add(link.path, .searchedAlready)
                }
            }
            guard let next = pending.popLast() else {
                if links.isEmpty { return folders }
                continue
            }
            let folder = Folder(path: next.path, isLinked: next.isLinked, entries: try entries(of: next.path))
            folders.append(folder)
            for entry in folder.entries {
                guard case .folder(let identity) = entry.status else { continue }
                if entry.isHidden {
                    passedOver.add(entry.path, .hidden)
                } else if entry.isLink {
                    links.append((entry.path, identity))
                } else if seen.insert(identity).inserted {
                    pending.append((entry.path, next.isLinked))
                } else {
                    passedOver.add(entry.path, .searchedAlready)
                }
            }
        }
    }

    private mutating func entries(of folder: String) throws(Complaint) -> [FolderListing.Entry] {
        let entries: [FolderListing.Entry]
        do { entries = try FolderListing(folder).entries } catch {
            passedOver.add(folder, .unreadable(Self.words(error.code)))
            return []
        }
        examined += entries.count
        guard examined <= Self.mostExamined else {
            throw Self.complaint(
                "there are more than 1,000,000 files below what was named", folder,
                "name the directory that the stores were written to")
        }
        return entries
    }

    /// Takes the stores that are in one folder, and none below it.
    private mutating func take(_ folder: Folder) {
        for entry in folder.entries where !entry.isFolder {
            let isUsual = StoreName.isUsual(entry.name)
            guard isUsual || StoreName.isNear(entry.name) || !entry.isLegible else {
                if entry.isLink, !entry.isHidden, case .unreachable = entry.status {
                    passedOver.add(entry.path, .leadsNowhere)
                }
                continue
            }
            if entry.isHidden {
                passedOver.add(entry.path, .hidden, file: entry.file)
            } else if isUsual || !entry.isLegible {
                take(entry, isLinked: folder.isLinked)
            } else {
                passedOver.add(entry.path, .otherName, file: entry.file)
            }
        }
    }

    /// Takes a file whose name will do, or says why not.
    private mutating func take(_ entry: FolderListing.Entry, isLinked: Bool) {
        switch entry.status {
        case .file(let identity):
            found.append(
                FoundStore(path: entry.path, isNamed: false, isLinked: isLinked || entry.isLink, identity: identity))
        case .unreachable(let code):
            let reason: PassedOver.Reason =
                !entry.isLegible ? .illegibleName : entry.isLink ? .leadsNowhere : .unreadable(Self.words(code))
            passedOver.add(entry.path, reason)
        case .other, .folder: passedOver.add(entry.path, .noRegularFile)
        }
    }

    // MARK: Patterns

    /// Takes what matches `rest` within the folder at `path`.
    private mutating func match(_ path: String, _ rest: ArraySlice<String>, isLinked: Bool) throws(Complaint) {
        guard let component = rest.first else { return }
        let deeper = rest.dropFirst()
        if component == PathPattern.anyFolders {
            for folder in try folders(from: path, isLinked: isLinked) {
                if deeper.isEmpty { take(folder) } else { try match(folder.path, deeper, isLinked: folder.isLinked) }
            }
            return
        }
        for entry in try entries(of: path) {
            switch PathPattern.match(entry.name, component) {
            case .no: continue
            case .hidden:
                // A star alone says nothing of what was meant.
                let isMeant = component != "*" || StoreName.isUsual(entry.name) || StoreName.isNear(entry.name)
                if entry.isFolder || (deeper.isEmpty && isMeant) {
                    passedOver.add(entry.path, .hidden, file: entry.file)
                }
            case .yes where entry.isFolder && deeper.isEmpty:
                let before = found.count
                try add(entry.path, isLinked: isLinked || entry.isLink)
                if found.count == before { passedOver.add(entry.path, .emptyFolder) }
            case .yes where entry.isFolder: try match(entry.path, deeper, isLinked: isLinked || entry.isLink)
            case .yes where deeper.isEmpty: take(entry, isLinked: isLinked)
            case .yes: if case .unreachable = entry.status { take(entry, isLinked: isLinked) }
            }
        }
    }

    // MARK: Words

    private func refuseNothing(_ written: String, _ what: String, _ advice: String) throws(Complaint) {
        let passed = passedOver.sentences()
        guard found.isEmpty else { return }
        throw Self.complaint(what, written, passed.isEmpty ? advice : passed.joined(separator: "; "))
    }

    private static func brokenLink(_ path: String, _ written: String, _ code: Int32) -> Complaint {
        let isAnnexed = FileState.destination(ofLink: path)?.contains(".git/annex/objects/") == true
        return complaint(
            "the link leads nowhere: \(words(code))", written,
            isAnnexed ? "fetch the data with 'git annex get'" : "mend the link, or name the file itself")
    }

    private static func complaint(_ what: String, _ place: String, _ advice: String) -> Complaint {
        Complaint(.request, what, at: place, advice: advice)
    }

    private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}
