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

    /// The core whose kernels OpenBLAS should be told to use; nil where its own choice stands.
    ///
    /// Version 0.3.21, Debian 12's, takes Intel's processors from 2023 on for a Pentium 4 (`Prescott`): its list of models of the sixth
    /// family ends before them and goes on with another one's (driver/others/dynamic.c). Its products there take nine times as long.
    package static var coreToAskFor: String? {
        coreToAskFor(chosen: openblas_get_corename().map { String(cString: $0) } ?? "", instructions: .best)
    }

    static func coreToAskFor(chosen: String, instructions: InterleavedProducts.Instructions) -> String? {
        // Neither a Pentium 4 nor any processor that OpenBLAS takes for one with reason has AVX2.
        guard chosen == "Prescott" else { return nil }
        return switch instructions {
        case .baseline: nil
        case .avx2: "Haswell"
        case .avx512: "SkylakeX"
        }
    }

    /// OpenBLAS's version, such as `0.3.21`.
    package static var libraryVersion: String {
        // It says `OpenBLAS 0.3.21 DYNAMIC_ARCH …`.
        let words = openblas_get_config().map { String(cString: $0) }?.split(separator: " ") ?? []
        return words.dropFirst().first.map(String.init) ?? "unknown"
    }
}
