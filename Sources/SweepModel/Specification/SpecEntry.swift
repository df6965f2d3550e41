/// One value of a specification as it was written, with where it stands: a line and column, or a flag.
package struct SpecEntry: Sendable {
    /// A scalar keeps its text, so that one reader serves files and flags.
    package indirect enum Value: Sendable {
        case scalar(String)
        case sequence([SpecEntry])
        case mapping([(key: String, keyPlace: String, entry: SpecEntry)])
    }

    package let value: Value
    package let place: String

    package init(_ value: Value, at place: String) {
        self.value = value
        self.place = place
    }

    /// The entry of a flag: one scalar or a list of them.
    package static func flag(_ name: String, _ texts: [String]) -> SpecEntry {
        let place = "--\(name)"
        return SpecEntry(.sequence(texts.map { SpecEntry(.scalar($0), at: place) }), at: place)
    }

    func complaint(_ what: String, advice: String) -> Complaint {
        Complaint(.request, what, at: place, advice: advice)
    }

    /// The scalar's text.
    func text(_ key: String) throws(Complaint) -> String {
        switch value {
        case .scalar(let text):
            // No path and no text of a results file can have one.
            guard !text.utf8.contains(0) else {
                throw complaint("'\(key)' contains a NUL", advice: "leave the NUL out")
            }
            return text
        case .sequence(let items) where items.count == 1: return try items[0].text(key)
        case .sequence: throw complaint("'\(key)' is a list, one value was expected", advice: "give a single value")
        case .mapping: throw complaint("'\(key)' is a mapping, one value was expected", advice: "give a single value")
        }
    }

    /// The items of a list; a scalar is a list of one.
    func items(_ key: String) throws(Complaint) -> [SpecEntry] {
        switch value {
        case .scalar: return [self]
        case .sequence(let items): return items
        case .mapping: throw complaint("'\(key)' is a mapping, a list was expected", advice: "write [a, b]")
        }
    }

    func integer(_ key: String) throws(Complaint) -> Int {
        let text = try text(key)
        guard let number = Int(text) else {
            throw complaint("'\(key)' is '\(text)', a whole number was expected", advice: "give a whole number")
        }
        return number
    }

    func flag(_ key: String) throws(Complaint) -> Bool {
        let text = try text(key)
        switch text {
        case "true": return true
        case "false": return false
        default: throw complaint("'\(key)' is '\(text)', true or false was expected", advice: "write true or false")
        }
    }
}
