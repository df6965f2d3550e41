/// The sum of the scores of pairs of models, and what of it has to do with each unit (`ComparedModels.units`).
struct PairTotals {
    /// The finite scores, in the order of the pairs.
    let values: [Double]
    /// Whether there were pairs, with a score or without.
    let hasPairs: Bool
    /// For each of the N models whether a pair with a score has it.
    let isPresent: [Bool]
    private let total: Double
    /// By unit.
    private let sums: [Double]
    private let counts: [Int]

    /// - Parameter matrix: N x N.
    init(_ pairs: [ComparedModels.Pair], matrix: [Double], _ compared: ComparedModels) {
        let (count, units) = (compared.count, compared.units)
        var values: [Double] = []
        var present = [Bool](repeating: false, count: count)
        var (sums, counts) = ([Double](repeating: 0, count: count), [Int](repeating: 0, count: count))
        for pair in pairs {
            let value = matrix[pair.first * count + pair.second]
            guard value.isFinite else { continue }
            values.append(value)
            (present[pair.first], present[pair.second]) = (true, true)
            let (first, second) = (units[pair.first], units[pair.second])
            sums[first] += value
            counts[first] += 1
            guard second != first else { continue }
            sums[second] += value
            counts[second] += 1
        }
        (self.values, hasPairs, isPresent) = (values, !pairs.isEmpty, present)
        (self.sums, self.counts, total) = (sums, counts, values.reduce(0, +))
    }

    /// NaN where no pair has a score.
    var mean: Double { values.isEmpty ? .nan : total / Double(values.count) }

    /// The units that have a part in it, in order.
    var units: [Int] { counts.indices.filter { counts[$0] > 0 } }

    /// The mean of the pairs that a unit is not in; NaN where it is in all of them.
    func mean(without unit: Int) -> Double {
        let left = values.count - counts[unit]
        return left > 0 ? (total - sums[unit]) / Double(left) : .nan
    }
}
