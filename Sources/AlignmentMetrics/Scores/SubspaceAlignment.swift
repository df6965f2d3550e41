internal import LinearAlgebra

/// SVCCA of many layers with many others, for several numbers of singular vectors: Σ singular values of U_AᵀU_B over
/// max(rank_A, rank_B) (Raghu et al. 2017; `svcca` of the released code, which draws its vectors at random).
package enum SubspaceAlignment {
    /// Layers of the rows that are multiplied at a time: for each time the library packs all columns anew.
    private static let rowLayers = 8

    /// For each of `dimensions` (ascending) the scores of every row layer against every column layer: rows x columns, row-major; NaN
    /// where a layer has no basis or one of rank 0, and where the cut falls between equal singular values.
    /// - Parameters:
    ///   - isSymmetric: whether rows and columns are the same layers, of which those below the diagonal are mirrored.
    ///   - isSame: whether a row layer and a column layer are known to have the very same basis.
    package static func scores(
        rows: [SingularBasis?], columns: [SingularBasis?], dimensions: [Int], sampleCount n: Int,
        isSymmetric: Bool = false, isSame: (_ row: Int, _ column: Int) -> Bool = { _, _ in false }
    ) throws -> [[Double]] {
        guard let q = dimensions.last else { return [] }
        var results = dimensions.map { _ in [Double](repeating: .nan, count: rows.count * columns.count) }
        // Missing vectors are zero: the products always have one shape.
        let right = Matrix<Float>(rows: columns.count * q, columns: n, repeating: 0)
        let left = Matrix<Float>(rows: rowLayers * q, columns: n, repeating: 0)
        let products = Matrix<Float>(rows: left.rows, columns: right.rows, repeating: 0)
        defer {
            right.keepAlive()
            left.keepAlive()
            products.keepAlive()
        }
        for (c, basis) in columns.enumerated() { fill(right, from: c * q, basis, limit: q) }
        guard let u = left.elements.baseAddress, let v = right.elements.baseAddress,
            let product = products.elements.baseAddress
        else { return results }
        let norms = dimensions.map { OverlapNorms(dimension: $0, stride: products.columns) }
        for start in stride(from: 0, to: rows.count, by: rowLayers) {
            let group = start..<min(start + rowLayers, rows.count)
            for place in 0..<rowLayers {
                let row = start + place
                fill(left, from: place * q, row < group.upperBound ? rows[row] : nil, limit: q)
            }
            Products.transposed(
                u, v, rows: left.rows, columns: right.rows, depth: n, into: product, stride: products.columns)
            for r in group {
                guard let a = rows[r] else { continue }
                for (position, dimension) in dimensions.enumerated() {
                    for (c, b) in columns.enumerated().dropFirst(isSymmetric ? r : 0) {
                        guard let b else { continue }
                        let (height, width) = (min(a.rank, dimension), min(b.rank, dimension))
                        guard height > 0, width > 0, a.determines(dimension), b.determines(dimension) else { continue }
                        let cell = r * columns.count + c
                        if isSame(r, c) {
                            results[position][cell] = Double(height) / Double(max(height, width))
                            continue
                        }
                        try norms[position].add(
                            product + (r - start) * q * products.columns + c * q, rows: height, columns: width,
                            cell: cell, to: &results[position])
                    }
                }
            }
        }
        for (position, rest) in norms.enumerated() {
            rest.finish(&results[position])
            guard isSymmetric else { continue }
            for r in rows.indices {
                for c in 0..<r { results[position][r * columns.count + c] = results[position][c * columns.count + r] }
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
