internal import Foundation

/// The scaling, rotation and translation, with a reflection where allowed, that brings one map closest to another (Kabsch 1976;
/// Umeyama 1991), in the plane, where the optimum has a closed form.
package struct SimilarityAlignment: Hashable, Sendable {
    /// Whether the map may be turned over.
    package enum Reflection: String, Hashable, Sendable {
        case forbidden
        /// Tried both ways; turned over only where that is closer.
        case allowed
    }

    /// Turned over, y to -y, before the rotation.
    package let isReflected: Bool
    package let scale: Double
    /// Counter-clockwise, in radians.
    package let angle: Double
    package let translation: SIMD2<Double>
    /// Σ|target - aligned|² over Σ|target - its centre|²: 0 where they agree, 1 where nothing does; 0 for a target without extent.
    package let residual: Double

    /// Finds the closest alignment of `source` with `target`, point by point.
    package init(_ source: [SIMD2<Double>], onto target: [SIMD2<Double>], reflection: Reflection) {
        precondition(source.count == target.count && !source.isEmpty, "maps of the same models")
        let plain = Self(source, onto: target, isReflected: false)
        guard reflection == .allowed else {
            self = plain
            return
        }
        let turned = Self(source, onto: target, isReflected: true)
        self = turned.residual < plain.residual ? turned : plain
    }

    private init(_ source: [SIMD2<Double>], onto target: [SIMD2<Double>], isReflected: Bool) {
        let n = Double(source.count)
        let turn = SIMD2<Double>(1, isReflected ? -1 : 1)
        let from = source.map { $0 * turn }
        let (fromCentre, targetCentre) = (from.reduce(.zero, +) / n, target.reduce(.zero, +) / n)
        var (along, across, fromSquares, targetSquares) = (0.0, 0.0, 0.0, 0.0)
        for (p, q) in zip(from, target) {
            let (a, b) = (p - fromCentre, q - targetCentre)
            along += a.x * b.x + a.y * b.y
            across += a.x * b.y - a.y * b.x
            fromSquares += (a * a).sum()
            targetSquares += (b * b).sum()
        }
        let reach = (along * along + across * across).squareRoot()
        self.isReflected = isReflected
        angle = reach > 0 ? atan2(across, along) : 0
        scale = fromSquares > 0 ? reach / fromSquares : 1
        translation = targetCentre - Self.turned(fromCentre, by: angle) * scale
        residual =
            targetSquares > 0 && fromSquares > 0
            ? max(0, 1 - reach / fromSquares * (reach / targetSquares)) : (targetSquares > 0 ? 1 : 0)
    }

    /// Where a point of the source goes.
    package func callAsFunction(_ point: SIMD2<Double>) -> SIMD2<Double> {
        Self.turned(isReflected ? SIMD2(point.x, -point.y) : point, by: angle) * scale + translation
    }

    private static func turned(_ p: SIMD2<Double>, by angle: Double) -> SIMD2<Double> {
        let (c, s) = (cos(angle), sin(angle))
        return SIMD2(c * p.x - s * p.y, s * p.x + c * p.y)
    }
}
