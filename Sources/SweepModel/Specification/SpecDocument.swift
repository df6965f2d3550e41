internal import Yams

/// Reads the YAML text of a sweep specification into entries that know their line and column.
package enum SpecDocument {
    /// The top-level mapping of `yaml`. Throws, with line and column, on text that is not a YAML mapping.
    package static func parse(_ yaml: String, file: String) throws(Complaint) -> SpecEntry {
        let node: Node?
        let parser: Parser
        do {
            parser = try Parser(yaml: yaml)
            node = try parser.singleRoot()
        } catch let error as YamlError {
            throw Complaint(
                .request, "the specification is not valid YAML: \(firstLine(of: error))", at: place(error, file),
                advice: "mend the YAML there")
        } catch {
            throw Complaint(.request, "the specification cannot be read: \(error)", at: file, advice: "mend the YAML")
        }
        guard let node, case .mapping = node else {
            throw Complaint(
                .request, "the specification is not a mapping of keys to values", at: file,
                advice: "write one 'key: value' a line, such as 'x: [stores/*.h5]'")
        }
        // Nodes hold their anchors weakly: only the parser keeps them.
        return try withExtendedLifetime(parser) { () throws(Complaint) in try entry(node, file: file) }
    }

    private static func entry(_ node: Node, file: String) throws(Complaint) -> SpecEntry {
        // The parser puts copies in the place of aliases, and a few lines of those could stand for billions of entries.
        guard node.anchor == nil else {
            throw Complaint(
                .request, "a YAML anchor, for aliases to refer to, stands here", at: place(node.mark, file),
                advice: "write the value out wherever it is needed")
        }
        switch node {
        case .scalar(let scalar):
            return SpecEntry(.scalar(scalar.string), at: place(scalar.mark, file))
        case .sequence(let sequence):
            var items: [SpecEntry] = []
            for item in sequence { items.append(try entry(item, file: file)) }
            return SpecEntry(.sequence(items), at: place(sequence.mark, file))
        case .mapping(let mapping):
            var pairs: [(key: String, keyPlace: String, entry: SpecEntry)] = []
            for (key, value) in mapping {
                let keyPlace = place(key.mark, file)
                guard let name = key.scalar?.string else {
                    throw Complaint(.request, "a key is not a plain word", at: keyPlace, advice: "use plain keys")
                }
                pairs.append((name, keyPlace, try entry(value, file: file)))
            }
            return SpecEntry(.mapping(pairs), at: place(mapping.mark, file))
        case .alias(let alias):
            throw Complaint(
                .request, "a YAML alias stands here", at: place(alias.mark, file), advice: "write the value out")
        }
    }

    private static func place(_ mark: Mark?, _ file: String) -> String {
        mark.map { "\(file), line \($0.line), column \($0.column)" } ?? file
    }

    private static func place(_ error: YamlError, _ file: String) -> String {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            place(mark, file)
        case .duplicatedKeysInMapping(_, let context):
            place(context.mark, file)
        default: file
        }
    }

    private static func firstLine(of error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
        case .duplicatedKeysInMapping(let duplicates, _): "the key '\(duplicates.first ?? "")' occurs twice"
        default: "\(error)".split(separator: "\n").first.map(String.init) ?? "\(error)"
        }
    }
}
