/// The neighbour lists of a layer where they lie: n rows of `reach` samples, most similar first, none its own.
package struct StoredLists {
    let indices: UnsafeBufferPointer<Int32>
    /// n.
    let sampleCount: Int
    /// Neighbours a row; the first k of each are the list of k.
    let reach: Int

    /// - Precondition: `indices` (n x `reach`) are different samples within each row, none that of the row.
    package init(indices: UnsafeBufferPointer<Int32>, sampleCount: Int, reach: Int) {
        precondition(indices.count == sampleCount * reach && reach >= 1 && reach < sampleCount)
        self.indices = indices
        self.sampleCount = sampleCount
        self.reach = reach
    }

    /// Whom sample `row` has at `rank`, from 0.
    @inline(__always)
    subscript(row: Int, rank: Int) -> Int { Int(indices[row * reach + rank]) }
}

/// Lists turned round: for every sample those that have it among their first k, and at which rank.
struct ListSources {
    /// Those of sample i are `sources[starts[i] ..< starts[i + 1]]`, ascending.
    let starts: [Int]
    let sources: [Int32]
    let ranks: [Int32]

    init(_ lists: StoredLists, k: Int) {
        precondition(k >= 1 && k <= lists.reach, "lists have k neighbours")
        let n = lists.sampleCount
        var starts = [Int](repeating: 0, count: n + 1)
        for i in 0..<n { for rank in 0..<k { starts[lists[i, rank] + 1] += 1 } }
        for i in 0..<n { starts[i + 1] += starts[i] }
        var next = starts
        var sources = [Int32](repeating: 0, count: n * k)
        var ranks = sources
        for i in 0..<n {
            for rank in 0..<k {
                let j = lists[i, rank]
                sources[next[j]] = Int32(truncatingIfNeeded: i)
                ranks[next[j]] = Int32(truncatingIfNeeded: rank)
                next[j] += 1
            }
        }
        (self.starts, self.sources, self.ranks) = (starts, sources, ranks)
    }

    /// How many lists have sample i.
    @inline(__always)
    func count(of i: Int) -> Int { starts[i + 1] - starts[i] }
}
