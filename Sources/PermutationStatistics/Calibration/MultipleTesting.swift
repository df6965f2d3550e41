/// Corrections of many p for having been looked at together. The family are the p that are not NaN; others stay NaN.
package enum MultipleTesting {
    /// q of Benjamini & Hochberg (1995): the least false discovery rate at which each would be a discovery, min over j ≥ i of m p_(j)/j.
    package static func benjaminiHochberg(_ p: [Double]) -> [Double] {
        let order = ascending(p)
        var result = [Double](repeating: .nan, count: p.count)
        var least = 1.0
        for (position, index) in order.enumerated().reversed() {
            least = min(least, Double(order.count) * p[index] / Double(position + 1))
            result[index] = least
        }
        return result
    }

    /// Holm's (1979) adjusted p: the least familywise error rate at which each would be rejected, max over j ≤ i of (m - j + 1) p_(j).
    package static func holm(_ p: [Double]) -> [Double] {
        let order = ascending(p)
        var result = [Double](repeating: .nan, count: p.count)
        var largest = 0.0
        for (position, index) in order.enumerated() {
            largest = max(largest, min(1, Double(order.count - position) * p[index]))
            result[index] = largest
        }
        return result
    }

    /// The least q, and for a single rejection the least adjusted p of Holm, that K permutations can give to `discoveries` of a family of m
    /// p: m/(discoveries · (K + 1)), since no p is below 1/(K + 1).
    package static func leastAttainable(permutations: Int, family: Int, discoveries: Int = 1) -> Double {
        precondition(permutations >= 0 && discoveries > 0, "discoveries from permutations")
        return min(1, Double(family) / (Double(discoveries) * Double(permutations + 1)))
    }

    private static func ascending(_ p: [Double]) -> [Int] {
        p.indices.filter { !p[$0].isNaN }.sorted { (p[$0], $0) < (p[$1], $1) }
    }
}
