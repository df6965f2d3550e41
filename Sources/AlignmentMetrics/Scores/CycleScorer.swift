/// Cycle k-NN: 1/n Σ_i [i ∈ ∪_{j ∈ N_B(i)} N_A(j)], A the rows and B the columns (`cycle_knn` of the released code, which exchanges
/// them). Not symmetric.
///
/// i comes back from its neighbour j at rank b in B if j lists i at rank a in A, for every k > max(a, b): the least such maximum over
/// j decides for all k at once.
struct CycleScorer: RankScorer {
    static let usesInNeighbours = true

    private let ks: [Int]
    private let longest: Int
    /// For each column the samples by the rank from which on they come back.
    private var histograms: [Int]

    init(columns: Int, ks: [Int]) {
        self.ks = ks
        longest = ks.last ?? 0
        histograms = Array(repeating: 0, count: columns * (longest + 1))
    }

    mutating func take(_ ranks: NeighbourRanks, column: Int) {
        var least = longest
        var b = 0
        while b < least {
            least = min(least, max(Int(ranks[b]), b))
            b += 1
        }
        histograms[column * (longest + 1) + least] += 1
    }

    func scores(position: Int, sampleCount: Int) -> [Double] {
        stride(from: 0, to: histograms.count, by: longest + 1).map { base in
            Double(histograms[base..<(base + ks[position])].reduce(0, +)) / Double(sampleCount)
        }
    }

    mutating func reset() { for bin in histograms.indices { histograms[bin] = 0 } }
}
