/// Average-linkage hierarchical clustering (UPGMA; Sokal & Michener 1958), as in `scipy.cluster.hierarchy.linkage`.
package struct AverageLinkage: Sendable {
    /// Two clusters made one. Clusters 0 ..< n are the leaves, n + i is the one that step i makes.
    package struct Merge: Equatable, Sendable {
        package let left: Int
        package let right: Int
        /// The mean distance between their leaves.
        package let height: Double
        /// The number of leaves of the cluster made.
        package let size: Int
    }

    /// n - 1 steps, ascending by height.
    package let merges: [Merge]

    /// Of an n x n matrix of finite distances, symmetric; its diagonal is not looked at. O(n²) by chains of nearest neighbours
    /// (Müllner 2011, figure 3).
    package init(distances: [Double], count n: Int) {
        precondition(distances.count == n * n, "distances are a square")
        var distances = distances
        var sizes = [Int](repeating: 1, count: n)
        var steps: [(a: Int, b: Int, height: Double)] = []
        var chain: [Int] = []
        while steps.count + 1 < n {
            if chain.isEmpty, let first = sizes.firstIndex(where: { $0 > 0 }) { chain.append(first) }
            let top = chain[chain.count - 1]
            let previous = chain.count > 1 ? chain[chain.count - 2] : nil
            // Among equals the previous link stands, or the chain would not end.
            var nearest = previous ?? -1
            var least = previous.map { distances[top * n + $0] } ?? .infinity
            for other in 0..<n where other != top && sizes[other] > 0 && distances[top * n + other] < least {
                least = distances[top * n + other]
                nearest = other
            }
            guard nearest == previous else {
                chain.append(nearest)
                continue
            }
            chain.removeLast(2)
            let (a, b) = (min(top, nearest), max(top, nearest))
            steps.append((a, b, least))
            let (weightA, weightB) = (Double(sizes[a]), Double(sizes[b]))
            for other in 0..<n where other != a && other != b && sizes[other] > 0 {
                let mean =
                    (weightA * distances[a * n + other] + weightB * distances[b * n + other]) / (weightA + weightB)
                distances[b * n + other] = mean
                distances[other * n + b] = mean
            }
            sizes[b] += sizes[a]
            sizes[a] = 0
        }
        merges = Self.labelled(steps, count: n)
    }

    /// The steps in ascending order, each cluster by the number of the step that made it.
    private static func labelled(_ steps: [(a: Int, b: Int, height: Double)], count n: Int) -> [Merge] {
        let order = steps.indices.sorted { (steps[$0].height, $0) < (steps[$1].height, $1) }
        var parents = Array(0..<max(1, 2 * n - 1))
        var sizes = [Int](repeating: 1, count: parents.count)
        func root(_ leaf: Int) -> Int {
            var cluster = leaf
            while parents[cluster] != cluster {
                parents[cluster] = parents[parents[cluster]]
                cluster = parents[cluster]
            }
            return cluster
        }
        return order.enumerated().map { step, position in
            let (a, b) = (root(steps[position].a), root(steps[position].b))
            let made = n + step
            (parents[a], parents[b]) = (made, made)
            sizes[made] = sizes[a] + sizes[b]
            return Merge(left: min(a, b), right: max(a, b), height: steps[position].height, size: sizes[made])
        }
    }
}
