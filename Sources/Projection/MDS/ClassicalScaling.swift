internal import LinearAlgebra

/// Classical (Torgerson) scaling: the leading eigenvectors of B = -½·J·D²·J, each times the root of its eigenvalue
/// (Borg & Groenen 2005, section 12.1).
package struct ClassicalScaling: Sendable {
    /// n points, on their principal axes, signs fixed; an axis whose eigenvalue is not positive is 0.
    package let points: [SIMD2<Double>]
    /// The two largest eigenvalues of B, in squared distances, before they are clamped at 0.
    package let eigenvalues: SIMD2<Double>
    /// Σ|λ| over negative λ as a share of Σ|λ|: what no Euclidean map of any dimension can show.
    package let negativeShare: Double

    package init(_ matrix: DistanceMatrix) throws {
        let n = matrix.count
        let centred = Self.doubleCentred(matrix)
        let trace = (0..<n).reduce(0) { $0 + centred[$1 * n + $1] }
        // Σ|λ| is the nuclear norm, and Σ|λ| - Σλ twice the negative part.
        let pairs = try LeadingEigenpairs(ofOverwriting: Self.copy(centred, n), count: 2)
        var scratch = centred
        var norm = NuclearNorm()
        let magnitude = try scratch.withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return 0.0 }
            return try norm.ofOverwriting(base, rows: n, columns: n)
        }
        negativeShare = magnitude > 0 ? max(0, (magnitude - trace) / 2 / magnitude) : 0
        let values = SIMD2(pairs.values.first ?? 0, pairs.values.count > 1 ? pairs.values[1] : 0)
        // Rounding leaves eigenvalues of this size where there are none.
        let least = magnitude * Double(n) * 0x1p-52
        let first = values.x > least ? values.x.squareRoot() : 0
        let second = values.y > least ? values.y.squareRoot() : 0
        let axes = (0..<n).map { i in
            SIMD2(first * pairs.vectors[0, i], second > 0 ? second * pairs.vectors[1, i] : 0)
        }
        let signs = Orientation.signs(axes)
        points = axes.map { $0 * signs }
        eigenvalues = values
    }

    /// B: n x n, the squared distances less their row and column means, plus the mean of all, halved and negated.
    static func doubleCentred(_ matrix: DistanceMatrix) -> [Double] {
        let n = matrix.count
        var squares = matrix.values.map { $0 * $0 }
        let means = (0..<n).map { i in squares[(i * n)..<(i * n + n)].reduce(0, +) / Double(n) }
        let mean = means.reduce(0, +) / Double(n)
        for i in 0..<n {
            for j in 0..<n { squares[i * n + j] = -0.5 * (squares[i * n + j] - (means[i] + means[j]) + mean) }
        }
        return squares
    }

    private static func copy(_ values: [Double], _ n: Int) -> Matrix<Double> {
        let matrix = Matrix<Double>(rows: n, columns: n, repeating: 0)
        for position in values.indices { matrix.elements[position] = values[position] }
        return matrix
    }
}
