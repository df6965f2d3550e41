internal import LinearAlgebra

/// The artifact behind `svcca`: the top left singular vectors of a layer's standardised features (Raghu et al. 2017).
package struct SingularBasis: Equatable {
    package let sampleCount: Int
    /// Singular vectors with σ_j > 1e-4 σ_1, at most as many as were asked for.
    package let rank: Int
    /// The vectors one after another (rank x n).
    package let vectors: [Float]
    /// The numbers of vectors that are not determined, ascending: after those the next singular value is equal to the last one taken, as far
    /// as the bounds of their errors tell, so that the vectors could be any of the subspace of both.
    package let tiedCuts: [Int]
    /// Whether the iteration found them; otherwise it fell back to all eigenpairs, which takes several times as long.
    package let isIterative: Bool

    package init(
        sampleCount: Int, rank: Int, vectors: [Float], tiedCuts: [Int] = [], isIterative: Bool = true
    ) {
        self.isIterative = isIterative
        self.tiedCuts = tiedCuts
        precondition(vectors.count == rank * sampleCount)
        self.sampleCount = sampleCount
        self.rank = rank
        self.vectors = vectors
    }

    /// Whether the top `count` vectors, or all of them where there are fewer, are a subspace that the features determine.
    func determines(_ count: Int) -> Bool { !tiedCuts.contains(min(rank, count)) }

    /// The basis of the same layer with its samples in another order: sample i is the one that was `images[i]`.
    func permuted(_ images: [Int32]) -> SingularBasis {
        let moved = [Float](unsafeUninitializedCapacity: vectors.count) { moved, count in
            for vector in 0..<rank {
                let first = vector * sampleCount
                for (place, image) in images.enumerated() { moved[first + place] = vectors[first + Int(image)] }
            }
            count = vectors.count
        }
        return SingularBasis(
            sampleCount: sampleCount, rank: rank, vectors: moved, tiedCuts: tiedCuts, isIterative: isIterative)
    }

    /// Singular values at most this share of the largest count as zero.
    private static let leastSingularValue = 1e-4

    /// From this size on two thin products in every step take less than forming the matrix once.
    private static let leastUnformed = 768

    /// Standardises the columns of `layer` and takes at most `dimensions` vectors.
    init(_ layer: PreparedLayer, dimensions: Int) throws {
        let columns = StandardizedColumns(layer)
        let standardized = columns.matrix
        defer { standardized.keepAlive() }
        let (n, d) = (standardized.rows, standardized.columns)
        sampleCount = n
        guard d > 0 else {
            rank = 0
            vectors = []
            tiedCuts = []
            isIterative = true
            return
        }
        // One more than asked for, so that a tie at the last cut is seen.
        let count = dimensions + 1
        // The eigenvectors of the smaller of ZZᵀ and ZᵀZ: in float64 the cut at 1e-4 is 1e-8, far above rounding.
        let size = min(n, d)
        let found =
            size >= Self.leastUnformed
            ? try LeadingEigenpairs(
                size: size, count: count, map: { Self.map($0, to: $1, count: $2, by: standardized) },
                dense: { Self.product(standardized) })
            : try LeadingEigenpairs(ofOverwriting: Self.product(standardized), count: count)
        isIterative = found.isIterative
        let cut = Self.leastSingularValue * Self.leastSingularValue * (found.values.first ?? 0)
        let rank = min(dimensions, found.values.count { $0 > cut })
        let error = columns.eigenvalueError(largest: found.values.first ?? 0)
        tiedCuts = (1..<max(1, min(rank + 1, found.values.count))).filter { q in
            found.values[q - 1] - found.values[q] <= found.errors[q - 1] + found.errors[q] + 2 * error
        }
        self.rank = rank
        let left = n <= d ? found.vectors : Self.mapped(found.vectors, by: standardized, rank: rank)
        defer { left.keepAlive() }
        vectors = left.elements[..<(rank * n)].map { Float($0) }
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
