/// The lists of one layer turned round: for every sample those that have it among their neighbours.
struct InNeighbours {
    /// Those of sample i are `sources[starts[i] ..< starts[i + 1]]`, ascending.
    let starts: [Int32]
    let sources: [Int32]
    /// At which rank (from 0) the source lists the sample.
    let ranks: [UInt16]

    init(_ lists: NeighbourLists) {
        let (n, k) = (lists.sampleCount, lists.k)
        var starts = [Int32](repeating: 0, count: n + 1)
        for j in lists.indices { starts[Int(j) + 1] += 1 }
        for i in 0..<n { starts[i + 1] += starts[i] }
        var next = starts
        var sources = [Int32](repeating: 0, count: n * k)
        var ranks = [UInt16](repeating: 0, count: n * k)
        for i in 0..<n {
            for rank in 0..<k {
                let j = Int(lists.indices[i * k + rank])
                sources[Int(next[j])] = Int32(truncatingIfNeeded: i)
                ranks[Int(next[j])] = UInt16(truncatingIfNeeded: rank)
                next[j] += 1
            }
        }
        self.starts = starts
        self.sources = sources
        self.ranks = ranks
    }
}
