/// Two specifications as canonical YAML, side by side.
package enum SpecDifference {
    /// The first difference in words, as something that is said of `old`; nil where there is none.
    package static func text(of old: String, from new: String) -> String? {
        let lines = (old.split(separator: "\n"), new.split(separator: "\n"))
        if let pair = zip(lines.0, lines.1).first(where: { $0 != $1 }) {
            return "its specification has '\(shown(pair.0))' where this one has '\(shown(pair.1))'"
        }
        guard lines.0.count != lines.1.count else { return nil }
        guard !lines.0.isEmpty, !lines.1.isEmpty else { return "it says of no specification that it was made by it" }
        let rest = (lines.0.count > lines.1.count ? lines.0 : lines.1)[min(lines.0.count, lines.1.count)]
        return "\(lines.0.count > lines.1.count ? "its" : "this") specification has '\(rest)', and the other has not"
    }

    private static func shown(_ line: Substring) -> String { line.count > 400 ? line.prefix(400) + "…" : String(line) }

    /// A specification that an earlier build wrote, as this build would write it; as it is where this build cannot read it.
    package static func canonical(_ text: String) -> String {
        guard let document = try? SpecDocument.parse(text, file: "spec"),
            let spec = try? SpecReader.read(document: document, flags: [])
        else { return text }
        return spec.canonicalYAML
    }
}
