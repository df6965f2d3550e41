internal import Foundation

/// PMI(a, b) = log P(a, b)/(P(a) P(b)) of some colours, from how often they stand beside each other, and the dissimilarity c - PMI.
package struct ColourPMI: Hashable, Sendable {
    /// Cells of the grid, ascending (n).
    package let cells: [Int]
    /// n x n; minus infinity for pairs that are never seen, where nothing was added to counts.
    package let pmi: [Double]
    /// The share of pairs of different colours that are never seen.
    package let unseenShare: Double
    /// What was added to the count of every ordered pair.
    package let smoothing: Double
    /// c, the least offset that makes c - PMI of no two different colours negative: their greatest PMI.
    package let offset: Double
    /// c - PMI, 0 on the diagonal (n x n). Pairs without a finite PMI are as far apart as the farthest of the others.
    package let dissimilarity: [Double]

    package var count: Int { cells.count }

    /// - Parameters:
    ///   - cells: the colours that take part; pairs with others are left out, of P(a) too.
    ///   - smoothing: added to the count of every ordered pair.
    package init(_ counts: ColourCounts, cells: [Int], smoothing: Double) {
        let n = cells.count
        var place = [Int](repeating: -1, count: counts.grid.count)
        for (position, cell) in cells.enumerated() { place[cell] = position }
        // Both orders of a pair of pixels: symmetric, and twice the count on the diagonal.
        var table = [Double](repeating: 0, count: n * n)
        for entry in counts.entries {
            let (a, b) = (place[entry.first], place[entry.second])
            guard a >= 0, b >= 0 else { continue }
            table[a * n + b] += Double(entry.count)
            table[b * n + a] += Double(entry.count)
        }
        let unseen = (0..<n).reduce(0) { sum, a in sum + (0..<n).count { $0 != a && table[a * n + $0] == 0 } }
        unseenShare = n > 1 ? Double(unseen) / Double(n * (n - 1)) : 0
        for position in table.indices { table[position] += smoothing }
        let total = table.reduce(0, +)
        let shares = (0..<n).map { a in table[(a * n)..<((a + 1) * n)].reduce(0, +) / total }
        var pmi = table
        var (least, most) = (Double.infinity, -Double.infinity)
        for a in 0..<n {
            for b in 0..<n {
                let value = log(table[a * n + b] / total / (shares[a] * shares[b]))
                pmi[a * n + b] = value
                if a != b, value.isFinite { (least, most) = (min(least, value), max(most, value)) }
            }
        }
        offset = most
        dissimilarity = pmi.indices.map { position in
            position / n == position % n ? 0 : most - (pmi[position].isFinite ? pmi[position] : least)
        }
        self.cells = cells
        self.pmi = pmi
        self.smoothing = smoothing
    }
}
