/// Jaccard similarity of neighbour lists: the mean over i of |N_A(i) ∩ N_B(i)|/|N_A(i) ∪ N_B(i)| (as in the survey of Klabunde et al. 2023).
struct JaccardScorer: RankScorer {
    static let usesInNeighbours = false

    private let ks: [Int]
    private let longest: Int
    /// c/(2k - c) for c = 0 … k, of one k after another, and where each begins.
    private let ratios: [Double]
    private let starts: [Int]
    /// columns x ks.
    private var sums: [Double]
    private var atRank: [Int]

    init(columns: Int, ks: [Int]) {
        self.ks = ks
        longest = ks.last ?? 0
        var ratios: [Double] = []
        var starts: [Int] = []
        for k in ks {
            starts.append(ratios.count)
            for common in 0...k { ratios.append(Double(common) / Double(2 * k - common)) }
        }
        self.ratios = ratios
        self.starts = starts
        sums = Array(repeating: 0, count: columns * ks.count)
        atRank = Array(repeating: 0, count: longest + 1)
    }

    mutating func take(_ ranks: NeighbourRanks, column: Int) {
        for rank in 0...longest { atRank[rank] = 0 }
        for b in 0..<longest { atRank[min(max(Int(ranks[b]), b), longest)] += 1 }
        var common = 0
        var next = 0
        for position in ks.indices {
            while next < ks[position] {
                common += atRank[next]
                next += 1
            }
            sums[column * ks.count + position] += ratios[starts[position] + common]
        }
    }

    func scores(position: Int, sampleCount: Int) -> [Double] {
        stride(from: position, to: sums.count, by: ks.count).map { sums[$0] / Double(sampleCount) }
    }

    mutating func reset() { for cell in sums.indices { sums[cell] = 0 } }
}
