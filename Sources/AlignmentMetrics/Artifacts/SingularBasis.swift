internal import LinearAlgebra

/// The artifact behind `svcca`: the top left singular vectors of a layer's standardised features (Raghu et al. 2017).
package struct SingularBasis: Equatable {
    package let sampleCount: Int
    /// Singular vectors with σ_j > 1e-4 σ_1, at most as many as were asked for.
    package let rank: Int
    /// The vectors one after another (rank x n).
    package let vectors: [Float]
    /// Whether the iteration found them; otherwise it fell back to all eigenpairs, which takes several times as long.
    package let isIterative: Bool

    package init(sampleCount: Int, rank: Int, vectors: [Float], isIterative: Bool = true) {
        self.isIterative = isIterative
        precondition(vectors.count == rank * sampleCount)
        self.sampleCount = sampleCount
        self.rank = rank
        self.vectors = vectors
    }

    /// Columns whose standard deviation is at most this share of the largest are dropped.
    private static let leastDeviation = 1e-6
    /// Singular values at most this share of the largest count as zero.
    private static let leastSingularValue = 1e-4

    /// From this size on two thin products in every step take less than forming the matrix once.
    private static let leastUnformed = 768

    /// Standardises the columns of `layer` and takes at most `dimensions` vectors.
    init(_ layer: PreparedLayer, dimensions: Int) throws {
        let standardized = Self.standardized(layer)
        defer { standardized.keepAlive() }
        let (n, d) = (standardized.rows, standardized.columns)
        sampleCount = n
        guard d > 0 else {
            rank = 0
            vectors = []
            isIterative = true
            return
        }
        // The eigenvectors of the smaller of ZZᵀ and ZᵀZ: in float64 the cut at 1e-4 is 1e-8, far above rounding.
        let size = min(n, d)
        let found =
            size >= Self.leastUnformed
            ? try LeadingEigenpairs(
                size: size, count: dimensions, map: { Self.map($0, to: $1, count: $2, by: standardized) },
                dense: { Self.product(standardized) })
            : try LeadingEigenpairs(ofOverwriting: Self.product(standardized), count: dimensions)
        isIterative = found.isIterative
        let cut = Self.leastSingularValue * Self.leastSingularValue * (found.values.first ?? 0)
        let rank = found.values.count { $0 > cut }
        self.rank = rank
        let left = n <= d ? found.vectors : Self.mapped(found.vectors, by: standardized, rank: rank)
        defer { left.keepAlive() }
        vectors = left.elements[..<(rank * n)].map { Float($0) }
    }

    /// Columns with mean 0 and variance 1 (ddof 1), those that hardly vary left out.
    private static func standardized(_ layer: PreparedLayer) -> Matrix<Double> {
        let centred = layer.centredRows()
        defer { centred.keepAlive() }
        let (n, d) = (centred.rows, centred.columns)
        var squares = [Double](repeating: 0, count: d)
        for i in 0..<n {
            let row = centred.row(i)
            for j in 0..<d { squares[j] += row[j] * row[j] }
        }
        let deviations = squares.map { ($0 / Double(n - 1)).squareRoot() }
        let limit = leastDeviation * (deviations.max() ?? 0)
        let kept = deviations.indices.filter { deviations[$0] > limit }
        let result = Matrix<Double>(rows: n, columns: kept.count, repeating: 0)
        for i in 0..<n {
            let (source, target) = (centred.row(i), result.row(i))
            for (position, j) in kept.enumerated() { target[position] = source[j] / deviations[j] }
        }
        return result
    }

    /// The upper triangle of ZZᵀ or ZᵀZ, whichever is smaller.
    private static func product(_ standardized: Matrix<Double>) -> Matrix<Double> {
        let (n, d) = (standardized.rows, standardized.columns)
        let result = Matrix<Double>(rows: min(n, d), columns: min(n, d), repeating: 0)
        guard let z = standardized.elements.baseAddress, let values = result.elements.baseAddress else { return result }
        if n <= d {
            Products.symmetric(z, rows: n, depth: d, into: values, stride: n)
        } else {
            Products.symmetricOfColumns(z, depth: n, columns: d, into: values)
        }
        standardized.keepAlive()
        return result
    }

    /// The same matrix times each of `count` rows, without forming it.
    private static func map(
        _ rows: UnsafePointer<Double>, to images: UnsafeMutablePointer<Double>, count: Int,
        by standardized: Matrix<Double>
    ) {
        let (n, d) = (standardized.rows, standardized.columns)
        let between = Matrix<Double>(rows: count, columns: max(n, d), repeating: 0)
        guard let z = standardized.elements.baseAddress, let half = between.elements.baseAddress else { return }
        if n <= d {
            Products.plain(rows, z, rows: count, columns: d, depth: n, into: half)
            Products.transposed(half, z, rows: count, columns: n, depth: d, into: images)
        } else {
            Products.transposed(rows, z, rows: count, columns: n, depth: d, into: half)
            Products.plain(half, z, rows: count, columns: d, depth: n, into: images)
        }
        standardized.keepAlive()
        between.keepAlive()
    }

    /// u = Zv/‖Zv‖ for right singular vectors v (one a row).
    private static func mapped(_ right: Matrix<Double>, by z: Matrix<Double>, rank: Int) -> Matrix<Double> {
        let (n, d) = (z.rows, z.columns)
        let result = Matrix<Double>(rows: rank, columns: n, repeating: 0)
        guard rank > 0, let v = right.elements.baseAddress, let x = z.elements.baseAddress,
            let u = result.elements.baseAddress
        else { return result }
        Products.transposed(v, x, rows: rank, columns: n, depth: d, into: u)
        for row in 0..<rank {
            let values = result.row(row)
            var square = 0.0
            for value in values { square += value * value }
            let norm = square.squareRoot()
            for j in values.indices { values[j] /= norm }
        }
        return result
    }
}
