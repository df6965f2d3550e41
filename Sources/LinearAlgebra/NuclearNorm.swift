internal import COpenBLAS

/// Sums of singular values of small or square float64 matrices (LAPACK `dgesdd` without vectors); keeps its work space.
package struct NuclearNorm: ~Copyable {
    private var values: [Double] = []
    private var work: [Double] = []
    private var integers: [Int32] = []

    package init() {}

    /// Σσ of the `rows` x `columns` values at `matrix`, row-major and contiguous, which are overwritten.
    package mutating func ofOverwriting(
        _ matrix: UnsafeMutablePointer<Double>, rows: Int, columns: Int
    ) throws(LinearAlgebraError) -> Double {
        // Row-major is the column-major transpose, whose singular values are the same.
        let (m, n) = (Int32(columns), Int32(rows))
        let least = min(rows, columns)
        guard least > 0 else { return 0 }
        if values.count < least { values = [Double](repeating: 0, count: least) }
        if integers.count < 8 * least { integers = [Int32](repeating: 0, count: 8 * least) }
        var size = 0.0
        var info = LAPACKE_dgesdd_work(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), m, n, matrix, m, &values, nil, 1, nil, 1, &size, -1, &integers)
        guard info == 0 else { throw LinearAlgebraError(operation: "dgesdd", code: Int(info)) }
        if work.count < Int(size) { work = [Double](repeating: 0, count: Int(size)) }
        info = LAPACKE_dgesdd_work(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), m, n, matrix, m, &values, nil, 1, nil, 1, &work,
            Int32(work.count), &integers)
        guard info == 0 else { throw LinearAlgebraError(operation: "dgesdd", code: Int(info)) }
        var sum = 0.0
        for value in values[..<least] { sum += value }
        return sum
    }
}
