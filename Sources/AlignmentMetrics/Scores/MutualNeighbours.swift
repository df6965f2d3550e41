internal import LinearAlgebra

/// Mutual k-nearest-neighbour alignment of many layers with many others, for several k at once:
/// 1/(nk) Σ_i |N_A(i) ∩ N_B(i)| (Huh et al. 2024, section 2; `mutual_knn` of the released code).
package enum MutualNeighbours {
    /// Scores of every row layer against every column layer: for each of `ks`, in that order, a rows x columns array, row-major.
    ///
    /// A neighbour common to both lists at ranks (a, b) counts for every k > max(a, b): one pass fills a histogram of max(a, b)
    /// and a running sum gives all k. The ranks of a row layer's list are looked up in a table of n entries that stays in the
    /// first-level cache while all column layers are compared with it.
    package static func scores(rows: [NeighbourLists], columns: [NeighbourLists], ks: [Int]) -> [[Double]] {
        guard let n = rows.first?.sampleCount ?? columns.first?.sampleCount, let longest = ks.max() else { return [] }
        var result = ks.map { _ in [Double](repeating: 0, count: rows.count * columns.count) }
        let absent = UInt16.max
        precondition(longest < Int(absent), "ranks are held in 16 bits")
        let table = Matrix<UInt16>(rows: 1, columns: n, repeating: absent)
        let ranks = table.elements
        // The last bin takes neighbours that are not common, so that the inner loop has no branch.
        let bins = longest + 1
        let histogram = Matrix<UInt32>(rows: columns.count, columns: bins, repeating: 0)
        defer {
            table.keepAlive()
            histogram.keepAlive()
        }
        for (r, a) in rows.enumerated() {
            histogram.elements.update(repeating: 0)
            for i in 0..<n {
                a.indices.withUnsafeBufferPointer { indices in
                    for rank in 0..<longest { ranks[Int(indices[i * a.k + rank])] = UInt16(truncatingIfNeeded: rank) }
                }
                for (c, b) in columns.enumerated() {
                    let counts = histogram.row(c)
                    b.indices.withUnsafeBufferPointer { indices in
                        for rank in 0..<longest {
                            let other = Int(ranks[Int(indices[i * b.k + rank])])
                            counts[min(max(rank, other), longest)] &+= 1
                        }
                    }
                }
                a.indices.withUnsafeBufferPointer { indices in
                    for rank in 0..<longest { ranks[Int(indices[i * a.k + rank])] = absent }
                }
            }
            for c in columns.indices {
                let counts = histogram.row(c)
                for (position, k) in ks.enumerated() {
                    let common = counts[..<k].reduce(0) { $0 + Int($1) }
                    result[position][r * columns.count + c] = Double(common) / Double(n * k)
                }
            }
        }
        return result
    }
}
