package import PermutationStatistics
package import SweepModel

/// How the scores of a neighbour metric are computed: one type a metric, in a file of its own beside this one.
package protocol NeighbourMetric: SendableMetatype {
    /// The metric, whose definition is in `MetricCatalogue`.
    static var kind: MetricKind { get }

    /// For each of `ks` (ascending) the scores of every row layer as x against every column layer as y: rows x columns, row-major.
    static func scores(
        rows: [LayerNeighbours], columns: [LayerNeighbours], ks: [Int], variant: Variant
    ) -> [[Double]]

    /// How its scores under permutations are counted in bit masks (`MetricDefinition.maskedSecondsPerPlace`); nil where they are not.
    static var counting: OverlapCounting? { get }

    /// Its scores within a subsample, given the overlaps there (`MetricDefinition.subsampling`); nil where there are none.
    static var subsampling: OverlapScores? { get }
}

/// For each permutation the scores of the overlaps' rows and columns, row-major.
package typealias OverlapCounting = @Sendable (PermutedOverlaps, [SamplePermutation]) -> [[Double]]

/// The scores of the overlaps' rows and columns, row-major.
package typealias OverlapScores = @Sendable (SubsampledOverlaps) -> [Double]

extension NeighbourMetric {
    package static var counting: OverlapCounting? { nil }
    package static var subsampling: OverlapScores? { nil }
}
