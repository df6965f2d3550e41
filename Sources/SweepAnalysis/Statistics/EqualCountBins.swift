/// Bins of as equal a count as ties allow: equal values are never parted, so that no order of models decides.
package enum EqualCountBins {
    /// Positions of the finite values, in bins ascending by value; at most `count` bins, none with fewer than `least` positions.
    package static func of(_ values: [Double], _ count: Int, atLeast least: Int) -> [[Int]] {
        let order = values.indices.filter { values[$0].isFinite }.sorted { (values[$0], $0) < (values[$1], $1) }
        let n = order.count
        guard n >= least, least > 0, count > 0 else { return [] }
        var bins: [[Int]] = []
        var (start, wanted) = (0, 0)
        for size in sizes(n, count, atLeast: least) {
            wanted += size
            var end = wanted
            while end < n, end > 0, values[order[end]] == values[order[end - 1]] { end += 1 }
            guard end > start, end - start >= least || end == n else { continue }
            bins.append(Array(order[start..<end]))
            start = end
        }
        // What is left over of too few models joins the bin below.
        if let last = bins.last, last.count < least, bins.count > 1 {
            bins.removeLast()
            bins[bins.count - 1] += last
        }
        return bins
    }

    /// The sizes of the bins of n values none of which are equal: they differ by one at most.
    package static func sizes(_ n: Int, _ count: Int, atLeast least: Int) -> [Int] {
        guard n >= least, least > 0, count > 0 else { return [] }
        let wanted = min(count, n / least)
        return (1...wanted).map { $0 * n / wanted - ($0 - 1) * n / wanted }
    }
}
