package import LinearAlgebra

/// What a layer's neighbour lists bring to the moments of `mutual_knn` (Schemas/metrics.md): of A_ij = [j ∈ N(i)], with which the score is
/// Σ A_ij B_π(i)π(j)/(nk).
package struct MutualNumbers: Codable, Hashable, Sendable {
    package let k: Int
    let form: QuadraticForm

    /// Those at each of `ks`, from one pass over the lists: O(nK² + n Σ k), K the largest k.
    package static func of(_ lists: StoredLists, ks: [Int], threads: ThreadTeam = 1) -> [MutualNumbers] {
        guard let reach = ks.max() else { return [] }
        var growing = GrowingLists(lists, reach: reach, threads: threads)
        let sorted = Set(ks).sorted()
        let found = Dictionary(uniqueKeysWithValues: sorted.map { k in (k, growing.numbers(k)) })
        return ks.compactMap { found[$0] }
    }

    /// Whether they can be those of a layer of so many samples.
    func fits(sampleCount: Int, k: Int?) -> Bool {
        self.k == k && form.fits(sampleCount: sampleCount, ArcPatterns.directedPairs, ArcPatterns.directedTriples)
    }

    /// The moments of `mutual_knn` of two layers, at one k.
    package func moments(with other: MutualNumbers) -> NullMoments {
        precondition(k == other.k, "scores are of one k")
        let n = Double(form.sampleCount)
        return form.moments(other.form, mean: Double(k) / (n - 1), unit: 1 / (n * Double(k)))
    }
}

/// The lists of a layer as k grows, with the counts that change by what the arcs of one more rank bring.
private struct GrowingLists {
    private let lists: StoredLists
    private let triangles: ListTriangles
    /// The largest k.
    private let reach: Int
    private var k = 0
    /// c_i: how many lists have sample i, and in how many of these both have each other.
    private var inDegrees: [Int]
    private var mutualDegrees: [Int]

    init(_ lists: StoredLists, reach: Int, threads: ThreadTeam) {
        self.lists = lists
        self.reach = reach
        triangles = ListTriangles(lists, reach: reach, threads: threads)
        inDegrees = [Int](repeating: 0, count: lists.sampleCount)
        mutualDegrees = inDegrees
    }

    /// The numbers at `wanted`, which is no less than that of the call before.
    mutating func numbers(_ wanted: Int) -> MutualNumbers {
        while k < wanted { grow() }
        let n = lists.sampleCount
        return MutualNumbers(
            k: k,
            form: QuadraticForm(
                sampleCount: n, second: ArcPatterns.directedPairs.vector(pairSums, sampleCount: n),
                third: ArcPatterns.directedTriples.vector(tripleSums, sampleCount: n)))
    }

    /// Adds the arcs of rank k.
    private mutating func grow() {
        for i in 0..<lists.sampleCount {
            let j = lists[i, k]
            inDegrees[j] += 1
            let returnRank = Int(triangles.returnRanks[i * reach + k])
            // Both of a rank meet here twice, once from each side.
            if returnRank <= k { mutualDegrees[i] += 1 }
            if returnRank < k { mutualDegrees[j] += 1 }
        }
        k += 1
    }

    /// The share p = k/(n - 1) of arcs, which Â = A - p leaves off the diagonal. With it the rows of Â and the whole of it sum to 0, so
    /// that every pattern vanishes in which a vertex is the head of one arc and an end of no other.
    private var share: Double { Double(k) / Double(lists.sampleCount - 1) }
    private var total: Double { Double(lists.sampleCount * k) }
    /// Σ A_ij A_ji.
    private var mutualCount: Double { Double(mutualDegrees.reduce(0, +)) }
    /// Σ ĉ_i², ĉ_i = c_i - k the sums of the columns of Â.
    private var squares: Double { Double(inDegrees.reduce(0) { $0 + ($1 - k) * ($1 - k) }) }

    private var pairSums: KeyValuePairs<String, Double> {
        ["ij ij": total * (1 - share), "ij ji": mutualCount - share * total, "ij kj": squares]
    }

    /// Each is that of A less what p takes from it, with A_ij² = A_ij, Σ A = nk, Σ c = nk and row sums of k.
    private var tripleSums: KeyValuePairs<String, Double> {
        let p = share
        let (size, degree) = (Double(lists.sampleCount), Double(k))
        var (columnSquares, cubes, mutual, joined) = (0, 0, 0, 0)
        for i in 0..<lists.sampleCount {
            let excess = inDegrees[i] - k
            columnSquares += inDegrees[i] * inDegrees[i]
            cubes += excess * excess * excess
            mutual += mutualDegrees[i] * excess
            var sum = 0
            for rank in 0..<k { sum += inDegrees[lists[i, rank]] - k }
            joined += excess * sum
        }
        // p² times the number of paths that an arc closes, three times, less p³ times the number of triangles.
        let background = 2 * p * p * (size - 2) * total
        // Paths of two arcs, there and back left out.
        let paths = degree * total - mutualCount
        let cyclic = Double(triangles.cyclic[k - 1]) - 3 * p * paths + background
        let sharingEnds = Double(columnSquares) - total + degree * total - total
        let transitive = Double(triangles.transitive[k - 1]) - p * (sharingEnds + paths) + background
        return [
            "ij ij ij": total * (1 - p) * (1 - 2 * p),
            "ij ij ji": (1 - 2 * p) * (mutualCount - p * total),
            "ij ij kj": (1 - 2 * p) * squares,
            "ij ji ki": Double(mutual) - p * squares,
            "ij jk ki": cyclic,
            "ij jk ik": transitive,
            "il jl kl": Double(cubes),
            "ij ki lj": Double(joined) + p * squares,
        ]
    }
}
