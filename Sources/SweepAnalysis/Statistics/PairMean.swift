/// The mean score of pairs of models, with the error of pairs and that of models.
package struct PairMean: Sendable {
    package let mean: Double
    /// sd/√(number of pairs), as in the paper's figure 2; too small, since pairs share models. Nil of one pair.
    package let standardError: Double?
    /// The jackknife over models, which takes that into account.
    package let modelError: Estimate<Double>
    /// The number of models in those pairs.
    package let modelCount: Int

    /// Of the pairs with a finite score; n counts pairs.
    ///
    /// - Parameter matrix: N x N.
    package static func of(_ pairs: [ComparedModels.Pair], matrix: [Double], count: Int) -> Estimate<PairMean> {
        var values: [Double] = []
        var (sums, counts) = ([Double](repeating: 0, count: count), [Int](repeating: 0, count: count))
        for pair in pairs {
            let value = matrix[pair.first * count + pair.second]
            guard value.isFinite else { continue }
            values.append(value)
            sums[pair.first] += value
            counts[pair.first] += 1
            sums[pair.second] += value
            counts[pair.second] += 1
        }
        let sample = SampleMean.of(values)
        guard let found = sample.value else {
            return Estimate(none: pairs.isEmpty ? "there is no pair" : "no pair has a score", n: 0)
        }
        let total = values.reduce(0, +)
        let present = counts.indices.filter { counts[$0] > 0 }
        // Without a model the mean is that of the pairs it is not in.
        let without = present.map { model in
            let left = values.count - counts[model]
            return left > 0 ? (total - sums[model]) / Double(left) : .nan
        }
        return Estimate(
            PairMean(
                mean: found.mean, standardError: found.standardError,
                modelError: Jackknife.standardError(leavingOut: without), modelCount: present.count),
            n: values.count)
    }
}
