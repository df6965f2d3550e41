/// The expected `mutual_knn` of a random subset of the samples, from the neighbours among all of them:
/// E s(m) = (m-1)/(n-1) · 1/(nk) Σ_i Σ_j P(j is one of the k first of i in both lists | i and j are in the subset).
///
/// It is exact, not simulated, for lists that reach far enough (`GalleryTable.truncationBound`) and rank all other samples; with
/// `exclude_groups`, or for subsets of whole groups, it does not hold. Row by row it is the expected overlap of a fixed query with a
/// gallery of its own and m - 1 random others.
package enum GalleryCurve {
    /// E s(m) of two layers for each table's subset.
    package static func scores(_ a: RankedLists, _ b: RankedLists, tables: [GalleryTable]) -> [Double] {
        rowScores(a, b, tables: tables).map { $0.reduce(0, +) / Double(a.sampleCount) }
    }

    /// The expected share of common neighbours of each sample, given that it is in the subset: tables x n.
    ///
    /// A sample takes steps for each neighbour that both layers list, of which each counts the bits of R/64 words, and a look-up for each
    /// table.
    package static func rowScores(_ a: RankedLists, _ b: RankedLists, tables: [GalleryTable]) -> [[Double]] {
        let n = a.sampleCount
        precondition(
            b.sampleCount == n
                && tables.allSatisfy { $0.sampleCount == n && $0.reach <= min(a.reach, b.reach) },
            "lists and tables of the same samples")
        let reach = tables.map(\.reach).max() ?? 0
        var result = tables.map { _ in [Double](repeating: 0, count: n) }
        // For the sample in hand: how many stand before each other one in the second list, and a bit for each place of that list whose
        // sample stands earlier in the first one.
        var places = [Int32](repeating: -1, count: n)
        var seen = [UInt64](repeating: 0, count: (reach + 63) / 64)
        for i in 0..<n {
            let (first, second) = (i * a.reach, i * b.reach)
            for place in 0..<reach { places[Int(b.indices[second + place])] = Int32(truncatingIfNeeded: place) }
            for word in seen.indices { seen[word] = 0 }
            for ahead in 0..<reach {
                let place = Int(places[Int(a.indices[first + ahead])])
                guard place >= 0 else { continue }
                var common = 0
                for word in 0..<(place / 64) { common += seen[word].nonzeroBitCount }
                let bit = UInt64(1) << UInt64(place % 64)
                common += (seen[place / 64] & (bit - 1)).nonzeroBitCount
                seen[place / 64] |= bit
                for (position, table) in tables.enumerated() where max(ahead, place) < table.reach {
                    result[position][i] += table.probability(ahead, place, common: common)
                }
            }
            for place in 0..<reach { places[Int(b.indices[second + place])] = -1 }
        }
        for (position, table) in tables.enumerated() {
            let factor = Double(table.subsetSize - 1) / (Double(n - 1) * Double(table.k))
            for i in 0..<n { result[position][i] *= factor }
        }
        return result
    }
}
