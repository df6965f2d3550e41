internal import Foundation

/// The curve 1/(1 + a·d^(2b)) that stands for closeness in the map.
package struct EmbeddingCurve: Hashable, Sendable {
    package let a: Double
    package let b: Double

    package init(a: Double, b: Double) {
        self.a = a
        self.b = b
    }

    /// The least-squares fit to exp(-(d - minDist)/spread), 1 below minDist, at 300 distances from 0 to 3·spread
    /// (umap-learn's `find_ab_params`), by Levenberg–Marquardt from a = b = 1.
    package init(spread: Double, minDist: Double) {
        let points = (1..<300).map { position -> (x: Double, y: Double) in
            let x = 3 * spread * Double(position) / 299
            return (x, x < minDist ? 1 : exp(-(x - minDist) / spread))
        }
        var (a, b, damping) = (1.0, 1.0, 1e-3)
        var error = Self.error(points, a, b)
        for _ in 0..<500 {
            // Normal equations JᵀJ·step = -Jᵀr; at x = 0 the curve is 1 whatever a and b are.
            var (aa, ab, bb, ra, rb) = (0.0, 0.0, 0.0, 0.0, 0.0)
            for (x, y) in points {
                let power = pow(x, 2 * b)
                let value = 1 / (1 + a * power)
                let (da, db) = (-power * value * value, -2 * a * power * log(x) * value * value)
                aa += da * da
                ab += da * db
                bb += db * db
                ra += da * (value - y)
                rb += db * (value - y)
            }
            let (daa, dbb) = (aa * (1 + damping), bb * (1 + damping))
            let determinant = daa * dbb - ab * ab
            guard determinant > 0 else { break }
            let (stepA, stepB) = ((ab * rb - dbb * ra) / determinant, (ab * ra - daa * rb) / determinant)
            let candidate = Self.error(points, a + stepA, b + stepB)
            if candidate <= error {
                (a, b, error) = (a + stepA, b + stepB, candidate)
                damping /= 10
                if abs(stepA) < 1e-13 * abs(a), abs(stepB) < 1e-13 * abs(b) { break }
            } else {
                damping *= 10
                if damping > 1e12 { break }
            }
        }
        self.init(a: a, b: b)
    }

    private static func error(_ points: [(x: Double, y: Double)], _ a: Double, _ b: Double) -> Double {
        guard a > 0, b > 0 else { return .infinity }
        return points.reduce(0) { sum, point in
            let difference = 1 / (1 + a * pow(point.x, 2 * b)) - point.y
            return sum + difference * difference
        }
    }
}
