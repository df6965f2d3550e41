internal import COpenBLAS

/// The largest eigenvalues of a symmetric float64 matrix and their eigenvectors, by LAPACK's dense `dsyevr`.
package struct SymmetricEigenpairs {
    /// Eigenvalues, descending.
    package let values: [Double]
    /// Eigenvectors, one a row, in the order of the values.
    package let vectors: Matrix<Double>

    /// The `count` largest pairs of `matrix` (the upper triangle is read, and all of it overwritten).
    package init(ofOverwriting matrix: Matrix<Double>, count: Int) throws(LinearAlgebraError) {
        let n = matrix.rows
        let wanted = min(count, n)
        let ascending = Matrix<Double>(rows: wanted, columns: n, repeating: 0)
        defer { ascending.keepAlive() }
        var values = [Double](repeating: 0, count: max(n, 1))
        var support = [Int32](repeating: 0, count: max(2 * wanted, 2))
        var found: Int32 = 0
        // Row-major and upper is column-major and lower; the vectors then come as columns, that is as our rows.
        let info = LAPACKE_dsyevr(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "I")), CChar(UInt8(ascii: "L")), Int32(n),
            matrix.elements.baseAddress, Int32(max(n, 1)), 0, 0, Int32(n - wanted + 1), Int32(n), 0, &found, &values,
            ascending.elements.baseAddress, Int32(max(n, 1)), &support)
        guard info == 0, Int(found) == wanted else { throw LinearAlgebraError(operation: "dsyevr", code: Int(info)) }
        vectors = Matrix<Double>(rows: wanted, columns: n, repeating: 0)
        for row in 0..<wanted {
            _ = vectors.row(row).update(fromContentsOf: ascending.row(wanted - 1 - row))
        }
        self.values = values[..<wanted].reversed()
    }
}
