/// The neighbour lists of one layer with what single metrics derive from them, on first use.
package final class LayerNeighbours {
    package let lists: NeighbourLists
    /// Who lists each sample.
    private(set) lazy var inNeighbours = InNeighbours(lists)
    /// For each entry of the lists the rank at which the neighbour lists the sample in turn, `RankTable.absent` if it does not (n x k).
    private(set) lazy var returnRanks = Self.returnRanks(lists, inNeighbours)
    private var ownTerms: [SelfTermKey: OwnTerms] = [:]

    private struct SelfTermKey: Hashable {
        let isCentred: Bool
        let ks: [Int]
    }

    /// Alignments of the layer with itself, one for each number of neighbours, and whether the sums that they are made of cancel.
    struct OwnTerms {
        let terms: [Double]
        let cancel: [Bool]
    }

    package init(_ lists: NeighbourLists) { self.lists = lists }

    /// What `compute` makes of this layer alone for the numbers of neighbours `ks`, remembered.
    func ownTerms(centred: Bool, ks: [Int], _ compute: () -> OwnTerms) -> OwnTerms {
        let key = SelfTermKey(isCentred: centred, ks: ks)
        if let known = ownTerms[key] { return known }
        let terms = compute()
        ownTerms[key] = terms
        return terms
    }

    private static func returnRanks(_ lists: NeighbourLists, _ turned: InNeighbours) -> [UInt16] {
        let table = RankTable(sampleCount: lists.sampleCount)
        var result = [UInt16](repeating: RankTable.absent, count: lists.indices.count)
        for i in 0..<lists.sampleCount {
            table.fill(from: turned, sample: i)
            for entry in (i * lists.k)..<((i + 1) * lists.k) { result[entry] = table[Int(lists.indices[entry])] }
            table.clear(from: turned, sample: i)
        }
        return result
    }
}
