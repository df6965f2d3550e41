internal import PermutationStatistics
package import SweepModel
internal import Synchronization

/// Every neighbour metric of all layer pairs of a tile.
package enum NeighbourScores {
    private static let builtIn: [any NeighbourMetric.Type] = [
        MutualNeighbours.self, NeighbourKernelAlignment.self, CycleNeighbours.self, CommonSubsequences.self,
        EditDistances.self, JaccardSimilarity.self,
    ]

    private static let known = Mutex(
        Dictionary(uniqueKeysWithValues: builtIn.map { ($0.kind, $0 as any NeighbourMetric.Type) }))

    /// The metrics that have a computation. Which these are, the catalogue says as well: tests hold one to the other.
    package static var kinds: Set<MetricKind> { known.withLock { Set($0.keys) } }

    /// Adds the computation of a metric that was added to the catalogue.
    package static func add(_ metric: any NeighbourMetric.Type) { known.withLock { $0[metric.kind] = metric } }

    /// How scores under permutations are counted in bit masks; nil where they are not.
    package static func counting(_ kind: MetricKind) -> OverlapCounting? { known.withLock { $0[kind] }?.counting }

    /// How scores within subsamples follow from overlaps; nil where they do not.
    static func subsampling(_ kind: MetricKind) -> OverlapScores? { known.withLock { $0[kind] }?.subsampling }

    /// For each of `ks` (ascending) the scores of every row layer as x against every column layer as y: rows x columns, row-major.
    package static func scores(
        _ kind: MetricKind, rows: [LayerNeighbours], columns: [LayerNeighbours], ks: [Int], variant: Variant
    ) -> [[Double]] {
        guard let metric = known.withLock({ $0[kind] }) else {
            preconditionFailure("\(kind.rawValue) is not computed from neighbours")
        }
        return metric.scores(rows: rows, columns: columns, ks: ks, variant: variant)
    }

    /// The transpose of a rows x columns matrix.
    static func transposed(_ values: [Double], rows: Int, columns: Int) -> [Double] {
        (0..<columns).flatMap { c in (0..<rows).map { r in values[r * columns + c] } }
    }
}
