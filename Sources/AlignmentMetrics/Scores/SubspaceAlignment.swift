internal import LinearAlgebra

/// SVCCA of many layers with many others, for several numbers of singular vectors: Σ singular values of U_AᵀU_B over
/// max(rank_A, rank_B) (Raghu et al. 2017; `svcca` of the released code, which draws its vectors at random).
package enum SubspaceAlignment {
    /// For each of `dimensions` (ascending) the scores of every row layer against every column layer: rows x columns, row-major; NaN
    /// where a layer has no basis or one of rank 0, and where the cut falls between equal singular values.
    /// - Parameter isSame: whether a row layer and a column layer are known to have the very same basis.
    package static func scores(
        rows: [SingularBasis?], columns: [SingularBasis?], dimensions: [Int], sampleCount n: Int,
        isSame: (_ row: Int, _ column: Int) -> Bool = { _, _ in false }
    ) throws -> [[Double]] {
        guard let q = dimensions.last else { return [] }
        var results = dimensions.map { _ in [Double](repeating: .nan, count: rows.count * columns.count) }
        // Missing vectors are zero: the products always have one shape.
        let right = Matrix<Float>(rows: columns.count * q, columns: n, repeating: 0)
        let left = Matrix<Float>(rows: q, columns: n, repeating: 0)
        let products = Matrix<Float>(rows: q, columns: columns.count * q, repeating: 0)
        let block = Matrix<Double>(rows: q, columns: q, repeating: 0)
        defer {
            right.keepAlive()
            left.keepAlive()
            products.keepAlive()
            block.keepAlive()
        }
        for (c, basis) in columns.enumerated() { fill(right, from: c * q, basis, limit: q) }
        guard let u = left.elements.baseAddress, let v = right.elements.baseAddress,
            let product = products.elements.baseAddress, let values = block.elements.baseAddress
        else { return results }
        var norms = NuclearNorm()
        for (r, a) in rows.enumerated() {
            guard let a else { continue }
            fill(left, from: 0, a, limit: q)
            Products.transposed(
                u, v, rows: q, columns: columns.count * q, depth: n, into: product, stride: columns.count * q)
            for (c, b) in columns.enumerated() {
                guard let b else { continue }
                for (position, dimension) in dimensions.enumerated() {
                    let (height, width) = (min(a.rank, dimension), min(b.rank, dimension))
                    guard height > 0, width > 0, a.determines(dimension), b.determines(dimension) else { continue }
                    for i in 0..<height {
                        for j in 0..<width {
                            values[i * width + j] = Double(product[i * columns.count * q + c * q + j])
                        }
                    }
                    let norm =
                        isSame(r, c) ? Double(height) : try norms.ofOverwriting(values, rows: height, columns: width)
                    results[position][r * columns.count + c] = norm / Double(max(height, width))
                }
            }
        }
        return results
    }

    /// Puts the first `limit` vectors of `basis` into the rows of `matrix` from `first` on, and zero where there are none.
    private static func fill(_ matrix: Matrix<Float>, from first: Int, _ basis: SingularBasis?, limit: Int) {
        let n = matrix.columns
        for position in 0..<limit {
            let row = matrix.row(first + position)
            if let basis, position < basis.rank {
                basis.vectors.withUnsafeBufferPointer { vectors in
                    _ = row.update(
                        fromContentsOf: UnsafeBufferPointer(rebasing: vectors[(position * n)..<((position + 1) * n)]))
                }
            } else {
                row.update(repeating: 0)
            }
        }
    }
}
