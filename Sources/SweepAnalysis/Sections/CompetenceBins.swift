/// The mean alignment of models of like competence under one metric: the paper's figure 2, left, within a modality.
///
/// Bins over several modalities would show how these are mixed in each: pairs within a modality score higher than pairs across two.
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
        /// Over pairs within the bin, those of one network left out; n counts pairs.
        package let alignment: Estimate<PairMean>
    }

    /// The number of bins asked for, and the least number of models in one.
    package static let binCount = 5
    package static let leastModels = 3

    package let metric: String
    package let criterion: Criterion
    /// Of the models that are binned; nil where stores record none.
    package let modality: String?
    /// Ascending by value; none, or at least two.
    package let bins: [Bin]
    /// Why there are no bins; nil where there are.
    package let reason: String?
    /// What equal values did to the bins, which they are never parted by; nil where the bins are as even as their number allows.
    package let unevenness: String?

    /// Every metric by every score and modality whose models have it, the shares of tasks solved standing for the single tasks.
    package static func all(_ analysis: ComparedSweep) -> [CompetenceBins] {
        let compared = analysis.compared
        var criteria: [(Criterion, [Double])] = []
        if let shares = SolvedTasks.shares(compared) { criteria.append((.solvedTasks, shares)) }
        for name in compared.scoreNames where !SolvedTasks.isTask(name) {
            let axis = ScoreAxis(score: name, lowerIsBetter: compared.lowerIsBetter.contains(name))
            criteria.append((.score(axis), (compared.scores[name] ?? []).map(axis.shown)))
        }
        let divisions = criteria.flatMap { criterion, values in
            modalities(compared, values).map { Division(criterion, $0, values, compared) }
        }
        return analysis.metrics.flatMap { metric in
            divisions.map { division in
                let bins = zip(division.members, division.pairs).map { members, pairs in
                    Bin(
                        lower: members.map { division.values[$0] }.min() ?? .nan,
                        upper: members.map { division.values[$0] }.max() ?? .nan,
                        models: members.map { compared.models[$0].name },
                        alignment: PairMean.of(
                            pairs, matrix: metric.matrix, compared, subjects: compared.firstSide))
                }
                return CompetenceBins(
                    metric: metric.id, criterion: division.criterion, modality: division.modality, bins: bins,
                    reason: division.reason, unevenness: division.unevenness)
            }
        }
    }

    /// The modalities of the models that have a value, in order.
    private static func modalities(_ compared: ComparedModels, _ values: [Double]) -> [String?] {
        let all = Set(compared.models.indices.filter { values[$0].isFinite }.map { compared.models[$0].modality })
        return all.sorted { ($0 ?? "") < ($1 ?? "") }
    }
}

/// The models of one modality in bins by one criterion, the same for every metric.
private struct Division {
    let criterion: CompetenceBins.Criterion
    let modality: String?
    /// N values, as shown.
    let values: [Double]
    /// Positions of the models of each bin, and the pairs of them that the sweep compares, those of one network left out.
    let members: [[Int]]
    let pairs: [[ComparedModels.Pair]]
    let reason: String?
    let unevenness: String?

    init(_ criterion: CompetenceBins.Criterion, _ modality: String?, _ all: [Double], _ compared: ComparedModels) {
        self.criterion = criterion
        self.modality = modality
        let own = all.indices.map { compared.models[$0].modality == modality ? all[$0] : .nan }
        values = own
        let found = EqualCountBins.of(own, CompetenceBins.binCount, atLeast: CompetenceBins.leastModels)
        let within = found.map { members in
            let set = Set(members)
            return compared.pairs.filter { set.contains($0.first) && set.contains($0.second) }
        }
        let apart = within.map { pairs in pairs.filter { !compared.sharesNetwork($0) } }
        let least = 2 * CompetenceBins.leastModels
        if own.count(where: \.isFinite) < least {
            reason = "fewer than \(least) models, of which two bins could be made, have the score"
        } else if found.count < 2 {
            reason = "so many models have the same score that they leave one bin"
        } else if within.contains(where: \.isEmpty) {
            reason = "the sweep does not compare these models with each other"
        } else if apart.allSatisfy(\.isEmpty) {
            reason = "no bin has models of two networks"
        } else {
            reason = nil
        }
        members = reason == nil ? found : []
        pairs = reason == nil ? apart : []
        unevenness = reason == nil ? Self.unevenness(found.map(\.count)) : nil
    }

    private static func unevenness(_ sizes: [Int]) -> String? {
        let even = EqualCountBins.sizes(
            sizes.reduce(0, +), CompetenceBins.binCount, atLeast: CompetenceBins.leastModels)
        guard sizes != even else { return nil }
        func text(_ sizes: [Int]) -> String { sizes.map(String.init).joined(separator: ", ") }
        return "models with equal values are never parted: bins hold \(text(sizes)) models, not \(text(even))"
    }
}
