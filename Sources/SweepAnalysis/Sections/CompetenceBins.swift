/// The mean alignment of models of like competence under one metric: the paper's figure 2, left.
package struct CompetenceBins: Sendable {
    /// What models are binned by.
    package enum Criterion: Hashable, Sendable {
        case score(ScoreAxis)
        /// The share of tasks solved (`SolvedTasks`).
        case solvedTasks
    }

    /// Models whose values are next to each other.
    package struct Bin: Sendable {
        /// The least and the greatest value, as shown.
        package let lower: Double
        package let upper: Double
        package let models: [String]
        /// Over pairs within the bin; n counts pairs.
        package let alignment: Estimate<PairMean>
    }

    /// The number of bins asked for, and the least number of models in one.
    package static let binCount = 5
    package static let leastModels = 3

    package let metric: String
    package let criterion: Criterion
    /// Ascending by value; none where fewer than `leastModels` models have one.
    package let bins: [Bin]

    /// Every metric by every score, the shares of tasks solved standing for the single tasks.
    package static func all(_ analysis: ComparedSweep) -> [CompetenceBins] {
        let compared = analysis.compared
        var criteria: [(Criterion, [Double])] = []
        if let shares = SolvedTasks.shares(compared) { criteria.append((.solvedTasks, shares)) }
        for name in compared.scoreNames where !SolvedTasks.isTask(name) {
            let axis = ScoreAxis(score: name, lowerIsBetter: compared.lowerIsBetter.contains(name))
            criteria.append((.score(axis), (compared.scores[name] ?? []).map(axis.shown)))
        }
        let binned = criteria.map { criterion, values in
            (criterion: criterion, values: values, bins: EqualCountBins.of(values, binCount, atLeast: leastModels))
        }
        let pairs = binned.map { entry in entry.bins.map { Self.pairs(within: $0, compared) } }
        return analysis.metrics.flatMap { metric in
            zip(binned, pairs).map { entry, pairs in
                let bins = zip(entry.bins, pairs).map { members, pairs in
                    Bin(
                        lower: members.map { entry.values[$0] }.min() ?? .nan,
                        upper: members.map { entry.values[$0] }.max() ?? .nan,
                        models: members.map { compared.models[$0].name },
                        alignment: PairMean.of(pairs, matrix: metric.matrix, count: compared.count))
                }
                return CompetenceBins(metric: metric.id, criterion: entry.criterion, bins: bins)
            }
        }
    }

    private static func pairs(within members: [Int], _ compared: ComparedModels) -> [ComparedModels.Pair] {
        let set = Set(members)
        return compared.pairs.filter { set.contains($0.first) && set.contains($0.second) }
    }
}
