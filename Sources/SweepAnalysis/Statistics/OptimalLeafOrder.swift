/// The order of a tree's leaves, among those without crossings, that keeps neighbours closest: the least sum of distances between
/// adjacent leaves (Bar-Joseph, Gifford & Jaakkola 2001).
///
/// Exact, O(n³) in time by finding the best inner leaf of one subtree before that of the other, O(n²) in memory.
package struct OptimalLeafOrder: Sendable {
    /// The leaves from left to right, the lower of the two outer ones first.
    package let order: [Int]
    /// The sum of distances between adjacent leaves.
    package let cost: Double

    /// - Parameters:
    ///   - merges: n - 1 steps of a clustering of n leaves.
    ///   - distances: n x n, symmetric and finite.
    package init(_ merges: [AverageLinkage.Merge], distances: [Double], count n: Int) {
        precondition(distances.count == n * n && merges.count == max(0, n - 1), "a tree of as many leaves")
        guard n > 1 else {
            order = Array(0..<n)
            cost = 0
            return
        }
        var search = Search(merges, distances: distances, count: n)
        (order, cost) = search.run()
    }
}

/// The dynamic programme: the best cost of a subtree's leaves between any two outer leaves.
private struct Search {
    let n: Int
    let merges: [AverageLinkage.Merge]
    let distances: [Double]
    /// For each cluster its leaves.
    var leaves: [[Int]]
    /// n x n: the best cost of the smallest subtree of both leaves, with i leftmost and j rightmost; symmetric.
    var costs: [Double]
    /// n x n: for leaves i of the left and j of the right child, the inner leaf next to the other child, on i's own side.
    var inner: [Int32]

    init(_ merges: [AverageLinkage.Merge], distances: [Double], count: Int) {
        n = count
        self.merges = merges
        self.distances = distances
        leaves = (0..<count).map { [$0] }
        costs = [Double](repeating: 0, count: count * count)
        inner = [Int32](repeating: -1, count: count * count)
    }

    mutating func run() -> (order: [Int], cost: Double) {
        for merge in merges {
            join(merge.left, merge.right)
            leaves.append(leaves[merge.left] + leaves[merge.right])
        }
        let root = merges[merges.count - 1]
        var best = (cost: Double.infinity, i: -1, j: -1)
        for i in leaves[root.left].sorted() {
            for j in leaves[root.right].sorted() where costs[i * n + j] < best.cost { best = (costs[i * n + j], i, j) }
        }
        let order = path(n + merges.count - 1, from: min(best.i, best.j), to: max(best.i, best.j))
        return (order, best.cost)
    }

    /// The leaves that may be at the other end of a subtree that begins with `leaf`.
    private func ends(_ cluster: Int, from leaf: Int) -> [Int] {
        guard cluster >= n else { return [leaf] }
        let merge = merges[cluster - n]
        return leaves[merge.left].contains(leaf) ? leaves[merge.right] : leaves[merge.left]
    }

    /// Fills the cells of leaves of `left` with leaves of `right`.
    private mutating func join(_ left: Int, _ right: Int) {
        let (rows, columns) = (leaves[left], leaves[right])
        let rowEnds = rows.map { ends(left, from: $0) }
        let columnEnds = columns.map { ends(right, from: $0) }
        var bridge = [Double](repeating: 0, count: n)
        var bridgeEnd = [Int32](repeating: -1, count: n)
        for (i, inner) in zip(rows, rowEnds) {
            // min over h of cost(i … h) + distance(h, l), for every l of the other child.
            for l in columns {
                var best = (cost: Double.infinity, h: -1)
                for h in inner {
                    let cost = costs[i * n + h] + distances[l * n + h]
                    if cost < best.cost { best = (cost, h) }
                }
                bridge[l] = best.cost
                bridgeEnd[l] = Int32(best.h)
            }
            for (j, outer) in zip(columns, columnEnds) {
                var best = (cost: Double.infinity, l: -1)
                for l in outer {
                    let cost = bridge[l] + costs[j * n + l]
                    if cost < best.cost { best = (cost, l) }
                }
                costs[i * n + j] = best.cost
                costs[j * n + i] = best.cost
                self.inner[i * n + j] = bridgeEnd[best.l]
                self.inner[j * n + i] = Int32(best.l)
            }
        }
    }

    /// The best order of a subtree's leaves with these outer ones.
    private func path(_ cluster: Int, from first: Int, to last: Int) -> [Int] {
        guard cluster >= n else { return [first] }
        let merge = merges[cluster - n]
        let isForward = leaves[merge.left].contains(first)
        let (start, end) = isForward ? (merge.left, merge.right) : (merge.right, merge.left)
        return path(start, from: first, to: Int(inner[first * n + last]))
            + path(end, from: Int(inner[last * n + first]), to: last)
    }
}
