/// An interval for the expected score at n samples, from scores of subsamples.
///
/// It is one for a cell, or a difference of cells on the same subsamples, that was chosen beforehand: that a maximum was chosen among
/// layers is not covered. It is conservative: standard errors are up to about 1.7 times too wide. Preparation is held fixed.
package struct SubsampleInterval: Equatable, Sendable {
    /// The coverage that intervals are meant to have.
    package static let level = 0.95

    /// The score of all samples, in the middle.
    package let score: Double
    /// NaN where it is not known, as the interval is then.
    package let standardError: Double
    package let lower: Double
    package let upper: Double

    package init(score: Double, standardError: Double, level: Double = level) {
        precondition(level > 0 && level < 1, "a share of intervals")
        self.score = score
        self.standardError = score.isNaN ? .nan : standardError
        let width = StudentT.quantile(level: level, degreesOfFreedom: .infinity) * self.standardError
        lower = score - width
        upper = score + width
    }

    /// - Parameters:
    ///   - replicates: the scores of B ≥ 2 subsamples, in the order of their numbers.
    ///   - scaling: that of their design.
    package init(score: Double, replicates: some Sequence<Double>, scaling: Double, level: Double = level) {
        var spread = ReplicateSpread(cells: 1)
        for replicate in replicates { spread.add([replicate]) }
        self.init(score: score, standardError: spread.deviations[0] * scaling, level: level)
    }
}

/// How far scores of subsamples vary about their mean, for many cells: taken in one subsample after the other (Welford 1962).
package struct ReplicateSpread: Sendable {
    private var count = 0.0
    package private(set) var means: [Double]
    /// Σ of squared deviations from the mean.
    private var squares: [Double]

    package init(cells: Int) {
        means = Array(repeating: 0, count: cells)
        squares = means
    }

    /// Takes in the scores of the next subsample, one for each cell.
    package mutating func add(_ scores: [Double]) {
        precondition(scores.count == means.count, "a score for each cell")
        count += 1
        for cell in scores.indices {
            let off = scores[cell] - means[cell]
            means[cell] += off / count
            squares[cell] += off * (scores[cell] - means[cell])
        }
    }

    /// The standard deviation of each cell's scores, by B - 1; NaN where one of them is, or there are fewer than two.
    package var deviations: [Double] { squares.map { count < 2 ? .nan : ($0 / (count - 1)).squareRoot() } }
}
