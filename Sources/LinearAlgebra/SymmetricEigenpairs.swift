internal import COpenBLAS

/// The largest eigenvalues of a symmetric float64 matrix and their eigenvectors, by LAPACK's dense `dsyevr`, or `dsyevd` where
/// that does not find as many as were asked for.
package struct SymmetricEigenpairs {
    /// Eigenvalues, descending.
    package let values: [Double]
    /// Eigenvectors, one a row, in the order of the values.
    package let vectors: Matrix<Double>

    /// The `count` largest pairs of `matrix` (the upper triangle is read, and all of it overwritten).
    package init(ofOverwriting matrix: Matrix<Double>, count: Int) throws(LinearAlgebraError) {
        let n = matrix.rows
        let wanted = min(count, n)
        let original = Matrix<Double>(rows: n, columns: n, repeating: 0)
        defer { original.keepAlive() }
        _ = original.elements.update(fromContentsOf: matrix.elements)
        if let found = Self.selected(wanted, ofOverwriting: matrix) {
            self = found
        } else {
            self = try Self.all(ofOverwriting: original, keeping: wanted)
        }
    }

    private init(values: [Double], vectors: Matrix<Double>) {
        self.values = values
        self.vectors = vectors
    }

    /// The `wanted` largest pairs alone; nil where many eigenvalues are the same and bisection loses count of them, which it does
    /// with some of OpenBLAS's kernels and not with others, and without an error code.
    private static func selected(_ wanted: Int, ofOverwriting matrix: Matrix<Double>) -> SymmetricEigenpairs? {
        let n = matrix.rows
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
        guard info == 0, Int(found) == wanted else { return nil }
        return descending(ascending, values, count: wanted)
    }

    /// All pairs, of which the `wanted` largest are kept.
    private static func all(
        ofOverwriting matrix: Matrix<Double>, keeping wanted: Int
    ) throws(LinearAlgebraError) -> SymmetricEigenpairs {
        let n = matrix.rows
        var values = [Double](repeating: 0, count: max(n, 1))
        let info = LAPACKE_dsyevd(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "L")), Int32(n), matrix.elements.baseAddress,
            Int32(max(n, 1)), &values)
        guard info == 0 else { throw LinearAlgebraError(operation: "dsyevd", code: Int(info)) }
        let largest = Matrix<Double>(rows: wanted, columns: n, repeating: 0)
        _ = largest.elements.update(fromContentsOf: matrix.elements[((n - wanted) * n)...])
        return descending(largest, Array(values[(n - wanted)...]), count: wanted)
    }

    private static func descending(
        _ ascending: Matrix<Double>, _ values: [Double], count: Int
    ) -> SymmetricEigenpairs {
        let vectors = Matrix<Double>(rows: count, columns: ascending.columns, repeating: 0)
        for row in 0..<count { _ = vectors.row(row).update(fromContentsOf: ascending.row(count - 1 - row)) }
        return SymmetricEigenpairs(values: values[..<count].reversed(), vectors: vectors)
    }
}
