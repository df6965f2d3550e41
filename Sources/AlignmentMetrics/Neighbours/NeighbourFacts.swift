/// What the neighbour lists of one layer say of it, for every k up to the length of the lists.
package struct NeighbourFacts: Codable, Equatable {
    /// Rows with a tie at the boundary after rank k.
    package let tiedRows: [Int32]
    /// How often the most listed sample is listed, for hubs.
    package let largestInDegrees: [Int32]
    /// The cycle k-NN expected of this layer as A and an unrelated one as B (Schemas/metrics.md, *Chance levels*):
    /// 1/n Σ_i [1 - C(m_i - d_i, k)/C(m_i, k)], d_i the in-degree of i and m_i the number of samples that may be its neighbours. 0 of queries, of
    /// which no in-degrees are known.
    package let cycleChances: [Double]

    /// - Parameter groups: where samples of one group are never neighbours, the group of each.
    package init(_ lists: NeighbourLists, groups: [Int32]?) {
        let n = lists.sampleCount
        var groupSizes: [Int32: Int] = [:]
        for group in groups ?? [] { groupSizes[group, default: 0] += 1 }
        let others = (0..<n).map { i in n - (groups.flatMap { groupSizes[$0[i]] } ?? 1) }
        var degrees = [Int](repeating: 0, count: lists.indexLimit)
        var largest: [Int32] = []
        var chances: [Double] = []
        for k in 1...max(lists.k, 1) where k <= lists.k {
            for i in 0..<n { degrees[Int(lists.indices[i * lists.k + k - 1])] += 1 }
            largest.append(Int32(clamping: degrees.max() ?? 0))
            chances.append(
                lists.indexLimit == n ? Self.cycleChance(k: k, degrees: degrees, others: others) : 0)
        }
        tiedRows = lists.tiedRows
        largestInDegrees = largest
        cycleChances = chances
    }

    private static func cycleChance(k: Int, degrees: [Int], others: [Int]) -> Double {
        // C(m - d, k)/C(m, k) = Π_{t<d} (m - k - t)/(m - t), tabulated for all d of one m.
        var misses: [Int: [Double]] = [:]
        var sum = 0.0
        for (degree, m) in zip(degrees, others) {
            var table = misses[m] ?? [1]
            if table.count <= degree {
                for t in (table.count - 1)..<degree {
                    table.append(table[t] * max(0, Double(m - k - t)) / Double(m - t))
                }
                misses[m] = table
            }
            sum += 1 - table[degree]
        }
        return sum / Double(degrees.count)
    }
}
