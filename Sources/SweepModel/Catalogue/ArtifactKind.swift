/// The name of what is computed once for a layer and serves all its pairs: one of the catalogue's families with its parameter.
///
/// Each family's own constant stands with its definition, under `Artifacts/`.
package struct ArtifactKind: Hashable, Codable, Sendable {
    /// The family's name, such as `rbf`.
    package let family: String
    /// What sets kinds of one family apart, where it has a parameter.
    package let parameter: Double?

    /// The name of a family, and a parameter, of a definition in the catalogue.
    package init(defining family: String, parameter: Double? = nil) {
        self.family = family
        self.parameter = parameter
    }

    /// The kind called `name`; nil where the catalogue has none.
    package init?(name: String) {
        if let plain = ArtifactCatalogue.definition(name), !plain.hasParameter {
            self.init(defining: name)
            return
        }
        guard let mark = name.firstRange(of: Self.parameterMark) else { return nil }
        let family = String(name[..<mark.lowerBound])
        guard ArtifactCatalogue.definition(family)?.hasParameter == true,
            let parameter = Double(name[mark.upperBound...]), parameter > 0, parameter.isFinite
        else { return nil }
        self.init(defining: family, parameter: parameter)
    }

    /// The name in messages and keys, such as `rbf_b1`.
    package var name: String { parameter.map { "\(family)\(Self.parameterMark)\(shortest($0))" } ?? family }

    private static let parameterMark = "_b"

    /// What the artifact is. Those that exist are in the catalogue: names are checked where they come in.
    package var definition: ArtifactDefinition {
        guard let found = ArtifactCatalogue.definition(family) else {
            preconditionFailure("\(family) is not in the catalogue of artifacts")
        }
        return found
    }

    /// Whether it is a symmetric matrix over pairs of samples, which panels are made of.
    package var isPairMatrix: Bool { definition.isPairMatrix }
}

/// The shortest decimal text of `value`, without `.0`.
func shortest(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
