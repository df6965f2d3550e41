internal import Foundation

/// The one of a map's rotations and reflections that is shown.
enum Orientation {
    /// ±1 per axis, so that the component of the largest magnitude (the first of equals) becomes positive.
    static func signs(_ points: [SIMD2<Double>]) -> SIMD2<Double> {
        var largest = SIMD2<Double>.zero
        for point in points {
            for axis in 0..<2 where abs(point[axis]) > abs(largest[axis]) * (1 + 1e-9) { largest[axis] = point[axis] }
        }
        return SIMD2(largest.x < 0 ? -1 : 1, largest.y < 0 ? -1 : 1)
    }

    /// The points centred, turned to their principal axes (the widest first), with fixed signs.
    static func canonical(_ points: [SIMD2<Double>]) -> [SIMD2<Double>] {
        guard !points.isEmpty else { return [] }
        let centre = points.reduce(.zero, +) / Double(points.count)
        let centred = points.map { $0 - centre }
        let (xx, xy, yy) = centred.reduce((0.0, 0.0, 0.0)) { sums, p in
            (sums.0 + p.x * p.x, sums.1 + p.x * p.y, sums.2 + p.y * p.y)
        }
        let angle = atan2(2 * xy, xx - yy) / 2
        let (c, s) = (cos(angle), sin(angle))
        let turned = centred.map { SIMD2(c * $0.x + s * $0.y, c * $0.y - s * $0.x) }
        let signs = signs(turned)
        return turned.map { $0 * signs }
    }
}
