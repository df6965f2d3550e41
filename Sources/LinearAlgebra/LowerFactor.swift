internal import COpenBLAS

/// The factor L of X = L·Q, Q with orthonormal rows (LAPACK `dgelqf`): a wide matrix without what a rotation of its columns leaves.
package enum LowerFactor {
    /// L (rows x rows) of `matrix` (rows x columns, rows <= columns), which is overwritten.
    package static func ofOverwriting(_ matrix: Matrix<Double>) throws(LinearAlgebraError) -> Matrix<Double> {
        let (m, n) = (matrix.rows, matrix.columns)
        precondition(m <= n, "a matrix with more rows than columns has no smaller factor")
        var reflectors = [Double](repeating: 0, count: max(m, 1))
        // Row-major A = LQ is column-major Aᵀ = QᵀR with R = Lᵀ.
        let info = LAPACKE_dgeqrf(
            LAPACK_COL_MAJOR, Int32(n), Int32(m), matrix.elements.baseAddress, Int32(max(n, 1)), &reflectors)
        guard info == 0 else { throw LinearAlgebraError(operation: "dgeqrf", code: Int(info)) }
        let factor = Matrix<Double>(rows: m, columns: m, repeating: 0)
        for i in 0..<m { for j in 0...i { factor[i, j] = matrix[i, j] } }
        return factor
    }
}
