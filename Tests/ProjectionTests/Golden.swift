import Foundation
import SweepModel

@testable import Projection

/// The numbers that scripts/make_projection_golden.py stores.
enum Golden {
    struct Stage: Decodable {
        let n: Int
        let quantum: Double
        let k: Int
        let checksum: Double
        let rho: [Double]
        let sigma: [Double]
        let weightSum: Double
        /// n x 2.
        let eigenvectors: [Double]
        let neighbours: [Int]?
        let rows: [Int]?
        let columns: [Int]?
        let weights: [Double]?
    }

    struct Curve: Decodable {
        let spread: Double
        let minDist: Double
        let ab: [Double]
    }

    struct Layout: Decodable {
        let n: Int
        let epochs: Int
        let total: Int
        let rate: Double
        let a: Double
        let b: Double
        let start: [Double]
        let heads: [Int32]
        let tails: [Int32]
        let periods: [Double]
        let negatives: [Int]
        let umapPoints: [Double]
        let transcribedPoints: [Double]
    }

    struct Alignment: Decodable {
        let scale: Double
        let aligned: [Double]
        let residual: Double
    }

    struct Scaling: Decodable {
        let n: Int
        let points: [Double]
        let eigenvalues: [Double]
        let negativeShare: Double
        let source: [Double]
        let target: [Double]
        let forbidden: Alignment
        let allowed: Alignment
        let embedded: [Double]
        /// Trustworthiness(10), continuity(10), recall(10).
        let preservation: [Double]
        let stress1: Double
        let spearman: Double
        let spearmanTies: Double
    }

    struct Distribution: Decodable, Sendable {
        let n: Int
        let seeds: Int
        /// Trustworthiness(10), continuity(10), recall(10).
        let mean: [Double]
        let sd: [Double]
        /// scikit-learn's raw stress by initialisation.
        let stress: [String: Double]
    }

    struct Distributions: Decodable {
        let cases: [Distribution]
    }

    static func load<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
        return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent("\(name).json")))
    }

    static func stages() throws -> [Stage] { try load([Stage].self, "stages") }
}

/// Six clusters in five dimensions with noise on every distance, rounded to multiples of `quantum` (ties) if it is not 0: the matrix
/// of scripts/bench_projection.py.
func clusteredDistances(_ n: Int, quantum: Double = 0) throws -> DistanceMatrix {
    var state: UInt64 = 1
    func uniform() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) * 0x1p-53
    }
    let centres = (0..<6).map { _ in (0..<5).map { _ in 1.5 * uniform() } }
    let points = (0..<n).map { i in (0..<5).map { centres[i % 6][$0] + uniform() } }
    var values = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
        for j in (i + 1)..<max(n, i + 1) {
            let squares = zip(points[i], points[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            var d = squares.squareRoot() * (0.85 + 0.3 * uniform())
            if quantum > 0 { d = (d / quantum).rounded(.toNearestOrEven) * quantum }
            values[i * n + j] = d
            values[j * n + i] = d
        }
    }
    return try DistanceMatrix(distances: values, rows: n, columns: n, at: "test")
}

/// Euclidean distances of points in the plane.
func distances(_ points: [SIMD2<Double>]) throws -> DistanceMatrix {
    let values = points.flatMap { p in points.map { q in ((p - q) * (p - q)).sum().squareRoot() } }
    return try DistanceMatrix(distances: values, rows: points.count, columns: points.count, at: "test")
}

/// Pairs of coordinates, one after the other.
func points(_ flat: [Double]) -> [SIMD2<Double>] {
    stride(from: 0, to: flat.count, by: 2).map { SIMD2(flat[$0], flat[$0 + 1]) }
}

/// The largest difference of coordinates.
func largestDifference(_ a: [SIMD2<Double>], _ b: [SIMD2<Double>]) -> Double {
    zip(a, b).reduce(a.count == b.count ? 0 : .infinity) { max($0, abs($1.0.x - $1.1.x), abs($1.0.y - $1.1.y)) }
}
