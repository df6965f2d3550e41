/// The name of an alignment metric that the catalogue has, as files, messages and flags spell it.
///
/// Each metric's own constant stands with its definition, under `Metrics/`.
package struct MetricKind: RawRepresentable, Hashable, Codable, Sendable {
    package let rawValue: String

    /// The metric called `rawValue`; nil where the catalogue has none.
    package init?(rawValue: String) {
        guard MetricCatalogue.definition(rawValue) != nil else { return nil }
        self.rawValue = rawValue
    }

    /// The name of a metric in its definition.
    package init(defining id: String) { rawValue = id }

    /// What the metric is. Those that exist are in the catalogue: names are checked where they come in.
    package var definition: MetricDefinition {
        guard let found = MetricCatalogue.definition(rawValue) else {
            preconditionFailure("\(rawValue) is not in the catalogue of metrics")
        }
        return found
    }
}

extension MetricKind: CaseIterable {
    /// Every metric, in the order of results files.
    package static var allCases: [MetricKind] { MetricCatalogue.definitions.map(\.kind) }

    /// What `all` stands for: everything whose pairs are cheap.
    package static var all: [MetricKind] { MetricCatalogue.definitions.filter(\.isInAll).map(\.kind) }

    /// Whether the metric is computed from neighbour lists and so has a k.
    package var isNeighbourMetric: Bool { definition.parameter == .neighbours }

    /// Whether exchanging x and y leaves every score.
    package var isSymmetric: Bool { definition.isSymmetric }

    /// The variant by which the metric is computed where `requested` is asked for: `exact` wherever that is the same, or where
    /// released code has no such metric or draws it at random (svcca).
    package func variant(_ requested: Variant) -> Variant {
        definition.variants.contains(requested) ? requested : .exact
    }
}

/// Which reading of the metrics is computed (Schemas/metrics.md, *Variants*).
package enum Variant: String, CaseIterable, Codable, Sendable {
    /// The definitions.
    case exact
    /// The paper's released code, where it differs.
    case reference
    /// The paper's equation 18 as printed, for cknna.
    case paper
}
