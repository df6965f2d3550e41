/// The mean score of pairs of models, with its interval over models.
package struct PairMean: Sendable {
    package let mean: Double
    /// The paper's standard error: sd/√(number of pairs), as in its figure 2. It is too small, since pairs share models: no interval is made
    /// of it. Nil of one pair.
    package let standardError: Double?
    /// The jackknife over models, those of one network left out together.
    package let interval: Estimate<JackknifeInterval>
    /// The number of models in those pairs.
    package let modelCount: Int

    /// Of the pairs with a finite score; n counts pairs.
    ///
    /// - Parameters:
    ///   - matrix: N x N.
    ///   - subjects: the models of one of the two sets that pairs are made of; nil where all models are of one.
    package static func of(
        _ pairs: [ComparedModels.Pair], matrix: [Double], _ compared: ComparedModels, subjects: [Int]? = nil
    ) -> Estimate<PairMean> {
        of(PairTotals(pairs, matrix: matrix, compared), compared, subjects: subjects)
    }

    /// The same of sums that are there already.
    static func of(_ totals: PairTotals, _ compared: ComparedModels, subjects: [Int]?) -> Estimate<PairMean> {
        guard let found = SampleMean.of(totals.values).value else {
            return Estimate(none: totals.hasPairs ? "no pair has a score" : "there is no pair", n: 0)
        }
        let first = Set((subjects ?? []).map { compared.units[$0] })
        let units = totals.units
        let sets = [units.filter(first.contains), units.filter { !first.contains($0) }]
        return Estimate(
            PairMean(
                mean: found.mean, standardError: found.standardError,
                interval: JackknifeInterval.of(found.mean, leavingOut: sets.map { $0.map(totals.mean(without:)) }),
                modelCount: totals.isPresent.count(where: \.self)),
            n: totals.values.count)
    }
}

extension Estimate where Value == PairMean {
    /// The mean's interval; without a mean there is none for the same reason.
    package var interval: Estimate<JackknifeInterval> {
        value?.interval ?? Estimate<JackknifeInterval>(none: reason ?? "", n: 0)
    }
}
