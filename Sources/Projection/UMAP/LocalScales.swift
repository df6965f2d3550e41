internal import Foundation

/// Per model the distance rho to its nearest other, and the scale sigma at which its neighbours' weights sum to log2 k
/// (McInnes et al. 2018, section 3.1; umap-learn's `smooth_knn_dist`).
package struct LocalScales: Sendable {
    /// n smallest non-zero neighbour distances; 0 where all are zero.
    package let rho: [Double]
    /// n scales, in units of distance.
    package let sigma: [Double]

    private static let bisections = 64
    private static let tolerance = 1e-5
    private static let floorShare = 1e-3

    package init(_ neighbours: NearestNeighbours) {
        let (n, k) = (neighbours.count, neighbours.width)
        let target = log2(Double(k))
        let overall = neighbours.distances.reduce(0, +) / Double(max(n * k, 1))
        var (rho, sigma) = ([Double](), [Double]())
        for i in 0..<n {
            let row = neighbours.distances[(i * k)..<(i * k + k)]
            let nearest = row.first { $0 > 0 } ?? 0
            let excess = row.dropFirst().map { max(0, $0 - nearest) }
            // A floor keeps ties from weights of zero; where everything coincides the whole matrix sets it.
            let mean = nearest > 0 ? row.reduce(0, +) / Double(k) : overall
            rho.append(nearest)
            sigma.append(max(Self.scale(excess, target), Self.floorShare * mean))
        }
        self.rho = rho
        self.sigma = sigma
    }

    /// The sigma with Σ exp(-excess/sigma) = target, by doubling and bisection.
    private static func scale(_ excess: [Double], _ target: Double) -> Double {
        var (low, high, middle) = (0.0, Double.infinity, 1.0)
        for _ in 0..<bisections {
            var sum = 0.0
            for d in excess { sum += d > 0 ? exp(-(d / middle)) : 1 }
            if abs(sum - target) < tolerance { break }
            if sum > target {
                high = middle
                middle = (low + high) / 2
            } else {
                low = middle
                middle = high.isFinite ? (low + high) / 2 : middle * 2
            }
        }
        return middle
    }
}
