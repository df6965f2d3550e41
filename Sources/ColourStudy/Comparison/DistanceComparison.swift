internal import Projection
internal import SweepModel

/// How alike two matrices of distances are, and whether chance would do as well: their rows and columns are matched at random many times.
package struct DistanceComparison: Hashable, Sendable {
    /// Spearman's rank correlation of the distances of all pairs; nil where either side does not vary.
    package let spearman: Double?
    /// Unbiased CKA (Song et al. 2012) of the kernels -½ D∘D, of which these are the distances: the cosine of the U-centred kernels; nil where undefined.
    package let unbiasedCKA: Double?
    /// The share of matchings, the real one among them, that do at least as well: (1 + those of the random ones)/(1 + permutations).
    package let spearmanP: Double?
    package let unbiasedCKAP: Double?

    package init(_ x: ColourDistances, _ y: ColourDistances, permutations: Int, seed: UInt64) {
        precondition(x.count == y.count, "the same colours")
        let n = x.count
        let ranks = (Self.centredRanks(x), Self.centredRanks(y))
        let kernels = (Self.uCentred(x), Self.uCentred(y))
        let rankNorm = Self.norm(ranks.0) * Self.norm(ranks.1)
        let kernelNorm = Self.norm(kernels.0) * Self.norm(kernels.1)
        var order = Array(0..<n)
        let (rankSum, kernelSum) = (Self.sum(ranks.0, ranks.1, order, n), Self.sum(kernels.0, kernels.1, order, n))
        var (rankHits, kernelHits) = (1, 1)
        var random = SplitMix64(seed: seed)
        for _ in 0..<permutations {
            for last in stride(from: n - 1, to: 0, by: -1) {
                order.swapAt(last, random.position(below: last + 1))
            }
            // What differs by rounding alone is as good.
            if Self.sum(ranks.0, ranks.1, order, n) >= rankSum - 1e-12 * rankNorm { rankHits += 1 }
            if Self.sum(kernels.0, kernels.1, order, n) >= kernelSum - 1e-12 * kernelNorm { kernelHits += 1 }
        }
        let share = { (hits: Int) in Double(hits) / Double(permutations + 1) }
        spearman = RankCorrelation.spearman(x.pairs, y.pairs)
        spearmanP = spearman == nil || permutations == 0 ? nil : share(rankHits)
        unbiasedCKA = kernelNorm > 0 && n > 3 ? max(-1, min(1, kernelSum / kernelNorm)) : nil
        unbiasedCKAP = unbiasedCKA == nil || permutations == 0 ? nil : share(kernelHits)
    }

    /// Ranks of the distances of all pairs less their mean, as a symmetric matrix (n x n) with 0 on the diagonal.
    private static func centredRanks(_ distances: ColourDistances) -> [Double] {
        let n = distances.count
        let ranks = Ranking(distances.pairs).ranks()
        let mean = Double(ranks.count + 1) / 2
        var matrix = [Double](repeating: 0, count: n * n)
        var position = 0
        for i in 0..<n {
            for j in (i + 1)..<max(n, i + 1) {
                matrix[i * n + j] = ranks[position] - mean
                matrix[j * n + i] = matrix[i * n + j]
                position += 1
            }
        }
        return matrix
    }

    /// K_ij - k_i/(n-2) - k_j/(n-2) + Σk/((n-1)(n-2)), 0 on the diagonal, K = -½ D∘D and k_i the sums of its rows (Székely & Rizzo 2014).
    private static func uCentred(_ distances: ColourDistances) -> [Double] {
        let n = distances.count
        guard n > 3 else { return [Double](repeating: 0, count: n * n) }
        // In units of the largest, so that squares stay far from the limits of float64.
        let unit = distances.values.max() ?? 1
        var kernel = distances.values.map {
            -0.5 * ($0 / max(unit, .leastNormalMagnitude)) * ($0 / max(unit, .leastNormalMagnitude))
        }
        let sums = (0..<n).map { i in kernel[(i * n)..<((i + 1) * n)].reduce(0, +) }
        let size = Double(n)
        let constant = sums.reduce(0, +) / ((size - 1) * (size - 2))
        var largest = 0.0
        for i in 0..<n {
            for j in 0..<n {
                kernel[i * n + j] =
                    i == j ? 0 : kernel[i * n + j] - (sums[i] + sums[j]) / (size - 2) + constant
                largest = max(largest, abs(kernel[i * n + j]))
            }
        }
        // What rounding leaves where all distances are the same.
        return largest > 1e-12 ? kernel : [Double](repeating: 0, count: n * n)
    }

    private static func norm(_ matrix: [Double]) -> Double { matrix.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    /// Σ_ij A_ij B_π(i)π(j).
    private static func sum(_ a: [Double], _ b: [Double], _ order: [Int], _ n: Int) -> Double {
        var total = 0.0
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                order.withUnsafeBufferPointer { order in
                    for i in 0..<n {
                        let row = order[i] * n
                        for j in 0..<i { total += a[i * n + j] * b[row + order[j]] }
                    }
                }
            }
        }
        return 2 * total
    }
}
