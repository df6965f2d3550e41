internal import Foundation
internal import LinearAlgebra

/// The leading eigenvectors of a sparse matrix by Chebyshev-filtered subspace iteration (Zhou & Saad 2006): eight vectors,
/// filtered by a polynomial that is small on the unwanted part of the spectrum, then rotated to Ritz vectors.
enum FilteredSubspace {
    private static let width = 8
    private static let mostRounds = 60
    private static let mostDegree = 40.0
    /// How much a round may favour one vector, or rounding would drown the others.
    private static let mostGrowth = 1e8
    /// ‖Sy - θy‖ of an accepted pair; all eigenvalues are within ±1.
    private static let tolerance = 1e-10

    /// The two vectors after the known leading one; nil where they do not converge.
    static func leadingTwo(_ matrix: NormalisedAdjacency) throws -> [SIMD2<Double>]? {
        let n = matrix.graph.count
        var stream = RandomStream(seed: 0)
        var vectors = (0..<n).map { _ in
            var row = SIMD8<Double>.zero
            for lane in 0..<width { row[lane] = stream.uniform() }
            return row
        }
        for _ in 0..<mostRounds {
            guard orthonormalise(&vectors, against: matrix.leading) else { return nil }
            var images = matrix.product(vectors)
            let values = try rotateToRitz(&vectors, &images)
            if residual(vectors, images, values, lane: 0) < tolerance,
                residual(vectors, images, values, lane: 1) < tolerance
            {
                return vectors.map { SIMD2($0[0], $0[1]) }
            }
            vectors = filter(matrix, vectors, from: values[width - 1], to: values[0])
        }
        return nil
    }

    /// T_m of the matrix with -1 ... `cut` mapped to -1 ... 1: at most 1 there, and growing beyond.
    private static func filter(
        _ matrix: NormalisedAdjacency, _ vectors: [SIMD8<Double>], from cut: Double, to largest: Double
    ) -> [SIMD8<Double>] {
        let (centre, radius) = ((cut - 1) / 2, max((cut + 1) / 2, 1e-3))
        let reach = acosh(max((largest - centre) / radius, 1 + 1e-12))
        let degree = Int(min(max(log(2 * mostGrowth) / reach, 2), mostDegree))
        var (before, current) = (vectors, matrix.product(vectors))
        for i in current.indices { current[i] = (current[i] - centre * vectors[i]) / radius }
        for _ in 1..<degree {
            let image = matrix.product(current)
            for i in current.indices {
                let next = 2 / radius * (image[i] - centre * current[i]) - before[i]
                before[i] = current[i]
                current[i] = next
            }
        }
        return current
    }

    /// Makes the lanes orthonormal to each other and to `leading`; false where they are dependent.
    private static func orthonormalise(_ vectors: inout [SIMD8<Double>], against leading: [Double]) -> Bool {
        // Twice is enough (Kahan, Parlett).
        for _ in 0..<2 {
            var along = SIMD8<Double>.zero
            for i in vectors.indices { along += leading[i] * vectors[i] }
            for i in vectors.indices { vectors[i] -= leading[i] * along }
            for lane in 0..<width {
                var squares = 0.0
                for i in vectors.indices { squares += vectors[i][lane] * vectors[i][lane] }
                guard squares > 0, squares.isFinite else { return false }
                let scale = 1 / squares.squareRoot()
                var overlaps = SIMD8<Double>.zero
                for i in vectors.indices {
                    vectors[i][lane] *= scale
                    overlaps += vectors[i][lane] * vectors[i]
                }
                // Only from the lanes to come.
                for earlier in 0...lane { overlaps[earlier] = 0 }
                for i in vectors.indices { vectors[i] -= vectors[i][lane] * overlaps }
            }
        }
        return true
    }

    /// Rotates the lanes, and their images, to the eigenvectors of the projected matrix; returns its eigenvalues, descending.
    private static func rotateToRitz(
        _ vectors: inout [SIMD8<Double>], _ images: inout [SIMD8<Double>]
    ) throws -> [Double] {
        var projected = [SIMD8<Double>](repeating: .zero, count: width)
        for i in vectors.indices { for lane in 0..<width { projected[lane] += vectors[i][lane] * images[i] } }
        let small = Matrix<Double>(rows: width, columns: width, repeating: 0)
        for a in 0..<width { for b in 0..<width { small[a, b] = (projected[a][b] + projected[b][a]) / 2 } }
        let pairs = try SymmetricEigenpairs(ofOverwriting: small, count: width)
        let rotation = (0..<width).map { from in
            var row = SIMD8<Double>.zero
            for to in 0..<width { row[to] = pairs.vectors[to, from] }
            return row
        }
        for i in vectors.indices {
            var (vector, image) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
            for from in 0..<width {
                vector += vectors[i][from] * rotation[from]
                image += images[i][from] * rotation[from]
            }
            vectors[i] = vector
            images[i] = image
        }
        return pairs.values
    }

    private static func residual(
        _ vectors: [SIMD8<Double>], _ images: [SIMD8<Double>], _ values: [Double], lane: Int
    ) -> Double {
        var squares = 0.0
        for i in vectors.indices {
            let difference = images[i][lane] - values[lane] * vectors[i][lane]
            squares += difference * difference
        }
        return squares.squareRoot()
    }
}
