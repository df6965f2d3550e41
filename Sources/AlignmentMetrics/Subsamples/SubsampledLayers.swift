package import PermutationStatistics

/// The layers of a tile, ready to be scored under some metrics within subsamples (Schemas/metrics.md, *Intervals by subsamples*).
package struct SubsampledLayers {
    /// What one metric says of a subsample.
    package struct Scores {
        /// Rows x columns, row-major; NaN where a layer has no artifact or the score is undefined.
        package let scores: [Double]
        /// The share of the subsample's samples that each score leaves out, since their lists ran out: likewise; nil where there are no
        /// lists.
        package let leftOut: [Double]?
    }

    private let score: (Subsample) throws -> [Scores]

    init(_ score: @escaping (Subsample) throws -> [Scores]) { self.score = score }

    /// For each metric the scores within `subsample`.
    package func scores(_ subsample: Subsample) throws -> [Scores] { try score(subsample) }
}
