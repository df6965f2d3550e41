/// File names for things whose own names come from files: lower-case letters, digits, hyphens, underscores and points.
struct SlugRegistry: Sendable {
    private var taken: Set<String> = []

    private static let longest = 80

    /// A name made of `parts` that was not given out before; the second of the same kind ends in "-2", and so on.
    mutating func unique(_ parts: [String]) -> String {
        let base = String(parts.map(Self.slug).joined(separator: "-").prefix(Self.longest))
        var name = base
        var number = 1
        while !taken.insert(name).inserted {
            number += 1
            name = "\(base)-\(number)"
        }
        return name
    }

    /// `text` with hyphens for whatever a file system, a shell or an address could take amiss; never empty, never hidden.
    static func slug(_ text: String) -> String {
        var slug = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "a"..."z", "0"..."9", "_": slug.unicodeScalars.append(scalar)
            case "A"..."Z": slug += String(scalar).lowercased()
            case "." where slug.last?.isNumber == true: slug += "."
            default: if !slug.hasSuffix("-"), !slug.isEmpty { slug += "-" }
            }
        }
        while let last = slug.last, last == "-" || last == "." { slug.removeLast() }
        return slug.isEmpty ? "unnamed" : slug
    }
}
