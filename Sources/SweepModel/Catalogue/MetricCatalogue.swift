internal import Synchronization

/// The metrics that the program knows.
///
/// A metric is two files and a line in each of two lists: its definition here, and its computation under `AlignmentMetrics/Kinds`.
package enum MetricCatalogue {
    /// The metrics of the paper and their companions, in the order of results files.
    private static let builtIn: [MetricDefinition] = [
        .mutualKNN, .cka, .unbiasedCKA, .svcca, .cknna, .cycleKNN, .lcsKNN, .editDistanceKNN, .jaccardKNN, .rsa,
        .distanceCorrelation, .ckaRBF, .procrustes,
    ]

    private static let known = Mutex(Known(builtIn))

    private struct Known {
        var definitions: [MetricDefinition] = []
        var byID: [String: MetricDefinition] = [:]

        init(_ definitions: [MetricDefinition]) { for definition in definitions { add(definition) } }

        mutating func add(_ definition: MetricDefinition) {
            let id = definition.kind.rawValue
            precondition(byID[id] == nil, "two metrics are called \(id)")
            definitions.append(definition)
            byID[id] = definition
        }
    }

    /// Every metric, in the order of results files.
    package static var definitions: [MetricDefinition] { known.withLock { $0.definitions } }

    /// The metric called `id`; nil where there is none.
    package static func definition(_ id: String) -> MetricDefinition? { known.withLock { $0.byID[id] } }

    /// Adds a metric after those that are there. A program does so before anything else: every process of a sweep has to know it.
    package static func add(_ definition: MetricDefinition) { known.withLock { $0.add(definition) } }
}
