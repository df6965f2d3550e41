/// How well a map keeps neighbourhoods of k models, the model itself not counted; ties go to the lower index.
package struct NeighbourPreservation: Hashable, Sendable {
    /// k.
    package let neighbours: Int
    /// 1 less the mean depth of intruders, models near in the map alone (Venna & Kaski 2001, equation 1).
    package let trustworthiness: Double
    /// 1 less the mean depth of what was torn away, models near in the distances alone (ibid., equation 2).
    package let continuity: Double
    /// The mean share of a model's k neighbours that are its neighbours in the map as well.
    package let recall: Double

    /// nil for fewer than three models. k is `requested`, or the largest below n/2, as far as the first two are defined.
    package init?(_ matrix: DistanceMatrix, _ points: [SIMD2<Double>], requested: Int) {
        precondition(points.count == matrix.count && requested >= 1, "a point a model, and at least one neighbour")
        let n = matrix.count
        let k = min(requested, (n - 1) / 2)
        guard k >= 1 else { return nil }
        var (intruders, torn, kept) = (0, 0, 0)
        var embedded = [Double](repeating: 0, count: n)
        for i in 0..<n {
            let original = matrix.values[(i * n)..<(i * n + n)]
            for j in 0..<n {
                let difference = points[j] - points[i]
                embedded[j] = (difference * difference).sum()
            }
            original.withUnsafeBufferPointer { original in
                embedded.withUnsafeBufferPointer { embedded in
                    let (near, nearInMap) = (Self.nearest(original, i, k), Self.nearest(embedded, i, k))
                    kept += near.count { nearInMap.contains($0) }
                    for j in nearInMap where !near.contains(j) { intruders += Self.rank(original, i, j) - k }
                    for j in near where !nearInMap.contains(j) { torn += Self.rank(embedded, i, j) - k }
                }
            }
        }
        let scale = 2 / Double(n * k * (2 * n - 3 * k - 1))
        neighbours = k
        trustworthiness = 1 - scale * Double(intruders)
        continuity = 1 - scale * Double(torn)
        recall = Double(kept) / Double(n * k)
    }

    private static func nearest(_ distances: UnsafeBufferPointer<Double>, _ own: Int, _ k: Int) -> [Int] {
        var found: [Int] = []
        for j in distances.indices where j != own {
            if found.count == k, distances[j] >= distances[found[k - 1]] { continue }
            var slot = found.count
            while slot > 0, distances[found[slot - 1]] > distances[j] { slot -= 1 }
            found.insert(j, at: slot)
            if found.count > k { found.removeLast() }
        }
        return found
    }

    /// The place of `j` among the others of `own`, nearest first, counted from 1.
    private static func rank(_ distances: UnsafeBufferPointer<Double>, _ own: Int, _ j: Int) -> Int {
        let d = distances[j]
        var rank = 1
        for l in distances.indices where l != own {
            rank += distances[l] < d || (distances[l] == d && l < j) ? 1 : 0
        }
        return rank
    }
}
