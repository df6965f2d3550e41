internal import LinearAlgebra

/// Mutual k-nearest-neighbour alignment of many layers with many others, for several k at once:
/// 1/(nk) Σ_i |N_A(i) ∩ N_B(i)| (Huh et al. 2024, section 2; `mutual_knn` of the released code).
package enum MutualNeighbours {
    /// Scores of every row layer against every column layer: for each of `ks`, in that order, a rows x columns array, row-major.
    ///
    /// The ranks of a row layer's list are looked up in a table of n entries that stays in the first-level cache while all column
    /// layers are compared with it; a neighbour at rank a in one list and b in the other counts for every k > max(a, b).
    package static func scores(rows: [NeighbourLists], columns: [NeighbourLists], ks: [Int]) -> [[Double]] {
        guard let n = rows.first?.sampleCount ?? columns.first?.sampleCount, let longest = ks.max() else { return [] }
        precondition(longest < Int(UInt16.max), "ranks are held in 16 bits")
        var common = ks.map { _ in [Int](repeating: 0, count: rows.count * columns.count) }
        let absent = UInt16.max
        let table = Matrix<UInt16>(rows: 1, columns: n, repeating: absent)
        defer { table.keepAlive() }
        let ranks = table.elements
        for (r, a) in rows.enumerated() {
            for i in 0..<n {
                _ = a.withNeighbours(of: i) { neighbours in
                    for rank in 0..<longest { ranks[Int(neighbours[rank])] = UInt16(truncatingIfNeeded: rank) }
                }
                for c in columns.indices {
                    _ = columns[c].withNeighbours(of: i) { neighbours in
                        for position in ks.indices {
                            let count = countCommon(neighbours, ranks, k: ks[position])
                            common[position][r * columns.count + c] += count
                        }
                    }
                }
                _ = a.withNeighbours(of: i) { neighbours in
                    for rank in 0..<longest { ranks[Int(neighbours[rank])] = absent }
                }
            }
        }
        return zip(ks, common).map { k, counts in counts.map { Double($0) / Double(n * k) } }
    }

    /// How many of the first `k` of `neighbours` have a rank below `k` in the other list.
    @inline(__always)
    private static func countCommon(
        _ neighbours: UnsafePointer<Int32>, _ ranks: UnsafeMutableBufferPointer<UInt16>, k: Int
    ) -> Int {
        let limit = UInt16(truncatingIfNeeded: k)
        var count: UInt32 = 0
        for rank in 0..<k { count &+= ranks[Int(neighbours[rank])] < limit ? 1 : 0 }
        return Int(count)
    }
}
