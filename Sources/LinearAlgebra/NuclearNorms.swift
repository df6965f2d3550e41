internal import CKernels

/// Sums of singular values of many small matrices side by side: what LAPACK takes for a few dozen values is calls more than numbers.
///
/// The bits of a sum depend on its own matrix and on `size` alone.
package enum NuclearNorms {
    /// Matrices that are done together.
    package static let count = Int(CK_NORM_LANES)
    /// Of more rows and columns LAPACK takes less, whose bidiagonal form needs fewer operations.
    package static let mostRows = 16

    /// Σσ of `count` matrices of `size` x `size` values, to `sums`: entry (i, j) of matrix m is at `matrices[(j * size + i) * count + m]`, and
    /// smaller matrices end in rows and columns of zeros. `matrices` is aligned to cache lines and overwritten.
    package static func ofOverwriting(
        _ matrices: UnsafeMutablePointer<Double>, size: Int, to sums: UnsafeMutablePointer<Double>
    ) {
        ck_nuclear_norms(matrices, size, sums)
    }
}
