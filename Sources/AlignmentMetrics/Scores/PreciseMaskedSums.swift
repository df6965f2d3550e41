internal import LinearAlgebra

/// The unbiased HSIC of `MaskedSums`, of layers whose similarities are so much alike that its terms cancel: added up with twice the digits,
/// and NaN where the similarities' own rounding may change scores by more than 1e-6.
///
/// A similarity is off by about 4u of itself, which every HSIC takes with a weight, its derivative: with M_ij that is
/// P_ji + ΣP/((n-1)(n-2)) - 2/(n-2)·(row sum of P)_j, of common neighbours. Roundings are taken as independent, but for those of (i, j) and
/// (j, i), which are one, so that their weights add up; what is allowed for is four standard errors.
struct PreciseMaskedSums {
    let sampleCount: Int

    /// How far a score may be from that of exact similarities.
    private static let mostRounding = 1e-6
    private static let rounding = 4 * 0x1p-53

    /// Whether the unbiased HSIC `term` of a layer with itself is so small beside the sum of the `squares` of its similarities that sums in
    /// float64 do not do.
    static func isNeeded(by term: Double, squares: Double, sampleCount n: Int, k: Int) -> Bool {
        // Terms of up to four times Σ M_ij² are added up, in 2nk steps.
        let error = 8 * 0x1p-53 * (2 * Double(n) * Double(k)).squareRoot() * squares
        return !(error < 0.1 * mostRounding * term * (Double(n) * Double(n - 3)))
    }

    /// Σ over the first k entries of all lists of the squares of similarities, for each of `ks`.
    static func squares(_ lists: NeighbourLists, ks: [Int]) -> [Double] {
        var found = [Double](repeating: 0, count: (ks.last ?? 0) + 1)
        lists.similarities.withUnsafeBufferPointer { similarities in
            for i in 0..<lists.sampleCount {
                for rank in 0..<(ks.last ?? 0) {
                    let similarity = similarities[i * lists.k + rank]
                    found[rank + 1] += similarity * similarity
                }
            }
        }
        for rank in found.indices.dropFirst() { found[rank] += found[rank - 1] }
        return ks.map { found[$0] }
    }

    /// The unnormalised alignment of the pairs that have entered, for each of `ks`, and four standard errors of it.
    func terms(_ entering: EnteringPairs, ks: [Int]) -> [(term: Double, error: Double)] {
        let n = Double(sampleCount)
        let zero = DoubleDouble(0)
        var columnSums = [DoubleDouble](repeating: zero, count: sampleCount)
        var rowSums = columnSums
        var (mSum, pSum, cross, both) = (zero, zero, zero, zero)
        var mutual = [DoubleDouble](repeating: zero, count: (ks.last ?? 0) + 1)
        let beyond = mutual.count - 1
        var rank = 0
        return ks.map { k in
            while rank < k {
                for pair in entering.entering(rank) {
                    let (i, j) = (Int(pair.sample), Int(pair.neighbour))
                    mSum += DoubleDouble(pair.m)
                    pSum += DoubleDouble(pair.p)
                    columnSums[j] += DoubleDouble(pair.m)
                    cross += rowSums[j] * pair.m
                    rowSums[i] += DoubleDouble(pair.p)
                    cross += columnSums[i] * pair.p
                    mutual[min(pair.returns, beyond)] += DoubleDouble(pair.m, times: pair.p)
                }
                both += mutual[rank]
                rank += 1
            }
            // All of it times (n-1)(n-2), so that the factors are integers.
            let whole = (n - 1) * (n - 2)
            let sum = both * whole + mSum * pSum - cross * (2 * (n - 1))
            let scale = 1 / (whole * n * (n - 3))
            var variance = 0.0
            for entered in 0..<k {
                for pair in entering.entering(entered) {
                    let (i, j) = (Int(pair.sample), Int(pair.neighbour))
                    let returns = pair.returns < k
                    /// What one rounding does, of (i, j) and (j, i) together where both are there.
                    func weight(_ value: Double, _ sum: DoubleDouble, _ lines: [DoubleDouble], _ own: Int, _ other: Int)
                        -> Double
                    {
                        let single = sum - lines[own] * (2 * (n - 1))
                        guard returns else { return single.high * scale }
                        let both = DoubleDouble(2 * value) * whole + single + sum - lines[other] * (2 * (n - 1))
                        return both.high * scale
                    }
                    let m = weight(pair.p, pSum, rowSums, j, i) * pair.m
                    let p = weight(pair.m, mSum, columnSums, i, j) * pair.p
                    variance += (m * m + p * p) / (returns ? 2 : 1)
                }
            }
            return ((sum * scale).high, 4 * Self.rounding * variance.squareRoot())
        }
    }

    /// Whether a term's `error` is little enough beside the self terms `a` and `b`.
    static func isKnown(_ error: Double, _ a: Double, _ b: Double) -> Bool {
        error <= mostRounding * meanSelfTerm(a, b)
    }
}
