internal import LinearAlgebra

/// Covariances of the rows of `jaccard_knn` under random matchings, for n samples and k neighbours: of f(m_i) and f(m_j),
/// f(m) = m/(2k - m), where m_i and m_j are what the lists of i and j have in common with those of the samples u and v that they are
/// matched with. They depend on the types of both pairs alone (`PairTypes`).
///
/// As a series of falling powers f has positive terms, f(m) = Σ_r≥1 (m)_r/((2k-1)…(2k-r)), which decay faster than 2^-r. The expectation
/// of (m_i)_r (m_j)_s is a sum over how many t of the samples counted for i are counted for j as well,
/// Σ_t C(r,t) C(s,t) t! a(r,s,t) b(r,s,t)/(N)_{r+s-t}, N = n - 2, where a is the number of ways in which such samples, in order, are in the
/// lists of i and of j, i and j themselves left out, and b the same of u and v. So the table is a product of matrices. Where j is in the
/// list of i and v in that of u, m_i has one more: f(m + 1) is a series of the same kind.
package struct JaccardTable: Sendable {
    package let sampleCount: Int
    package let k: Int
    /// E f(m_i), and the variance of f(m_i).
    let mean, rowVariance: Double
    /// The covariances (4(k + 1) x 4(k + 1)).
    private let covariances: [Double]

    /// O(k² R³) for series of R terms, which are the fewer the smaller k/n: a millisecond at n = 1,024 and k = 10, a second at k = 256.
    package init(sampleCount n: Int, k: Int) {
        precondition(k >= 1 && k < n, "lists are of other samples")
        sampleCount = n
        self.k = k
        let series = OverlapSeries(sampleCount: n, k: k)
        mean = series.mean
        rowVariance = Hypergeometric(among: n - 1, k).probabilities.reduce(0) { sum, outcome in
            let excess = Double(outcome.count) / Double(2 * k - outcome.count) - series.mean
            return sum + outcome.probability * excess * excess
        }
        covariances = Self.covariances(series)
    }

    /// Σ_t `counts`_t Q_tu of every u.
    func weighted(_ counts: [Double]) -> [Double] {
        let types = PairTypes.count(k: k)
        var sums = [Double](repeating: 0, count: types)
        for (type, count) in counts.enumerated() where count != 0 {
            for other in 0..<types { sums[other] += count * covariances[type * types + other] }
        }
        return sums
    }

    private static func covariances(_ series: OverlapSeries) -> [Double] {
        let k = series.k
        let (side, types) = (k + 1, PairTypes.count(k: k))
        let sums = (0..<16).map { _ in Matrix<Double>(rows: side, columns: side, repeating: 0) }
        for r in 0...series.last {
            let arrangements = PairArcs.all.map { series.arrangements($0, r: r) }
            let weighted = Matrix<Double>(unwrittenRows: series.rows(r), columns: side)
            for (own, ownArcs) in PairArcs.all.enumerated() {
                for (other, otherArcs) in PairArcs.all.enumerated() {
                    series.weigh(arrangements[own], r: r, ownArcs, otherArcs, into: weighted)
                    guard let a = weighted.elements.baseAddress, let b = arrangements[other].elements.baseAddress,
                        let target = sums[4 * own + other].elements.baseAddress
                    else { continue }
                    Products.leftTransposed(
                        a, b, rows: side, columns: side, depth: weighted.rows, into: target, accumulates: true)
                }
            }
            withExtendedLifetime((arrangements, weighted)) {}
        }
        // Blocks by what both pairs have of arcs, as `PairTypes` orders types.
        var covariances = [Double](repeating: 0, count: types * types)
        for row in 0..<types {
            for column in 0..<types {
                covariances[row * types + column] = sums[4 * (row / side) + column / side][row % side, column % side]
            }
        }
        return covariances
    }
}

/// Which of two samples has the other in its list.
private struct PairArcs {
    let forward, backward: Bool
    /// In the order of `PairTypes`.
    static let all = [
        PairArcs(forward: false, backward: false), PairArcs(forward: false, backward: true),
        PairArcs(forward: true, backward: false), PairArcs(forward: true, backward: true),
    ]
}

/// The series of f(m) - E f and f(m + 1) - E f in falling powers of m, and in how many ways the samples that they count can lie.
private struct OverlapSeries {
    let sampleCount: Int
    let k: Int
    /// The last power.
    let last: Int
    /// E f(m).
    let mean: Double
    /// Factors of (m)_r/(k)_r for r = 0 … `last`, of f(m) - E f and of f(m + 1) - E f.
    private let plain, raised: [Double]
    /// (x)_m/(k)_m for x = 0 … k and m = 0 … `last`, row by row.
    private let shares: [Double]

    init(sampleCount n: Int, k: Int) {
        sampleCount = n
        self.k = k
        let double = Double(2 * k)
        // (k)_r/((2k-1)…(2k-r)), and the expectation (k)_r/(n-1)_r of (m)_r/(k)_r.
        var plain = [0.0, Double(k) / (double - 1)]
        var share = Double(k) / Double(n - 1)
        var mean = plain[1] * share
        for r in stride(from: 2, through: k, by: 1) {
            if plain[r - 1] * share < Self.least { break }
            plain.append(plain[r - 1] * Double(k - r + 1) / (double - Double(r)))
            share *= Double(k - r + 1) / Double(n - r)
            mean += plain[r] * share
        }
        last = plain.count - 1
        self.mean = mean
        // Of k samples in common that one more, only k - 1 are counted.
        var raised = plain.enumerated().map { r, factor in r < k ? factor * double / (double - 1 - Double(r)) : 0 }
        raised[0] = 1 / (double - 1) - mean
        plain[0] = -mean
        self.plain = plain
        self.raised = raised
        let powers = plain.count
        var shares = [Double](repeating: 0, count: (k + 1) * powers)
        for x in 0...k {
            shares[x * powers] = 1
            for m in 1..<powers {
                shares[x * powers + m] = shares[x * powers + m - 1] * Double(max(0, x - m + 1)) / Double(k - m + 1)
            }
        }
        self.shares = shares
    }

    /// Terms below it are left out: what they expect of one row bounds what they bring to a covariance, and that is to be exact to rounding
    /// beside the variance of a row over n.
    private static let least = 0x1p-90

    /// How many (s, t) there are for `r`.
    func rows(_ r: Int) -> Int { (0...last).reduce(0) { $0 + min(r, $1) + 1 } }

    /// a(r, s, t)/((k)_r (k)_s) of pairs with `arcs`, in rows (s, t) and columns of what they have in common, 0 … k.
    func arrangements(_ arcs: PairArcs, r: Int) -> Matrix<Double> {
        let result = Matrix<Double>(rows: rows(r), columns: k + 1, repeating: 0)
        defer { result.keepAlive() }
        let own = k - (arcs.forward ? 1 : 0)
        let other = k - (arcs.backward ? 1 : 0)
        var row = 0
        for s in 0...last {
            for t in 0...min(r, s) {
                let ways = (0...(r - t)).map { Self.binomial(r - t, $0) * spread(t + $0, r) / falling(k - s + t, t) }
                for common in 0...min(own, other) {
                    result[row, common] = arrangements(own, other, common, r, s, t, ways)
                }
                row += 1
            }
        }
        return result
    }

    /// t samples in order that are in common, then r - t others of i of which some are in common as well, then s - t of j that are neither
    /// of these. `ways` are for each number of the former how many orders there are, times what turns shares of (k)_m into one of
    /// (k)_r (k)_s.
    private func arrangements(
        _ own: Int, _ other: Int, _ common: Int, _ r: Int, _ s: Int, _ t: Int, _ ways: [Double]
    ) -> Double {
        let powers = last + 1
        var sum = 0.0
        for extra in 0...(r - t) where common >= t + extra {
            sum +=
                ways[extra] * shares[common * powers + t + extra] * shares[(own - common) * powers + r - t - extra]
                * shares[(other - t - extra) * powers + s - t]
        }
        return sum
    }

    private static func binomial(_ n: Int, _ m: Int) -> Double {
        (0..<m).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
    }

    /// (x)_m
    private func falling(_ x: Int, _ m: Int) -> Double { (0..<m).reduce(1.0) { $0 * Double(x - $1) } }

    /// (k)_m (k)_{r-m}/(k)_r for m ≤ r ≤ k.
    private func spread(_ m: Int, _ r: Int) -> Double {
        (0..<m).reduce(1.0) { $0 * Double(k - $1) / Double(k - (r - m) - $1) }
    }

    /// Writes `arrangements` times what the expectation has before a(r, s, t) b(r, s, t)/((k)_r (k)_s)² to `target`.
    func weigh(
        _ arrangements: Matrix<Double>, r: Int, _ own: PairArcs, _ other: PairArcs, into target: Matrix<Double>
    ) {
        let first = own.forward && other.forward ? raised : plain
        let second = own.backward && other.backward ? raised : plain
        var row = 0
        for s in 0...last {
            for t in 0...min(r, s) {
                let weight = first[r] * second[s] * repetition(r, s, t)
                for column in 0...k { target[row, column] = weight * arrangements[row, column] }
                row += 1
            }
        }
    }

    /// C(r,t) C(s,t) t! (k)_r (k)_s/(N)_{r+s-t}; 0 where there are not so many other samples.
    private func repetition(_ r: Int, _ s: Int, _ t: Int) -> Double {
        let places = sampleCount - 2
        guard r + s - t <= places else { return 0 }
        var product = 1.0
        for step in 0..<t { product *= Double(r - step) * Double(s - step) / Double(step + 1) }
        for step in 0..<(r + s - t) {
            if step < r { product *= Double(k - step) }
            if step < s { product *= Double(k - step) }
            product /= Double(places - step)
        }
        return product
    }
}

/// The distribution of what two lists of k among `count` samples have in common.
private struct Hypergeometric {
    let probabilities: [(count: Int, probability: Double)]

    init(among count: Int, _ k: Int) {
        let least = max(0, 2 * k - count)
        let mode = min(k, max(least, (k + 1) * (k + 1) / (count + 2)))
        // From the mode both ways, so that nothing underflows that matters.
        var weights = [Double](repeating: 0, count: k + 1)
        weights[mode] = 1
        for h in stride(from: mode, to: k, by: 1) {
            weights[h + 1] = weights[h] * Double((k - h) * (k - h)) / Double((h + 1) * (count - 2 * k + h + 1))
        }
        for h in stride(from: mode, to: least, by: -1) {
            weights[h - 1] = weights[h] * Double(h * (count - 2 * k + h)) / Double((k - h + 1) * (k - h + 1))
        }
        let total = weights.reduce(0, +)
        probabilities = (least...k).map { ($0, weights[$0] / total) }
    }
}
