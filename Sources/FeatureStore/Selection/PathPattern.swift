internal import Glibc

/// Patterns of paths: `*`, `?` and `[…]` stand for parts of one name, and `**` for any number of folders.
enum PathPattern {
    enum Match: Int, Comparable {
        case no
        /// But for a dot at the beginning of a name, which no wildcard stands for.
        case hidden
        case yes

        static func < (a: Match, b: Match) -> Bool { a.rawValue < b.rawValue }
    }

    static let anyFolders = "**"

    static func isPattern(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }

    /// A question mark is a character of UTF-8, in whatever locale the program runs. Made once, and nobody changes or frees it.
    nonisolated(unsafe) private static let utf8 = newlocale(1 << LC_CTYPE, "C.UTF-8", nil)

    /// Whether one name matches one component of a pattern, or is that very text.
    static func match(_ name: String, _ component: String) -> Match {
        if name.utf8.elementsEqual(component.utf8) { return .yes }
        let former = utf8.map { uselocale($0) }
        defer { if let former { uselocale(former) } }
        if fnmatch(component, name, FNM_PERIOD) == 0 { return .yes }
        return fnmatch(component, name, 0) == 0 ? .hidden : .no
    }

    /// Whether a path matches a pattern, both as components.
    static func match(_ names: ArraySlice<String>, _ pattern: ArraySlice<String>) -> Match {
        guard let component = pattern.first else { return names.isEmpty ? .yes : .no }
        guard let name = names.first else { return .no }
        let rest = pattern.dropFirst()
        guard component == anyFolders else {
            return min(match(name, component), match(names.dropFirst(), rest))
        }
        let visibility: Match = name.hasPrefix(".") ? .hidden : .yes
        // At the end it stands for files as well.
        let here = rest.isEmpty ? (names.count == 1 ? visibility : .no) : match(names, rest)
        let deeper = names.count > 1 ? min(visibility, match(names.dropFirst(), pattern)) : .no
        return max(here, deeper)
    }
}

/// Names that stores have, and those that they nearly have.
enum StoreName {
    static func isUsual(_ name: String) -> Bool { name.hasSuffix(".h5") }

    /// Whether someone who looks for stores would take the name for that of one.
    static func isNear(_ name: String) -> Bool {
        let suffix = name.lowercased().split(separator: ".", omittingEmptySubsequences: false).last ?? ""
        return name.contains(".") && !isUsual(name) && ["h5", "hdf5", "hdf", "he5", "nc", "nc4"].contains(suffix)
    }
}
