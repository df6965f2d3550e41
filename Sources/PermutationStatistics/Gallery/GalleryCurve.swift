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

    /// The expected share of common neighbours of each sample that has lists, given that it is in the subset: tables x samples. The tables are
    /// of as many samples as lists were taken from.
    ///
    /// A sample takes steps for each neighbour that both layers list, of which each counts the bits of R/64 words, and a look-up for each
    /// table.
    package static func rowScores(_ a: RankedLists, _ b: RankedLists, tables: [GalleryTable]) -> [[Double]] {
        let n = a.sampleCount
        precondition(
            b.sampleCount == n && b.indexLimit == a.indexLimit
                && tables.allSatisfy { $0.sampleCount <= a.indexLimit && $0.reach <= min(a.reach, b.reach) },
            "lists and tables of the same samples")
        let reach = tables.map(\.reach).max() ?? 0
        var result = tables.map { _ in [Double](repeating: 0, count: n) }
        var shared = SharedNeighbours(sampleCount: a.indexLimit, reach: reach)
        for i in 0..<n {
            shared.find(a, b, row: i)
            for position in tables.indices {
                let sum = tables[position].sum(over: shared.places)
                let table = tables[position]
                result[position][i] =
                    sum * Double(table.subsetSize - 1) / (Double(table.sampleCount - 1) * Double(table.k))
            }
        }
        return result
    }
}

/// The neighbours of a sample that two layers list, and how many others stand before them.
struct SharedNeighbours {
    /// Before one neighbour: in the first list, in the second, and in both.
    struct Place {
        let first: Int
        let second: Int
        let common: Int
    }

    /// Those of the row in hand, in the order of the first list.
    private(set) var places: [Place] = []
    private let reach: Int
    /// How many stand before each sample in the second list, -1 for those that are not in it (n).
    private var before: [Int32]
    /// A bit for each place of the second list whose sample stands earlier in the first one.
    private var seen: [UInt64]

    init(sampleCount: Int, reach: Int) {
        self.reach = reach
        before = Array(repeating: -1, count: sampleCount)
        seen = Array(repeating: 0, count: (reach + 63) / 64)
        places.reserveCapacity(reach)
    }

    /// Looks at the first `reach` neighbours of sample `row`.
    mutating func find(_ a: RankedLists, _ b: RankedLists, row: Int) {
        places.removeAll(keepingCapacity: true)
        let (left, right) = (row * a.reach, row * b.reach)
        for place in 0..<reach { before[Int(b.indices[right + place])] = Int32(truncatingIfNeeded: place) }
        for word in seen.indices { seen[word] = 0 }
        for first in 0..<reach {
            let second = Int(before[Int(a.indices[left + first])])
            guard second >= 0 else { continue }
            let (last, bit) = (second / 64, UInt64(1) << UInt64(second % 64))
            var common = (seen[last] & (bit - 1)).nonzeroBitCount
            for word in 0..<last { common += seen[word].nonzeroBitCount }
            seen[last] |= bit
            places.append(Place(first: first, second: second, common: common))
        }
        for place in 0..<reach { before[Int(b.indices[right + place])] = -1 }
    }
}
