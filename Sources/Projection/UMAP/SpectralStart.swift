internal import Foundation

/// Where the descent starts: the graph's spectral layout (umap-learn's `spectral_layout`).
package enum SpectralStart {
    /// Every axis reaches from 0 to this.
    private static let extent = 10.0
    private static let noise = 1e-4

    /// The layout scaled to 10 at most, with normal noise of 1e-4 against points that coincide, then each axis to 0 ... 10.
    package static func points(_ graph: FuzzyGraph, seed: UInt64) throws -> [SIMD2<Float>] {
        var stream = RandomStream(seed: seed)
        var points = try layout(graph, &stream)
        let largest = points.reduce(0) { max($0, abs($1.x), abs($1.y)) }
        let scale = largest > 0 ? extent / largest : 1
        for i in points.indices { points[i] = points[i] * scale + noise * SIMD2(stream.normal(), stream.normal()) }
        let low = points.reduce(SIMD2(repeating: .infinity)) { pointwiseMin($0, $1) }
        let high = points.reduce(SIMD2(repeating: -.infinity)) { pointwiseMax($0, $1) }
        let range = high - low
        return points.map { point in
            // An axis on which all points coincide stays at 0.
            let share = (point - low) / range.replacing(with: 1, where: range .<= 0)
            return SIMD2<Float>(extent * share)
        }
    }

    private static func layout(_ graph: FuzzyGraph, _ stream: inout RandomStream) throws -> [SIMD2<Double>] {
        let components = ConnectedComponents.of(graph)
        if components.count == 1 { return try part(graph, &stream) }
        let centres = centres(components.count)
        var points = [SIMD2<Double>](repeating: .zero, count: graph.count)
        for (centre, vertices) in zip(centres, components) {
            // Half the way to the nearest other centre.
            let reach = centres.filter { $0 != centre }.map { length($0 - centre) }.min() ?? 1
            let part = try part(graph.induced(vertices), &stream)
            let largest = part.reduce(0) { max($0, abs($1.x), abs($1.y)) }
            for (vertex, point) in zip(vertices, part) {
                points[vertex] = centre + point * (reach / 2 / (largest > 0 ? largest : 1))
            }
        }
        return points
    }

    /// One component; too small for eigenvectors, at random.
    private static func part(_ graph: FuzzyGraph, _ stream: inout RandomStream) throws -> [SIMD2<Double>] {
        guard graph.count >= 4 else { return (0..<graph.count).map { _ in SIMD2(stream.uniform(), stream.uniform()) } }
        return try LaplacianEigenvectors.secondAndThird(graph)
    }

    /// Fixed places for components: up to four on the axes, as umap-learn's; more evenly around the unit circle.
    static func centres(_ count: Int) -> [SIMD2<Double>] {
        switch count {
        case ...2: Array([SIMD2(1, 0), SIMD2(-1, 0)].prefix(count))
        case 3, 4: Array([SIMD2(1, 0), SIMD2(0, 1), SIMD2(-1, 0), SIMD2(0, -1)].prefix(count))
        default:
            (0..<count).map { position in
                let angle = 2 * Double.pi * Double(position) / Double(count)
                return SIMD2(cos(angle), sin(angle))
            }
        }
    }

    private static func length(_ v: SIMD2<Double>) -> Double { (v * v).sum().squareRoot() }
}
