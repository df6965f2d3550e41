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
        let table = RankTable(sampleCount: n)
        for (r, a) in rows.enumerated() {
            for i in 0..<n {
                table.fill(a, row: i, length: longest)
                for (c, b) in columns.enumerated() {
                    for (position, k) in ks.enumerated() {
                        common[position][r * columns.count + c] += table.countCommon(b, row: i, k: k)
                    }
                }
                table.clear(a, row: i, length: longest)
            }
        }
        return zip(ks, common).map { k, counts in counts.map { Double($0) / Double(n * k) } }
    }
}

/// For one sample, the rank of every other sample in one layer's list.
private final class RankTable {
    private let ranks: Matrix<UInt16>
    private static let absent = UInt16.max

    init(sampleCount: Int) { ranks = Matrix(rows: 1, columns: sampleCount, repeating: Self.absent) }

    func fill(_ lists: NeighbourLists, row: Int, length: Int) {
        let start = row * lists.k
        for rank in 0..<length {
            ranks.elements[Int(lists.indices[start + rank])] = UInt16(truncatingIfNeeded: rank)
        }
    }

    func clear(_ lists: NeighbourLists, row: Int, length: Int) {
        let start = row * lists.k
        for rank in 0..<length { ranks.elements[Int(lists.indices[start + rank])] = Self.absent }
    }

    /// How many of the first `k` neighbours of sample `row` in `lists` have a rank below `k` in the table.
    @inline(__always)
    func countCommon(_ lists: NeighbourLists, row: Int, k: Int) -> Int {
        lists.indices.withUnsafeBufferPointer { indices in
            let limit = UInt16(truncatingIfNeeded: k)
            var count: UInt32 = 0
            for position in (row * lists.k)..<(row * lists.k + k) {
                count &+= ranks.elements[Int(indices[position])] < limit ? 1 : 0
            }
            return Int(count)
        }
    }
}
