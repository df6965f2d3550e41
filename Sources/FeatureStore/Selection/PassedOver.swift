internal import SweepModel

/// What may have been meant for a store and does not take part: each path once, by reason.
struct PassedOver: Sendable {
    enum Reason: Hashable, Sendable {
        case hidden
        /// A name that is nearly that of a store, such as `a.hdf5`.
        case otherName
        case illegibleName
        case noRegularFile
        case leadsNowhere
        case searchedAlready
        case unreadable(String)
        case emptyFolder
        /// The path is followed by that under which the file takes part.
        case sameFile
        case results

        fileprivate var text: String {
            switch self {
            case .hidden: "names that begin with a dot are taken only where they are written out"
            case .otherName: "names that do not end in .h5 are taken only where they are written out"
            case .illegibleName: "names that are not UTF-8; rename them"
            case .noRegularFile: "no regular files"
            case .leadsNowhere: "links that lead nowhere"
            case .searchedAlready: "links to folders that are searched already"
            case .unreadable(let why): "cannot be read: \(why)"
            case .emptyFolder: "folders without feature stores (*.h5)"
            case .sameFile: "files that take part under another name"
            case .results: "results of a sweep, not features"
            }
        }
    }

    /// So many paths are named of those with one reason.
    private static let mostNamed = 20

    private struct Item {
        let path: String
        let note: String
        let file: FileIdentity?
    }

    private var groups: [(reason: Reason, items: [Item])] = []

    /// `note` stands after the path; `file` is what it leads to where that may take part under another.
    mutating func add(_ path: String, _ reason: Reason, note: String = "", file: FileIdentity? = nil) {
        add(Item(path: path, note: note, file: file), reason)
    }

    mutating func add(_ other: PassedOver) {
        for group in other.groups {
            for item in group.items { add(item, group.reason) }
        }
    }

    private mutating func add(_ item: Item, _ reason: Reason) {
        guard let group = groups.firstIndex(where: { $0.reason == reason }) else {
            groups.append((reason, [item]))
            return
        }
        groups[group].items.append(item)
    }

    /// One sentence for each reason, without the paths in `taken` and what leads to a file in `files`: something else brought them in.
    func sentences(taken: [String] = [], files: Set<FileIdentity> = []) -> [String] {
        let taken = Set(taken.map { Array($0.utf8) })
        return groups.compactMap { reason, items in
            var seen = taken
            let left = items.filter { item in item.file.map { !files.contains($0) } ?? true }
                .filter { seen.insert(Array($0.path.utf8)).inserted }
                .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
            guard !left.isEmpty else { return nil }
            let shown = left.prefix(Self.mostNamed).map { $0.path + $0.note }.joined(separator: ", ")
            let more = left.count > Self.mostNamed ? " and \(left.count - Self.mostNamed) more" : ""
            return "passed over (\(reason.text)): \(shown)\(more)"
        }
    }
}
