internal import COpenBLAS

/// The same products in float64, for artifacts that would lose too much in float32.
extension Products {
    /// The upper triangle of A·Aᵀ, A of `rows` x `depth`, plus what is in `result` (`rows` x `stride`) if it `accumulates`; what lies below
    /// is left alone.
    package static func symmetric(
        _ a: UnsafePointer<Double>, rows: Int, depth: Int, into result: UnsafeMutablePointer<Double>, stride: Int,
        accumulates: Bool = false
    ) {
        cblas_dsyrk(
            CblasRowMajor, CblasUpper, CblasNoTrans, Int32(rows), Int32(depth), 1, a, Int32(depth),
            accumulates ? 1 : 0, result, Int32(stride))
    }

    /// The upper triangle of Aᵀ·A, A of `depth` x `columns`, plus what is in `result` (`columns` x `columns`) if it `accumulates`.
    package static func symmetricOfColumns(
        _ a: UnsafePointer<Double>, depth: Int, columns: Int, into result: UnsafeMutablePointer<Double>,
        accumulates: Bool = false
    ) {
        cblas_dsyrk(
            CblasRowMajor, CblasUpper, CblasTrans, Int32(columns), Int32(depth), 1, a, Int32(columns),
            accumulates ? 1 : 0, result, Int32(columns))
    }

    /// A·Bᵀ, A of `rows` x `depth` and B of `columns` x `depth`, both contiguous, into `result` (`rows` x `stride`, by default `columns`).
    package static func transposed(
        _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, rows: Int, columns: Int, depth: Int,
        into result: UnsafeMutablePointer<Double>, stride: Int? = nil
    ) {
        cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(columns), Int32(depth), 1, a, Int32(depth), b,
            Int32(depth), 0, result, Int32(stride ?? columns))
    }

    /// `scale`·A·B plus what is in `result` if it `accumulates`; A of `rows` x `depth`, B of `depth` x `columns`.
    package static func plain(
        _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, rows: Int, columns: Int, depth: Int,
        into result: UnsafeMutablePointer<Double>, scale: Double = 1, accumulates: Bool = false
    ) {
        cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(depth), scale, a,
            Int32(depth), b, Int32(columns), accumulates ? 1 : 0, result, Int32(columns))
    }

    /// Aᵀ·B plus what is in `result` (`rows` x `columns`) if it `accumulates`; A of `depth` x `rows`, B of `depth` x `columns`.
    package static func leftTransposed(
        _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, rows: Int, columns: Int, depth: Int,
        into result: UnsafeMutablePointer<Double>, accumulates: Bool = false
    ) {
        cblas_dgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(depth), 1, a, Int32(rows), b,
            Int32(columns), accumulates ? 1 : 0, result, Int32(columns))
    }
}
