internal import SweepModel

/// Spearman's rank correlation, ties sharing their mean rank.
package enum RankCorrelation {
    /// nil where either side is constant or shorter than two. All values are finite.
    package static func spearman(_ x: [Double], _ y: [Double]) -> Double? {
        precondition(x.count == y.count, "pairs of values")
        let (a, b) = (Ranking(x).ranks(), Ranking(y).ranks())
        let mean = Double(x.count + 1) / 2
        var (xx, xy, yy) = (0.0, 0.0, 0.0)
        for (p, q) in zip(a, b) {
            xx += (p - mean) * (p - mean)
            xy += (p - mean) * (q - mean)
            yy += (q - mean) * (q - mean)
        }
        guard xx > 0, yy > 0 else { return nil }
        return max(-1, min(1, xy / (xx.squareRoot() * yy.squareRoot())))
    }
}
