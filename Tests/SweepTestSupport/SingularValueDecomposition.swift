internal import COpenBLAS
package import LinearAlgebra

/// The thin singular value decomposition A = U·diag(σ)·Vᵀ of a float64 matrix (LAPACK `dgesdd`).
package struct SingularValueDecomposition {
    package struct Failure: Error {}

    /// Left singular vectors, rows x min(rows, columns), one a column.
    package let left: Matrix<Double>
    /// Singular values, descending.
    package let values: [Double]
    /// Right singular vectors transposed, min(rows, columns) x columns.
    package let rightTransposed: Matrix<Double>

    /// Decomposes `matrix`, which is left as it is. Throws where it holds a NaN or the iteration does not converge.
    package init(of matrix: Matrix<Double>) throws(Failure) {
        let (m, n) = (matrix.rows, matrix.columns)
        let r = min(m, n)
        let work = Matrix<Double>(rows: m, columns: n, repeating: 0)
        defer { work.keepAlive() }
        _ = work.elements.update(fromContentsOf: matrix.elements)
        let u = Matrix<Double>(rows: m, columns: r, repeating: 0)
        let vt = Matrix<Double>(rows: r, columns: n, repeating: 0)
        var sigma = [Double](repeating: 0, count: r)
        let info = LAPACKE_dgesdd(
            LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "S")), Int32(m), Int32(n), work.elements.baseAddress, Int32(max(n, 1)),
            &sigma, u.elements.baseAddress, Int32(max(r, 1)), vt.elements.baseAddress, Int32(max(n, 1)))
        guard info == 0 else { throw Failure() }
        left = u
        values = sigma
        rightTransposed = vt
    }
}
