/// What a person wants to know of a metric before choosing it: a row of `platonic metrics`.
package struct MetricDescription: Encodable, Sendable {
    package let metric: String
    package let summary: String
    package let symmetric: Bool
    /// Every pair of samples counts, not only near ones.
    package let global: Bool
    package let ordinal: Bool
    package let batchable: Bool
    /// The setting that its parameter comes from; empty where there is none.
    package let parameter: String
    package let range: String
    package let chance: String
    package let variants: String
    package let source: String
    package let inAll: Bool

    /// Every metric, in the order of results files.
    package static var all: [MetricDescription] { MetricCatalogue.definitions.map(MetricDescription.init) }

    package init(_ definition: MetricDefinition) {
        let (kind, texts) = (definition.kind, definition.texts)
        metric = kind.rawValue
        symmetric = kind.isSymmetric
        global = !kind.isNeighbourMetric
        ordinal = definition.isOrdinal
        batchable = definition.isBatchable
        parameter =
            switch definition.parameter {
            case .neighbours: "k"
            case .dimensions: "\(metric).dimensions"
            case .bandwidth: "\(metric).bandwidth"
            case nil: ""
            }
        summary = texts.summary
        range = texts.range
        chance = texts.chance
        variants = texts.variants
        source = texts.source
        inAll = definition.isInAll
    }
}
