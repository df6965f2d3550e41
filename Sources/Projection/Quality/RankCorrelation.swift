/// Spearman's rank correlation, ties sharing their mean rank.
package enum RankCorrelation {
    /// nil where either side is constant or shorter than two.
    package static func spearman(_ x: [Double], _ y: [Double]) -> Double? {
        precondition(x.count == y.count, "pairs of values")
        let (a, b) = (ranks(x), ranks(y))
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

    /// 1 for the smallest.
    static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var ranks = [Double](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            var end = first + 1
            while end < order.count, values[order[end]] == values[order[first]] { end += 1 }
            for position in first..<end { ranks[order[position]] = Double(first + end + 1) / 2 }
            first = end
        }
        return ranks
    }
}
