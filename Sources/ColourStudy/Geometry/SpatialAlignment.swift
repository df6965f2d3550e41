internal import Foundation
internal import LinearAlgebra

/// The scaling, rotation and translation that bring n points in space closest to n others (Kabsch 1976; Umeyama 1991), once for the points and once for
/// the points mirrored through their centre, of which the closer is kept: so reflections are tried as well.
///
/// The rotation is the unit quaternion of the largest eigenvalue of Horn's symmetric 4 x 4 matrix (Horn 1987), which is a proper rotation by itself.
package struct SpatialAlignment: Sendable {
    /// The points, aligned.
    package let points: [SIMD3<Double>]
    /// Whether they were mirrored.
    package let isReflected: Bool
    package let scale: Double
    /// Σ|target - aligned|² over Σ|target - its centre|²: 0 where all agree, 1 where nothing does.
    package let residual: Double
    /// The residual of the way that was not kept.
    package let otherResidual: Double
    /// √ of the mean of |target - aligned|², in units of the target.
    package let rootMeanSquare: Double

    package init(_ source: [SIMD3<Double>], onto target: [SIMD3<Double>]) throws {
        precondition(source.count == target.count && !source.isEmpty, "the same points")
        let n = Double(source.count)
        let (from, to) = (source.reduce(.zero, +) / n, target.reduce(.zero, +) / n)
        let (p, q) = (source.map { $0 - from }, target.map { $0 - to })
        let (plain, mirrored) = (try Self.aligned(p, onto: q), try Self.aligned(p.map { -$0 }, onto: q))
        isReflected = mirrored.residual < plain.residual
        let best = isReflected ? mirrored : plain
        points = best.points.map { $0 + to }
        scale = best.scale
        residual = best.residual
        otherResidual = isReflected ? plain.residual : mirrored.residual
        let squares = zip(points, target).reduce(0.0) { sum, pair in
            let d = pair.0 - pair.1
            return sum + (d * d).sum()
        }
        rootMeanSquare = (squares / n).squareRoot()
    }

    /// Of centred points, by a proper rotation.
    private static func aligned(
        _ p: [SIMD3<Double>], onto q: [SIMD3<Double>]
    ) throws -> (points: [SIMD3<Double>], scale: Double, residual: Double) {
        // S = Σ p qᵀ, 3 x 3.
        var s = [[Double]](repeating: [0, 0, 0], count: 3)
        var (sourceSquares, targetSquares) = (0.0, 0.0)
        for (a, b) in zip(p, q) {
            for i in 0..<3 { for j in 0..<3 { s[i][j] += a[i] * b[j] } }
            sourceSquares += (a * a).sum()
            targetSquares += (b * b).sum()
        }
        guard sourceSquares > 0, targetSquares > 0 else { return (p, 1, targetSquares > 0 ? 1 : 0) }
        let horn = [
            [s[0][0] + s[1][1] + s[2][2], s[1][2] - s[2][1], s[2][0] - s[0][2], s[0][1] - s[1][0]],
            [s[1][2] - s[2][1], s[0][0] - s[1][1] - s[2][2], s[0][1] + s[1][0], s[2][0] + s[0][2]],
            [s[2][0] - s[0][2], s[0][1] + s[1][0], s[1][1] - s[0][0] - s[2][2], s[1][2] + s[2][1]],
            [s[0][1] - s[1][0], s[2][0] + s[0][2], s[1][2] + s[2][1], s[2][2] - s[0][0] - s[1][1]],
        ]
        let matrix = Matrix<Double>(rows: 4, columns: 4, repeating: 0)
        for i in 0..<4 { for j in 0..<4 { matrix[i, j] = horn[i][j] } }
        let pairs = try SymmetricEigenpairs(ofOverwriting: matrix, count: 1)
        let (w, x, y, z) = (pairs.vectors[0, 0], pairs.vectors[0, 1], pairs.vectors[0, 2], pairs.vectors[0, 3])
        let rotation = [
            SIMD3(w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)),
            SIMD3(2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)),
            SIMD3(2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z),
        ]
        // tr(RS) is the largest eigenvalue.
        let reach = max(0, pairs.values[0])
        let scale = reach / sourceSquares
        let points = p.map { point in
            SIMD3((rotation[0] * point).sum(), (rotation[1] * point).sum(), (rotation[2] * point).sum()) * scale
        }
        return (points, scale, max(0, 1 - reach * reach / (sourceSquares * targetSquares)))
    }
}
