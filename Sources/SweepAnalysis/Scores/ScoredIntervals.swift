internal import PermutationStatistics
internal import SweepModel

/// How far other samples would move one metric's scores (Schemas/metrics.md, *Intervals by subsamples*).
package struct ScoredIntervals: Sendable {
    /// Subsamples B.
    package var subsamples: Int
    /// What subsamples are drawn from: groups of samples, or samples one by one; and how many of how many a subsample has.
    package var drawsGroups: Bool
    package var units: Int
    package var drawnUnits: Int
    /// Whether intervals of this metric were shown to cover what they say.
    package var isValidated: Bool
    /// LX x LY, row-major: the standard error of each score; NaN where it is not known. Empty where layer scores were not asked for.
    package var standardErrors: [Double]
    /// Likewise the share of samples that a subsample's score leaves out on average; nil where there are no lists to run out.
    package var leftOut: [Double]?
    /// X x Y, row-major: the standard error of the maximum, the layers that attain it held fixed.
    package var bestStandardErrors: [Double]
    /// X x Y x B: the scores of those layers in each subsample.
    package var replicates: [Double]

    /// The coverage that intervals are meant to have.
    package static var level: Double { SubsampleInterval.level }

    package init(
        subsamples: Int, drawsGroups: Bool, units: Int, drawnUnits: Int, isValidated: Bool,
        standardErrors: [Double] = [], leftOut: [Double]? = nil, bestStandardErrors: [Double], replicates: [Double]
    ) {
        self.subsamples = subsamples
        self.drawsGroups = drawsGroups
        self.units = units
        self.drawnUnits = drawnUnits
        self.isValidated = isValidated
        self.standardErrors = standardErrors
        self.leftOut = leftOut
        self.bestStandardErrors = bestStandardErrors
        self.replicates = replicates
    }

    /// √(g/(G - g)), by which deviations among subsamples are multiplied.
    var scaling: Double { SubsampleDesign.scaling(drawnUnits, of: units) }

    /// The mean over `cells`, positions in X x Y scores, in each subsample.
    func meanReplicates(of cells: [Int]) -> [Double] {
        (0..<subsamples).map { number in
            cells.reduce(0) { $0 + replicates[$1 * subsamples + number] } / Double(cells.count)
        }
    }

    /// Half the width of an interval, in standard errors: worked out once, since every cell has one.
    private static let halfWidth = SubsampleInterval(score: 0, standardError: 1).upper

    /// The half width of an interval with such a standard error.
    package static func halfWidth(_ standardError: Double) -> Double { halfWidth * standardError }

    /// Lower and upper end for a score with such a standard error.
    package static func ends(_ score: Double, _ standardError: Double) -> (lower: Double, upper: Double) {
        (score - halfWidth(standardError), score + halfWidth(standardError))
    }

    /// The same for each of `scores`.
    package static func ends(_ scores: [Double], _ standardErrors: [Double]) -> (lower: [Double], upper: [Double]) {
        let found = zip(scores, standardErrors).map { ends($0, $1) }
        return (found.map(\.lower), found.map(\.upper))
    }
}

/// Scores in disjoint parts of the samples (Schemas/metrics.md, *Splits*).
package struct ScoredSplits: Sendable {
    /// Parts S.
    package var count: Int
    /// Samples of the smallest and of the largest part.
    package var samples: ClosedRange<Int>
    /// X x Y x S: the scores of the layers that attain the maximum over all samples, in each part.
    package var scores: [Double]

    package init(count: Int, samples: ClosedRange<Int>, scores: [Double]) {
        self.count = count
        self.samples = samples
        self.scores = scores
    }

    /// Mean and standard deviation, by S - 1, of the scores of a pair of models, by its place in X x Y.
    package func spread(_ pair: Int) -> (mean: Double, deviation: Double) {
        var spread = ReplicateSpread(cells: 1)
        for score in scores[pair * count..<(pair + 1) * count] { spread.add([score]) }
        return (spread.means[0], spread.deviations[0])
    }
}

extension FinishedSweep {
    private var design: SubsampleDesign { SubsampleDesign(sampleCount: groupSizes?.count ?? plan.sampleCount) }

    /// How far other samples would move the scores of metric `position`; nil where it has no intervals.
    package func scoredIntervals(metric position: Int) -> ScoredIntervals? {
        guard let found = subsampled(.halves, metric: position) else { return nil }
        let metric = plan.metrics[position]
        let scaling = design.scaling
        return ScoredIntervals(
            subsamples: found.drawn.count, drawsGroups: groupSizes != nil, units: design.unitCount,
            drawnUnits: design.drawnUnits, isValidated: metric.kind.definition.subsampling == .validated,
            standardErrors: found.deviations.map { $0 * scaling }, leftOut: metric.k == nil ? nil : found.leftOut,
            bestStandardErrors: found.bestDeviations.map { $0 * scaling }, replicates: found.replicates)
    }

    /// The scores of metric `position` in disjoint parts of the samples; nil where there are no such.
    package func scoredSplits(metric position: Int) -> ScoredSplits? {
        guard let found = subsampled(.parts, metric: position) else { return nil }
        let count = found.drawn.count
        let (least, most) =
            groupSizes.map { sizes -> (Int, Int) in
                // Whole groups: what their parts have at least and at most.
                let sorted = sizes.sorted()
                return (
                    sorted.prefix(sizes.count / count).reduce(0, +),
                    sorted.suffix((sizes.count + count - 1) / count).reduce(0, +)
                )
            } ?? (plan.sampleCount / count, (plan.sampleCount + count - 1) / count)
        return ScoredSplits(count: count, samples: least...most, scores: found.replicates)
    }
}
