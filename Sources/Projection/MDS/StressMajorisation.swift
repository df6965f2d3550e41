/// Metric scaling by SMACOF: Guttman transforms from the classical solution (de Leeuw 1977; Borg & Groenen 2005, section 8.6).
package struct StressMajorisation: Sendable {
    /// n points, centred, on their principal axes, signs fixed.
    package let points: [SIMD2<Double>]
    /// The raw stress Σ(δ - d)² over pairs i < j.
    package let rawStress: Double
    package let iterations: Int
    /// Whether the relative change of the stress fell below 1e-6 within the iterations allowed.
    package let hasConverged: Bool

    private static let tolerance = 1e-6
    private static let mostIterations = 3000

    package init(_ matrix: DistanceMatrix, from start: [SIMD2<Double>]) {
        precondition(start.count == matrix.count, "a point a model")
        var points = start
        var (stress, next) = Self.transform(matrix, points)
        var iterations = 0
        var hasConverged = false
        while !hasConverged, iterations < Self.mostIterations {
            points = next
            let before = stress
            (stress, next) = Self.transform(matrix, points)
            iterations += 1
            hasConverged = before - stress <= Self.tolerance * before
        }
        self.points = Orientation.canonical(points)
        rawStress = stress
        self.iterations = iterations
        self.hasConverged = hasConverged
    }

    /// The stress of `points`, and their Guttman transform: x_i ← (1/n) Σ_j (δ_ij/d_ij)(x_i - x_j).
    private static func transform(
        _ matrix: DistanceMatrix, _ points: [SIMD2<Double>]
    ) -> (stress: Double, next: [SIMD2<Double>]) {
        let n = points.count
        var stress = 0.0
        var next = points
        matrix.values.withUnsafeBufferPointer { distances in
            points.withUnsafeBufferPointer { points in
                for i in 0..<n {
                    let row = UnsafeBufferPointer(rebasing: distances[(i * n)..<(i * n + n)])
                    let point = points[i]
                    var sum = SIMD2<Double>.zero
                    var squares = 0.0
                    for j in 0..<n {
                        let difference = point - points[j]
                        let d = (difference.x * difference.x + difference.y * difference.y).squareRoot()
                        squares += (row[j] - d) * (row[j] - d)
                        // Points that coincide have no direction to be pushed in.
                        sum += (d > 0 ? row[j] / d : 0) * difference
                    }
                    stress += squares
                    next[i] = sum / Double(n)
                }
            }
        }
        return (stress / 2, next)
    }
}
