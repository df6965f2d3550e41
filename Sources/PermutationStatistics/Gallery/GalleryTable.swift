internal import LinearAlgebra

/// How likely it is that a neighbour is common to the k first of two lists within a random subset: for one size of subset.
///
/// Sample j stands in the lists of i behind a and b others (its ranks less one), of which c stand before it in both. Given that i and j
/// are among the m of n, m - 2 are drawn of the other n - 2, and j is one of the k first in the first list if fewer than k of its a are
/// drawn. With T of the a, W of the c and V of the b - c samples that are ahead in the second list alone, that is
/// P(T < k, W + V < k) = Σ_T P(T) Σ_w P(w of the T are among the c) P(V < k - w), all of them hypergeometric.
package struct GalleryTable: Sendable {
    /// Samples n, those of a subset m, and neighbours k.
    package let sampleCount: Int
    package let subsetSize: Int
    package let k: Int
    /// Ranks beyond which nothing is common, or that lists do not reach: a, b < `reach`.
    package let reach: Int
    /// Of a ≤ b: for each a, a + 1 rows of `reach` - a numbers.
    private let values: [Double]
    private let starts: [Int]

    /// Takes about k²R³/12 multiplications and 8R³/6 bytes, R being `reach` or what the subset's size needs of it.
    ///
    /// - Parameters:
    ///   - subsetSize: m, more than k and at most n.
    ///   - reach: how far the lists go, at most n - 1.
    package init(sampleCount n: Int, subsetSize m: Int, k: Int, reach: Int) {
        precondition(k > 0 && k < m && m <= n && reach > 0 && reach < n, "k neighbours in a subset of the samples")
        let needed = Self.reachNeeded(sampleCount: n, subsetSize: m, k: k, atMost: reach)
        sampleCount = n
        subsetSize = m
        self.k = k
        self.reach = needed
        var starts: [Int] = []
        var values: [Double] = []
        var ahead = HypergeometricRow(population: n - 2, drawn: m - 2, most: k - 1)
        for a in 0..<needed {
            starts.append(values.count)
            let beyond = Self.secondList(population: n - 2 - a, drawn: m - 2, k: k, count: needed)
            let shares = Self.shares(of: a, k: k)
            for c in 0...a {
                var row = [Double](repeating: 0, count: needed - a)
                row.withUnsafeMutableBufferPointer { row in
                    for total in 0...min(k - 1, a) where ahead.probabilities[total] > 0 {
                        for w in 0...min(total, c) {
                            let weight = ahead.probabilities[total] * shares[total][c * k + w]
                            let terms = beyond.row(total * k + k - 1 - w)
                            for position in row.indices { row[position] += weight * terms[position + a - c] }
                        }
                    }
                }
                values += row
            }
            beyond.keepAlive()
            if a < n - 2 { ahead.mark() }
        }
        self.values = values
        self.starts = starts
    }

    /// Σ P of the neighbours of one sample that two layers share.
    func sum(over places: [SharedNeighbours.Place]) -> Double {
        var sum = 0.0
        for place in places where max(place.first, place.second) < reach {
            let (low, high) = (min(place.first, place.second), max(place.first, place.second))
            sum += values[starts[low] + place.common * (reach - low) + high - low]
        }
        return sum
    }

    /// P(V ≤ y) of v = 0, 1, … samples among drawn - T of a population: (T, y) x v. Zero where so many are never ahead.
    private static func secondList(population: Int, drawn: Int, k: Int, count: Int) -> Matrix<Double> {
        let result = Matrix<Double>(rows: k * k, columns: count, repeating: 0)
        for total in 0..<k where total <= drawn && drawn - total <= population {
            var row = HypergeometricRow(population: population, drawn: drawn - total, most: k - 1)
            for v in 0..<min(count, population + 1) {
                if v > 0 { row.mark() }
                var sum = 0.0
                for y in 0..<k {
                    sum += row.probabilities[y]
                    result[total * k + y, v] = sum
                }
            }
        }
        return result
    }

    /// For T = 0 … min(k - 1, a): P(w of T out of `a` samples are among the first c), c x w.
    private static func shares(of a: Int, k: Int) -> [[Double]] {
        (0...min(k - 1, a)).map { total in
            var row = HypergeometricRow(population: a, drawn: total, most: k - 1)
            return (0...a).flatMap { c in
                if c > 0 { row.mark() }
                return row.probabilities
            }
        }
    }

    /// The ranks at which a sample is one of the k first with a probability that shows in float64.
    private static func reachNeeded(sampleCount n: Int, subsetSize m: Int, k: Int, atMost most: Int) -> Int {
        var ahead = HypergeometricRow(population: n - 2, drawn: m - 2, most: k - 1)
        for a in 0..<most {
            if ahead.probabilities.reduce(0, +) < 0x1p-64 { return max(a, 1) }
            if a < n - 2 { ahead.mark() }
        }
        return most
    }

    /// The most by which a score found from lists of reach R is too small: min(1, 2 E[(k - N)⁺]/k), N how many of the R listed samples
    /// are in the subset.
    package static func truncationBound(sampleCount n: Int, subsetSize m: Int, k: Int, reach: Int) -> Double {
        precondition(k > 0 && k < m && m <= n && reach >= 0 && reach < n, "k neighbours in a subset of the samples")
        var listed = HypergeometricRow(population: n - 1, drawn: m - 1, most: k - 1)
        for _ in 0..<reach { listed.mark() }
        let missing = listed.probabilities.enumerated().reduce(0) { $0 + $1.element * Double(k - $1.offset) }
        return min(1, 2 * missing / Double(k))
    }

    /// k/(m - 1): the score of unrelated layers in a subset of m.
    package static func chance(subsetSize m: Int, k: Int) -> Double { Double(k) / Double(m - 1) }
}
