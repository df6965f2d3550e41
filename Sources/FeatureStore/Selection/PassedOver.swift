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

    private var groups: [(reason: Reason, items: [(path: String, note: String)])] = []

    /// `note` stands after the path.
    mutating func add(_ path: String, _ reason: Reason, note: String = "") {
        guard let group = groups.firstIndex(where: { $0.reason == reason }) else {
            groups.append((reason, [(path, note)]))
            return
        }
        groups[group].items.append((path, note))
    }

    mutating func add(_ other: PassedOver) {
        for group in other.groups {
            for item in group.items { add(item.path, group.reason, note: item.note) }
        }
    }

    /// One sentence for each reason, without the paths in `taken`, which another name has brought in.
    func sentences(taken: [String] = []) -> [String] {
        let taken = Set(taken.map { Array($0.utf8) })
        return groups.compactMap { reason, items in
            var seen = taken
            let left = items.filter { seen.insert(Array($0.path.utf8)).inserted }
                .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
            guard !left.isEmpty else { return nil }
            let shown = left.prefix(Self.mostNamed).map { $0.path + $0.note }.joined(separator: ", ")
            let more = left.count > Self.mostNamed ? " and \(left.count - Self.mostNamed) more" : ""
            return "passed over (\(reason.text)): \(shown)\(more)"
        }
    }
}
