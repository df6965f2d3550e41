/// What an observed statistic is beside its values under permutations, the observed one counted among them (Aristotelian calibration,
/// ICML 2026; Phipson & Smyth 2010 for p).
package struct Calibration: Equatable, Sendable {
    /// Permutations K; 0 where there is no null distribution.
    package let permutations: Int
    /// #{null ≥ observed}.
    package let exceedances: Int
    /// (1 + #{null ≥ observed})/(K + 1): the probability, under the null, of a statistic at least as large. NaN without an observed one.
    package let p: Double
    /// τ, the ⌈(1-α)(K+1)⌉-th smallest of the K + 1: what at most a share α of statistics exceeds under the null.
    package let threshold: Double
    /// max(0, min(1, (observed - τ)/(s_max - τ))): 0 at chance and 1 at the largest possible score. NaN where that is no larger than τ, or
    /// is not known.
    package let calibrated: Double

    /// - Parameters:
    ///   - null: the statistic under each permutation. Where one of them is NaN there is neither p nor τ.
    ///   - level: α.
    ///   - largest: s_max in the unit of the statistic, nil where it is not known.
    package init(observed: Double, null: [Double], level: Double = 0.05, largest: Double? = 1) {
        precondition(level > 0 && level < 1, "a level between 0 and 1")
        permutations = null.count
        exceedances = null.count { $0 >= observed }
        guard !observed.isNaN, !null.contains(where: \.isNaN) else {
            (p, threshold, calibrated) = (.nan, .nan, .nan)
            return
        }
        p = Double(1 + exceedances) / Double(null.count + 1)
        let sorted = (null + [observed]).sorted()
        threshold = sorted[Self.rank(of: sorted.count, level: level) - 1]
        guard let largest, largest > threshold else {
            calibrated = .nan
            return
        }
        calibrated = max(0, min(1, (observed - threshold) / (largest - threshold)))
    }

    /// ⌈(1-α)·count⌉, at least 1: products that are whole numbers but for rounding count as such.
    static func rank(of count: Int, level: Double) -> Int {
        let above = (level * Double(count) * (1 + 0x1p-40)).rounded(.down)
        return max(1, count - Int(above))
    }

    /// The p of each observed statistic against the largest of all of them under the same permutation, (1 + #{maximum ≥ observed})/(K + 1)
    /// (Westfall & Young 1993, single step); NaN for those that are NaN.
    ///
    /// One permutation has to serve all of them. If no pair is related, the probability that any p is at most α is at most α; if some are,
    /// that holds for the others only under subset pivotality.
    /// - Parameter maxima: one for each permutation; NaN where no pair has a value.
    package static func familywise(observed: [Double], maxima: [Double]) -> [Double] {
        // Where no pair has a value, which observed pairs have, the permutation counts against them.
        let maxima = maxima.map { $0.isNaN ? .infinity : $0 }.sorted()
        return observed.map { observed in
            guard !observed.isNaN else { return .nan }
            // How many of the sorted maxima are below it.
            var (low, high) = (0, maxima.count)
            while low < high {
                let middle = (low + high) / 2
                if maxima[middle] < observed { low = middle + 1 } else { high = middle }
            }
            return Double(1 + maxima.count - low) / Double(maxima.count + 1)
        }
    }
}
