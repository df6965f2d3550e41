/// A metric that is a mean over samples of what the ranks of B's neighbours in A's list say.
protocol RankScorer {
    /// Whether ranks are those of the sample in its neighbours' lists of A (who lists it), not of its own list.
    static var usesInNeighbours: Bool { get }

    /// Prepares for `columns` layers and the numbers of neighbours `ks`, ascending, of lists that are compared to length `ks.last`.
    init(columns: Int, ks: [Int])

    /// Takes in one sample of one column layer, whose neighbour at rank b has in A the rank `ranks[b]`, or `RankTable.absent`.
    mutating func take(_ ranks: NeighbourRanks, column: Int)

    /// The scores of every column for the k at `position`, and a clean slate for the next row layer afterwards.
    func scores(position: Int, sampleCount: Int) -> [Double]
    mutating func reset()
}

/// The ranks in one layer's list of the neighbours in another's, looked up as they are asked for.
struct NeighbourRanks {
    fileprivate let neighbours: UnsafePointer<Int32>
    fileprivate let table: UnsafeMutableBufferPointer<UInt16>

    @inline(__always)
    subscript(b: Int) -> UInt16 { table[Int(neighbours[b])] }
}

/// Runs a `RankScorer` over all layer pairs of a tile.
enum ListComparison {
    /// For each of `ks` (ascending) the scores of every row layer, as A, against every column layer, as B: rows x columns, row-major.
    static func scores<Scorer: RankScorer>(
        _: Scorer.Type, rows: [LayerNeighbours], columns: [LayerNeighbours], ks: [Int]
    ) -> [[Double]] {
        guard let n = (rows.first ?? columns.first)?.lists.sampleCount, let longest = ks.last else { return [] }
        precondition(longest < Int(RankTable.absent), "ranks are held in 16 bits")
        var results = ks.map { _ in [Double]() }
        var scorer = Scorer(columns: columns.count, ks: ks)
        let table = RankTable(sampleCount: n)
        let ranks = table.ranks
        for row in rows {
            for i in 0..<n {
                if Scorer.usesInNeighbours {
                    table.fill(from: row.inNeighbours, sample: i)
                } else {
                    table.fill(from: row.lists, sample: i, count: longest)
                }
                for c in columns.indices {
                    _ = columns[c].lists.withNeighbours(of: i) { neighbours in
                        scorer.take(NeighbourRanks(neighbours: neighbours, table: ranks), column: c)
                    }
                }
                if Scorer.usesInNeighbours {
                    table.clear(from: row.inNeighbours, sample: i)
                } else {
                    table.clear(from: row.lists, sample: i, count: longest)
                }
            }
            for position in ks.indices { results[position] += scorer.scores(position: position, sampleCount: n) }
            scorer.reset()
        }
        withExtendedLifetime(table) {}
        return results
    }
}
