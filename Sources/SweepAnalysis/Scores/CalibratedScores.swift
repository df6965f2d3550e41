internal import PermutationStatistics
internal import SweepModel

/// What permutations say of the scores of model pairs under one metric (Schemas/metrics.md, *Calibration by permutation*).
package struct CalibratedScores: Sendable {
    /// One number for each pair of models, x models x y models, row-major; NaN where there is none.
    package struct Values: Sendable {
        /// The statistic as it was observed.
        package private(set) var observed: [Double]
        /// (1 + #{null ≥ observed})/(K + 1).
        package private(set) var p: [Double]
        /// What at most a share `level` of random matchings exceeds.
        package private(set) var threshold: [Double]
        /// The score on a scale from 0 at the threshold to 1 at the largest possible score.
        package private(set) var calibrated: [Double]
        /// Benjamini & Hochberg's q and Holm's adjusted p among the pairs of the family.
        package fileprivate(set) var q: [Double]
        package fileprivate(set) var holm: [Double]
        /// The p against the largest value of the whole sweep under the same permutation; nil in symmetric sweeps, where a permutation does not
        /// leave all pairs unrelated at once.
        package fileprivate(set) var familywise: [Double]?

        fileprivate init(_ observed: [Double], _ found: [Calibration?]) {
            self.observed = observed
            p = found.map { $0?.p ?? .nan }
            threshold = found.map { $0?.threshold ?? .nan }
            calibrated = found.map { $0?.calibrated ?? .nan }
            q = found.map { _ in .nan }
            holm = q
        }
    }

    /// The share of random matchings that exceed a threshold.
    package static let level = 0.05

    /// The false discovery rate that is spoken of, and marked.
    package static let significant = 0.05

    /// Permutations K.
    package let permutations: Int
    /// Pairs of models that are corrected for having been looked at together.
    package let familySize: Int
    /// Those of them whose maximum has a q of at most `significant`.
    package let discoveries: Int
    package let values: [NullTable.Aggregate: Values]

    /// The least q that a lone discovery can have.
    package var leastQ: Double { Self.leastQ(permutations: permutations, family: familySize) }

    /// The least q that a lone discovery among so many pairs can have.
    package static func leastQ(permutations: Int, family: Int) -> Double {
        MultipleTesting.leastAttainable(permutations: permutations, family: family)
    }

    /// Those of metric `position`; nil where it is not calibrated.
    ///
    /// The family are the unordered pairs of different models that have a score, pairs of one network left out. A metric that is not
    /// symmetric has one score a pair in it, the mean of both directions, whose q stands for both.
    /// - Parameter networks: for each model of the plan the network that it is a variant of, if that is known.
    package init?(metric position: Int, _ table: NullTable, networks: [String?]) {
        let plan = table.plan
        guard plan.permutations?.metrics.contains(position) == true else { return nil }
        permutations = table.permutations - 1
        let width = plan.yModels.count
        let whole = table.areWhole
        let isDirected = plan.isSymmetric && !plan.metrics[position].kind.isSymmetric
        let family = Self.family(plan, networks)
        var values: [NullTable.Aggregate: Values] = [:]
        var (familySize, discoveries) = (0, 0)
        for aggregate in NullTable.Aggregate.allCases {
            let largest: Double? = aggregate == .studentisedMaximum ? nil : 1
            func calibration(_ drawn: [Double]) -> Calibration? {
                guard let observed = drawn.first, !observed.isNaN else { return nil }
                return Calibration(
                    observed: observed, null: Array(drawn.dropFirst()), level: Self.level, largest: largest)
            }
            var observed = [Double](repeating: .nan, count: whole.count)
            var found = [Calibration?](repeating: nil, count: whole.count)
            var maxima = [Double](repeating: .nan, count: permutations)
            // Of each pair of the family the p that is corrected.
            var corrected = [Double](repeating: .nan, count: whole.count)
            for pair in whole.indices where whole[pair] {
                let (i, j) = (pair / width, pair % width)
                if plan.xModels[i] == plan.yModels[j] { continue }
                var drawn = table.values(aggregate, metric: position, pair: pair)
                observed[pair] = drawn.first ?? .nan
                found[pair] = calibration(drawn)
                guard family[pair] else { continue }
                if isDirected {
                    let other = table.values(aggregate, metric: position, pair: j * width + i)
                    drawn = zip(drawn, other).map { ($0 + $1) / 2 }
                    corrected[pair] = calibration(drawn)?.p ?? .nan
                } else {
                    corrected[pair] = found[pair]?.p ?? .nan
                }
                for (number, value) in drawn.dropFirst().enumerated() where !(value <= maxima[number]) {
                    if !value.isNaN { maxima[number] = value }
                }
            }
            var one = Values(observed, found)
            one.q = MultipleTesting.benjaminiHochberg(corrected)
            one.holm = MultipleTesting.holm(corrected)
            if aggregate == .maximum {
                familySize = corrected.count { !$0.isNaN }
                discoveries = one.q.count { $0 <= Self.significant }
            }
            if plan.isSymmetric {
                for pair in whole.indices where family[pair] {
                    let mirrored = pair % width * width + pair / width
                    (one.q[mirrored], one.holm[mirrored]) = (one.q[pair], one.holm[pair])
                }
            } else {
                let own = whole.indices.map { corrected[$0].isNaN ? .nan : observed[$0] }
                one.familywise = Calibration.familywise(observed: own, maxima: maxima)
            }
            values[aggregate] = one
        }
        self.values = values
        self.familySize = familySize
        self.discoveries = discoveries
    }

    /// Whether each pair of models, x models x y models, stands for its unordered pair in the family: pairs of one model or of one network
    /// are left out, and what a sweep compares in both directions counts once.
    private static func family(_ plan: SweepPlan, _ networks: [String?]) -> [Bool] {
        var seen: Set<[Int]> = []
        return plan.xModels.flatMap { x in
            plan.yModels.map { y in
                guard x != y, networks[x] == nil || networks[x] != networks[y] else { return false }
                return seen.insert([min(x, y), max(x, y)]).inserted
            }
        }
    }
}
