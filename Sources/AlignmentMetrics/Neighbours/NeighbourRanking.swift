/// Brings the candidates of one row after another into the total order (Schemas/metrics.md, *Notation*) and writes the first k, by one thread.
struct NeighbourRanking {
    let k: Int
    /// How many rows have a tie at the boundary after each rank (k).
    private(set) var tiedRows: [Int32]
    private let frame: LayerFrame
    private var ranked: [(similarity: Double, index: Int32)] = []

    init(of frame: LayerFrame, k: Int) {
        self.frame = frame
        self.k = k
        tiedRows = Array(repeating: 0, count: k)
    }

    /// Takes in a candidate of the next row with its float64 similarity.
    mutating func add(_ index: Int32, _ similarity: Double) { ranked.append((similarity, index)) }

    /// Writes the `k` nearest of the candidates taken in, those of sample `i`, and forgets them (k each).
    mutating func write(
        _ i: Int, indices: UnsafeMutablePointer<Int32>, similarities: UnsafeMutablePointer<Double>
    ) {
        ranked.sort { $0.similarity != $1.similarity ? $0.similarity > $1.similarity : $0.index < $1.index }
        for rank in 0..<k {
            indices[rank] = ranked[rank].index
            similarities[rank] = ranked[rank].similarity
            if rank + 1 < ranked.count, isTie(i, ranked[rank], ranked[rank + 1]) { tiedRows[rank] += 1 }
        }
        ranked.removeAll(keepingCapacity: true)
    }

    /// The counts of several threads together.
    static func tiedRows(_ rankings: [NeighbourRanking]) -> [Int32] {
        var sums = [Int32](repeating: 0, count: rankings.first?.k ?? 0)
        for ranking in rankings { for rank in sums.indices { sums[rank] += ranking.tiedRows[rank] } }
        return sums
    }

    /// Whether rounding in float64 could have decided between two similarities: their order then means nothing, as in a layer
    /// that clipping has saturated, where equal sums are reached in different orders.
    private func isTie(
        _ i: Int, _ a: (similarity: Double, index: Int32), _ b: (similarity: Double, index: Int32)
    ) -> Bool {
        let norms = frame.rowNorms[i] * max(frame.rowNorms[Int(a.index)], frame.rowNorms[Int(b.index)])
        return a.similarity - b.similarity <= Double(frame.width + 4) * 0x1p-53 * norms
    }
}
