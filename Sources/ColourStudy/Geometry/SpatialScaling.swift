internal import Projection

/// Metric scaling to three dimensions by SMACOF (de Leeuw 1977; Borg & Groenen 2005, section 8.6), from several random starts, of which the best is kept.
package struct SpatialScaling: Sendable {
    /// n points, centred.
    package let points: [SIMD3<Double>]
    /// Kruskal's stress-1, √(Σ(δ - d)²/Σd²) over pairs, of every fit.
    package let stresses: [Double]
    /// That of `points`, the least.
    package var stress: Double { stresses.min() ?? .nan }
    /// Whether the relative change of the best fit's raw stress fell below 1e-6 within the steps allowed.
    package let hasConverged: Bool

    private static let tolerance = 1e-6
    private static let mostSteps = 1000

    package init(_ distances: ColourDistances, fits: Int, seed: UInt64) {
        var random = RandomStream(seed: seed)
        let pairs = distances.pairs
        // Starts of about the extent of the distances.
        let scale = (pairs.reduce(0) { $0 + $1 * $1 } / Double(max(pairs.count, 1)) / 6).squareRoot()
        var (best, found, converged, all) = (Double.infinity, [SIMD3<Double>](), false, [Double]())
        for _ in 0..<fits {
            let start = (0..<distances.count).map { _ in
                SIMD3(random.normal(), random.normal(), random.normal()) * scale
            }
            let fit = Self.fit(distances, from: start)
            all.append(fit.stress)
            if fit.stress < best { (best, found, converged) = (fit.stress, fit.points, fit.hasConverged) }
        }
        let centre = found.reduce(.zero, +) / Double(max(found.count, 1))
        points = found.map { $0 - centre }
        stresses = all
        hasConverged = converged
    }

    private static func fit(
        _ distances: ColourDistances, from start: [SIMD3<Double>]
    ) -> (points: [SIMD3<Double>], stress: Double, hasConverged: Bool) {
        var points = start
        var (raw, size, next) = transform(distances, points)
        var hasConverged = false
        for _ in 0..<mostSteps where !hasConverged {
            points = next
            let before = raw
            (raw, size, next) = transform(distances, points)
            hasConverged = before - raw <= tolerance * before
        }
        return (points, size > 0 ? (raw / size).squareRoot() : 0, hasConverged)
    }

    /// Σ(δ - d)² and Σd² over pairs, and the Guttman transform x_i ← (1/n) Σ_j (δ_ij/d_ij)(x_i - x_j).
    private static func transform(
        _ distances: ColourDistances, _ points: [SIMD3<Double>]
    ) -> (raw: Double, size: Double, next: [SIMD3<Double>]) {
        let n = points.count
        var (raw, size, next) = (0.0, 0.0, points)
        for i in 0..<n {
            var sum = SIMD3<Double>.zero
            for j in 0..<n where j != i {
                let difference = points[i] - points[j]
                let d = (difference * difference).sum().squareRoot()
                let wanted = distances.values[i * n + j]
                raw += (wanted - d) * (wanted - d)
                size += d * d
                // Points that coincide have no direction to be pushed in.
                if d > 0 { sum += difference * (wanted / d) }
            }
            next[i] = sum / Double(n)
        }
        return (raw / 2, size / 2, next)
    }
}
