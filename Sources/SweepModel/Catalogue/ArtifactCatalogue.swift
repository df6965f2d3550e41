internal import Synchronization

/// The kinds of artifact that the program knows, by family.
package enum ArtifactCatalogue {
    /// In the order in which their costs are added up, and in which they are made: distances take the place of products in memory, so
    /// that what is made of products comes first.
    private static let builtIn: [ArtifactDefinition] = [
        .neighbours, .gram, .ranks, .distances, .rbf, .basis, .features,
    ]

    private static let known = Mutex(builtIn)

    /// Every family, in the order in which costs are added up.
    package static var definitions: [ArtifactDefinition] { known.withLock(\.self) }

    /// The family called `name`; nil where there is none.
    package static func definition(_ name: String) -> ArtifactDefinition? {
        known.withLock { $0.first { $0.family == name } }
    }

    /// `kinds` in the order of their families, and of their parameters.
    package static func ordered(_ kinds: some Sequence<ArtifactKind>) -> [ArtifactKind] {
        let families = definitions.map(\.family)
        return kinds.sorted {
            let (a, b) = (families.firstIndex(of: $0.family) ?? 0, families.firstIndex(of: $1.family) ?? 0)
            return a == b ? $0.parameter ?? 0 < $1.parameter ?? 0 : a < b
        }
    }

    /// Adds a family after those that are there. A program does so before anything else: every process of a sweep has to know it.
    package static func add(_ definition: ArtifactDefinition) {
        known.withLock {
            precondition(
                !$0.contains { $0.family == definition.family }, "two artifacts are called \(definition.family)")
            $0.append(definition)
        }
    }
}
