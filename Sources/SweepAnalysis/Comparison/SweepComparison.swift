internal import PermutationStatistics

/// Two sweeps beside each other, such as one before and one after a change, or of two data sets: scores of the pairs of models and of the metrics
/// that both have, by their names.
package struct SweepComparison: Sendable {
    /// What intervals of differences may make of the samples of both.
    package enum Samples: Sendable, Equatable {
        /// The same samples in the same order, and the same subsamples of these: differences are taken subsample by subsample, where what
        /// both scores owe to the samples cancels.
        case paired
        /// The same samples, but others together in subsamples. What cancels is not known, and errors are added up as if nothing did.
        case same
        /// Some samples are in both, which leaves intervals of independent ones too wide.
        case shared(Int)
        /// Independent of each other.
        case disjoint
    }

    /// The scores of one pair of models, or a mean of those of many pairs, in both sweeps.
    package struct Change: Sendable {
        package let first: Double
        package let second: Double
        /// The second less the first.
        package let difference: Double
        /// NaN where a sweep has no intervals.
        package let standardError: Double
        package let lower: Double
        package let upper: Double

        /// Whether 0 lies outside of the interval.
        package var isDecided: Bool { lower > 0 || upper < 0 }
    }

    /// A pair of models that both sweeps compare.
    package struct Pair: Sendable {
        package let x: String
        package let y: String
        /// Two variants of one network, such as a random twin.
        package let sharesNetwork: Bool
        /// The places of their scores in the X x Y scores of each sweep.
        package let firstCell: Int
        package let secondCell: Int
        /// Whether the second sweep has the x of the first as its y.
        package let isExchanged: Bool
    }

    /// One metric that both sweeps have.
    package struct Metric: Sendable {
        package let first: ScoredMetric
        package let second: ScoredMetric
        /// Of each pair with a score in both, with its place in `pairs`.
        package let changes: [(pair: Int, change: Change)]
        /// Of the mean scores of those pairs whose models are of different networks; nil where there is none.
        package let mean: Change?
        /// The pairs that went into it.
        package let meanPairs: Int
        /// Between the scores of these in one sweep and in the other.
        package let rankCorrelation: Estimate<Double>
        /// Both sweeps have intervals of it.
        package var hasIntervals: Bool { first.intervals != nil && second.intervals != nil }
    }

    package let samples: Samples
    package let pairs: [Pair]
    package let metrics: [Metric]
    /// Names that only the first, or only the second sweep has.
    package let modelsOfOne: (first: [String], second: [String])
    package let metricsOfOne: (first: [String], second: [String])

    package init(_ first: SweepScores, _ second: SweepScores, samples: Samples) {
        self.samples = samples
        pairs = Self.pairs(first, second)
        var metrics: [Metric] = []
        for metric in first.metrics {
            guard let other = second.metrics.first(where: { $0.id == metric.id }) else { continue }
            metrics.append(Metric(metric, other, pairs, samples))
        }
        self.metrics = metrics
        modelsOfOne = Self.ofOne(Self.names(first), Self.names(second))
        metricsOfOne = Self.ofOne(first.metrics.map(\.id), second.metrics.map(\.id))
    }

    private static func names(_ sweep: SweepScores) -> [String] { ComparedModels(sweep).models.map(\.name) }

    private static func ofOne(_ first: [String], _ second: [String]) -> (first: [String], second: [String]) {
        let (a, b) = (Set(first), Set(second))
        return (first.filter { !b.contains($0) }, second.filter { !a.contains($0) })
    }

    /// Pairs of different models, those of a symmetric sweep once.
    private static func pairs(_ first: SweepScores, _ second: SweepScores) -> [Pair] {
        func positions(_ side: ScoredSide) -> [String: Int] {
            Dictionary(zip(side.models.map(\.name), side.models.indices)) { earlier, _ in earlier }
        }
        let (rows, columns) = (positions(second.x), positions(second.y))
        let (width, otherWidth) = (first.y.models.count, second.y.models.count)
        var found: [Pair] = []
        for (i, x) in first.x.models.enumerated() {
            for (j, y) in first.y.models.enumerated() where first.isSymmetric ? i < j : x.name != y.name {
                func cell(_ x: ScoredModel, _ y: ScoredModel) -> Int? {
                    guard let row = rows[x.name], let column = columns[y.name] else { return nil }
                    return row * otherWidth + column
                }
                if let there = cell(x, y) {
                    found.append(Pair(x, y, firstCell: i * width + j, secondCell: there, isExchanged: false))
                } else if let there = cell(y, x) {
                    // A symmetric sweep has both directions.
                    found.append(
                        first.isSymmetric
                            ? Pair(y, x, firstCell: j * width + i, secondCell: there, isExchanged: false)
                            : Pair(x, y, firstCell: i * width + j, secondCell: there, isExchanged: true))
                }
            }
        }
        return found
    }
}

extension SweepComparison.Pair {
    fileprivate init(_ x: ScoredModel, _ y: ScoredModel, firstCell: Int, secondCell: Int, isExchanged: Bool) {
        self.init(
            x: x.name, y: y.name, sharesNetwork: x.sharesNetwork(with: y), firstCell: firstCell, secondCell: secondCell,
            isExchanged: isExchanged)
    }
}

extension SweepComparison.Metric {
    fileprivate init(
        _ first: ScoredMetric, _ second: ScoredMetric, _ pairs: [SweepComparison.Pair],
        _ samples: SweepComparison.Samples
    ) {
        // x and y are not the same to a metric that is not symmetric.
        let scored = pairs.indices.filter {
            first.scores[pairs[$0].firstCell].isFinite && second.scores[pairs[$0].secondCell].isFinite
                && (first.isSymmetric || !pairs[$0].isExchanged)
        }
        func change(_ chosen: [Int]) -> SweepComparison.Change {
            SweepComparison.Change(first, second, chosen.map { pairs[$0] }, samples)
        }
        let independent = scored.filter { !pairs[$0].sharesNetwork }
        self.init(
            first: first, second: second, changes: scored.map { ($0, change([$0])) },
            mean: independent.isEmpty ? nil : change(independent), meanPairs: independent.count,
            rankCorrelation: SpearmanCorrelation.of(
                independent.map { first.scores[pairs[$0].firstCell] },
                independent.map { second.scores[pairs[$0].secondCell] }))
    }
}

extension SweepComparison.Change {
    /// Of the mean scores of `pairs`, at least one, whose best layers are held fixed in each sweep (Schemas/metrics.md, *Intervals by subsamples*).
    fileprivate init(
        _ first: ScoredMetric, _ second: ScoredMetric, _ pairs: [SweepComparison.Pair],
        _ samples: SweepComparison.Samples
    ) {
        func mean(_ value: (SweepComparison.Pair) -> Double) -> Double {
            pairs.reduce(0) { $0 + value($1) } / Double(pairs.count)
        }
        let scores = (mean { first.scores[$0.firstCell] }, mean { second.scores[$0.secondCell] })
        let difference = scores.1 - scores.0
        guard let a = first.intervals, let b = second.intervals else {
            self.init(
                first: scores.0, second: scores.1, difference: difference, standardError: .nan, lower: .nan, upper: .nan
            )
            return
        }
        let replicates = (
            a.meanReplicates(of: pairs.map(\.firstCell)), b.meanReplicates(of: pairs.map(\.secondCell))
        )
        let found: SubsampleInterval
        if samples == .paired, a.hasDesign(of: b) {
            found = SubsampleInterval(
                score: difference, replicates: zip(replicates.0, replicates.1).map { $1 - $0 }, scaling: a.scaling)
        } else {
            let errors = [
                SubsampleInterval(score: scores.0, replicates: replicates.0, scaling: a.scaling),
                SubsampleInterval(score: scores.1, replicates: replicates.1, scaling: b.scaling),
            ].map(\.standardError)
            found = SubsampleInterval(
                score: difference, standardError: (errors[0] * errors[0] + errors[1] * errors[1]).squareRoot())
        }
        self.init(
            first: scores.0, second: scores.1, difference: difference, standardError: found.standardError,
            lower: found.lower, upper: found.upper)
    }
}

extension ScoredIntervals {
    /// Whether the subsamples of the same samples under the same seed are those of `other`.
    fileprivate func hasDesign(of other: ScoredIntervals) -> Bool {
        subsamples == other.subsamples && drawsGroups == other.drawsGroups && units == other.units
            && drawnUnits == other.drawnUnits
    }
}
