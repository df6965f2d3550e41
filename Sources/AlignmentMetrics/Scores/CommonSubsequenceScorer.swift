/// The longest common subsequence of neighbour lists: mean over i of LCS(N_A(i), N_B(i))/k (`lcs_knn` of the released code, which
/// does not divide by k).
///
/// Lists hold nothing twice, so a common subsequence is an increasing one of A's ranks in the order of B. `ends` has a bit at every rank
/// at which a shortest-ending increasing subsequence of some length ends (patience sorting; the bit vector of Hyyrö 2004): a new
/// rank sets its bit and clears the next one above. The bits below k then count the subsequence of the first k of both lists.
struct CommonSubsequenceScorer: RankScorer {
    static let usesInNeighbours = false

    private let ks: [Int]
    private let longest: Int
    /// columns x ks: sums of lengths.
    private var lengths: [Int]
    private var ends: [UInt64]

    init(columns: Int, ks: [Int]) {
        self.ks = ks
        longest = ks.last ?? 0
        lengths = Array(repeating: 0, count: columns * ks.count)
        ends = Array(repeating: 0, count: longest / 64 + 1)
    }

    mutating func take(_ ranks: NeighbourRanks, column: Int) {
        if longest <= 64 { takeShort(ranks, column: column) } else { takeLong(ranks, column: column) }
    }

    private mutating func takeShort(_ ranks: NeighbourRanks, column: Int) {
        var ends: UInt64 = 0
        var next = 0
        for position in ks.indices {
            let k = ks[position]
            while next < k {
                let rank = UInt64(ranks[next])
                if rank < 64 {
                    let bit: UInt64 = 1 << rank
                    let above = ends & ~(bit | (bit &- 1))
                    ends = (ends & ~(above & (0 &- above))) | bit
                }
                next += 1
            }
            let first = k == 64 ? ends : ends & (1 << UInt64(k) &- 1)
            lengths[column * ks.count + position] += first.nonzeroBitCount
        }
    }

    private mutating func takeLong(_ ranks: NeighbourRanks, column: Int) {
        for word in ends.indices { ends[word] = 0 }
        var next = 0
        for position in ks.indices {
            let k = ks[position]
            while next < k {
                let rank = Int(ranks[next])
                if rank < longest { insert(rank) }
                next += 1
            }
            var count = (ends[k / 64] & (1 << UInt64(k % 64) &- 1)).nonzeroBitCount
            for word in 0..<(k / 64) { count += ends[word].nonzeroBitCount }
            lengths[column * ks.count + position] += count
        }
    }

    private mutating func insert(_ rank: Int) {
        let bit: UInt64 = 1 << UInt64(rank % 64)
        var word = rank / 64
        var above = ends[word] & ~(bit | (bit &- 1))
        ends[word] |= bit
        while above == 0 {
            word += 1
            guard word < ends.count else { return }
            above = ends[word]
        }
        ends[word] &= ~(above & (0 &- above))
    }

    /// Σ over samples of the length, over n·k.
    func scores(position: Int, sampleCount: Int) -> [Double] {
        let k = ks[position]
        return stride(from: position, to: lengths.count, by: ks.count).map {
            Double(lengths[$0]) / Double(sampleCount * k)
        }
    }

    mutating func reset() { for cell in lengths.indices { lengths[cell] = 0 } }
}
