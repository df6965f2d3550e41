internal import PermutationStatistics

/// A difference between scores of pairs of models on the same samples, and how far other samples would move it (Schemas/metrics.md, *Intervals
/// by subsamples*): the layers that attain each maximum are held fixed.
package struct ScoreDifference: Sendable {
    package let value: Double
    package let standardError: Double
    package let lower: Double
    package let upper: Double

    /// Whether 0 lies outside of the interval.
    package var isDecided: Bool { lower > 0 || upper < 0 }

    /// The mean score of the pairs `plus` less that of the pairs `minus`, positions in X x Y scores.
    package init(_ intervals: ScoredIntervals, scores: [Double], plus: [Int], minus: [Int]) {
        precondition(!plus.isEmpty && !minus.isEmpty, "pairs on either side")
        func mean(_ cells: [Int]) -> Double { cells.reduce(0) { $0 + scores[$1] } / Double(cells.count) }
        let found = SubsampleInterval(
            score: mean(plus) - mean(minus),
            replicates: zip(intervals.meanReplicates(of: plus), intervals.meanReplicates(of: minus)).map { $0 - $1 },
            scaling: intervals.scaling)
        (value, standardError, lower, upper) = (found.score, found.standardError, found.lower, found.upper)
    }
}

/// Two models beside each other under one metric: with every model that both are compared with, and on average over these.
package struct ModelComparison: Sendable {
    package struct Partner: Sendable {
        package let name: String
        /// The scores of both with it.
        package let first: Double
        package let second: Double
        package let difference: ScoreDifference
    }

    /// In the order of the sweep.
    package let partners: [Partner]
    /// Of the mean scores over `partners`; nil where there is none.
    package let mean: Partner?
    /// Models that both are compared with, and that are variants of one of their networks: left out.
    package let relatives: [String]

    /// - Parameters:
    ///   - first: the position of a model of one side, which has the second as well (`ComparedSide`).
    ///   - chosen: the names of the partners that are looked at; nil for all.
    package init(
        _ metric: ScoredMetric, _ intervals: ScoredIntervals, _ side: ComparedSide, chosen: Set<String>? = nil
    ) {
        let others = side.others.models
        let own = [side.own.models[side.first], side.own.models[side.second]]
        let networks = Set(own.compactMap(\.network))
        var (partners, relatives, cells): ([Partner], [String], [(Int, Int)]) = ([], [], [])
        for (position, other) in others.enumerated() {
            guard !own.contains(where: { $0.name == other.name }), chosen?.contains(other.name) ?? true else {
                continue
            }
            if let network = other.network, networks.contains(network) {
                relatives.append(other.name)
                continue
            }
            let pair = (side.cell(side.first, position), side.cell(side.second, position))
            guard metric.scores[pair.0].isFinite, metric.scores[pair.1].isFinite else { continue }
            cells.append(pair)
            partners.append(
                Partner(
                    name: other.name, first: metric.scores[pair.0], second: metric.scores[pair.1],
                    difference: ScoreDifference(intervals, scores: metric.scores, plus: [pair.0], minus: [pair.1])))
        }
        self.partners = partners
        self.relatives = relatives
        mean =
            cells.isEmpty
            ? nil
            : Partner(
                name: "", first: partners.reduce(0) { $0 + $1.first } / Double(cells.count),
                second: partners.reduce(0) { $0 + $1.second } / Double(cells.count),
                difference: ScoreDifference(
                    intervals, scores: metric.scores, plus: cells.map(\.0), minus: cells.map(\.1)))
    }
}

/// The side of a sweep that has two models, and where their scores stand.
package struct ComparedSide: Sendable {
    let own: ScoredSide
    let others: ScoredSide
    let first: Int
    let second: Int
    private let isX: Bool
    private let width: Int

    /// Nil where no side has both.
    package init?(_ sweep: SweepScores, _ first: String, _ second: String) {
        func positions(_ side: ScoredSide) -> (Int, Int)? {
            guard let a = side.models.firstIndex(where: { $0.name == first }),
                let b = side.models.firstIndex(where: { $0.name == second })
            else { return nil }
            return (a, b)
        }
        width = sweep.y.models.count
        if let found = positions(sweep.x) {
            (own, others, isX) = (sweep.x, sweep.y, true)
            (self.first, self.second) = found
        } else if let found = positions(sweep.y) {
            (own, others, isX) = (sweep.y, sweep.x, false)
            (self.first, self.second) = found
        } else {
            return nil
        }
    }

    /// The place of the score of one of the two with a model of the other side.
    func cell(_ model: Int, _ other: Int) -> Int { isX ? model * width + other : other * width + model }
}
