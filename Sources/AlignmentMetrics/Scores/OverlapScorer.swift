/// Mutual k-NN for many k at once: 1/(nk) Σ_i |N_A(i) ∩ N_B(i)| (Huh et al. 2024, section 2).
///
/// A neighbour at rank a in one list and b in the other counts for every k > max(a, b): a histogram, then a prefix sum.
struct OverlapScorer: RankScorer {
    static let usesInNeighbours = false

    private let ks: [Int]
    private let longest: Int
    /// For each column the common neighbours by max(a, b); the last bin takes what is not common.
    private var histograms: [Int]

    init(columns: Int, ks: [Int]) {
        self.ks = ks
        longest = ks.last ?? 0
        histograms = Array(repeating: 0, count: columns * (longest + 1))
    }

    mutating func take(_ ranks: UnsafePointer<UInt16>, column: Int) {
        let base = column * (longest + 1)
        histograms.withUnsafeMutableBufferPointer { bins in
            for b in 0..<longest { bins[base + min(max(Int(ranks[b]), b), longest)] += 1 }
        }
    }

    func scores(position: Int, sampleCount: Int) -> [Double] {
        let k = ks[position]
        return stride(from: 0, to: histograms.count, by: longest + 1).map { base in
            Double(histograms[base..<(base + k)].reduce(0, +)) / Double(sampleCount * k)
        }
    }

    mutating func reset() { for bin in histograms.indices { histograms[bin] = 0 } }
}
