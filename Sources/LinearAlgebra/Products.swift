internal import COpenBLAS

/// Row-major float32 matrix products through CBLAS.
///
/// The last bits of a product depend on the shape of the call and on the core that OpenBLAS picked, so callers keep shapes
/// a function of the sample count and the width alone, and the library to one thread.
package enum Products {
    /// The upper triangle of A·Aᵀ, A of `rows` x `depth`, into `result` (`rows` x `stride`); what lies below is left alone.
    package static func symmetric(
        _ a: UnsafePointer<Float>, rows: Int, depth: Int, into result: UnsafeMutablePointer<Float>, stride: Int
    ) {
        cblas_ssyrk(
            CblasRowMajor, CblasUpper, CblasNoTrans, Int32(rows), Int32(depth), 1, a, Int32(depth), 0, result,
            Int32(stride))
    }

    /// A·Bᵀ, A of `rows` x `depth` and B of `columns` x `depth`, both contiguous, into `result` (`rows` x `stride`).
    package static func transposed(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, rows: Int, columns: Int, depth: Int,
        into result: UnsafeMutablePointer<Float>, stride: Int
    ) {
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(columns), Int32(depth), 1, a, Int32(depth), b,
            Int32(depth), 0, result, Int32(stride))
    }

    /// Aᵀ·B, A of `depth` x `rows` and B of `depth` x `columns`, both contiguous, into `result` (`rows` x `columns`).
    package static func leftTransposed(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, rows: Int, columns: Int, depth: Int,
        into result: UnsafeMutablePointer<Float>
    ) {
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(depth), 1, a, Int32(rows), b,
            Int32(columns), 0, result, Int32(columns))
    }

    /// Whose kernels compute: the core that OpenBLAS chose them for and its version, such as `Haswell of OpenBLAS 0.3.21`. Where either
    /// differs, so may the last bits.
    package static var coreName: String {
        let core = openblas_get_corename().map { String(cString: $0) } ?? "unknown"
        return "\(core) of OpenBLAS \(libraryVersion)"
    }

    /// OpenBLAS's version, such as `0.3.21`.
    package static var libraryVersion: String {
        // It says `OpenBLAS 0.3.21 DYNAMIC_ARCH …`.
        let words = openblas_get_config().map { String(cString: $0) }?.split(separator: " ") ?? []
        return words.dropFirst().first.map(String.init) ?? "unknown"
    }
}
