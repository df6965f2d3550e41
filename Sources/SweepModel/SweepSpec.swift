/// What a sweep compares and how: the values of a sweep specification, flags merged in, checked.
package struct SweepSpec: Hashable, Codable, Sendable {
    /// How values are clipped before normalisation.
    package enum Clip: Hashable, Codable, Sendable {
        case none
        /// The value at element floor(q·N) of all N sorted absolute values.
        case quantile(Double)
    }

    /// How rows are normalised.
    package enum Normalization: String, Codable, Sendable {
        case l2
        case none
    }

    /// Which layers of each model take part.
    package enum LayerSelection: Hashable, Codable, Sendable {
        case all
        case last
        /// Indices into the model's layers; negative ones count from the end.
        case indices([Int])
    }

    package var name = "sweep"
    /// Paths, globs and directories of the x side.
    package var x: [String] = []
    /// The y side; nil for every unordered pair of x.
    package var y: [String]?
    package var metrics: [MetricKind] = [.mutualKNN]
    package var k: [Int] = [10]
    package var clip = Clip.quantile(0.95)
    package var normalize = Normalization.l2
    package var layers = LayerSelection.all
    /// Whether layers with many tied rows may attain the maximum of neighbour metrics.
    package var keepTied = false
    package var allowDatasetMismatch = false
    /// Whether models are named by their file rather than by the store's attribute.
    package var nameFromFile = false
    package var seed: UInt64 = 0

    package init() {}

    /// Every metric with every parameter, in the order of the results file.
    package var parameterizedMetrics: [Metric] {
        metrics.flatMap { kind in
            kind.isNeighbourMetric ? k.map { Metric(kind: kind, k: $0) } : [Metric(kind: kind)]
        }
    }

    /// The longest neighbour list that any metric needs; nil where none needs neighbours.
    package var longestNeighbourList: Int? {
        metrics.contains(where: \.isNeighbourMetric) ? k.max() : nil
    }

    /// Whether any metric needs centred Gram matrices.
    package var needsGrams: Bool { metrics.contains(where: \.isGramMetric) }
}
