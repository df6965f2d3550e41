internal import CKernels
internal import LinearAlgebra

/// What bounds the similarities of each sample (CandidateSelection), and the least that one has to reach to be of interest.
///
/// Each sample's floor is read and written by whoever holds the lock of its block.
final class SimilarityBounds {
    /// Below every similarity, and above those that are ruled out.
    static let lowest = -Float.greatestFiniteMagnitude

    private let table: Matrix<Float>

    /// - Parameter width: d.
    init(_ norms: CentredNorms, width: Int) {
        let n = norms.squaredNorms.count
        let scale = Float(width + 8) * 0x1p-24
        table = Matrix<Float>(rows: 5, columns: n, repeating: 0)
        for i in 0..<n {
            let offset = Float(norms.meanProducts[i])
            // Norms are rounded up.
            let norm = Float(norms.squaredNorms[i].squareRoot() * (1 + 0x1p-20))
            table[0, i] = offset
            // What products that are too small for float32 lose is no share of them.
            table[1, i] = abs(offset) * 0x1p-22 + Float(norms.similarityMargins[i]) + Float(width + 8) * 0x1p-125
            table[2, i] = norm
            table[3, i] = norm * scale
            table[4, i] = Self.lowest
        }
    }

    /// The samples from `first` on, as the kernels take them.
    func samples(from first: Int) -> ck_samples {
        func column(_ row: Int) -> UnsafePointer<Float>? {
            table.row(row).baseAddress.map { UnsafePointer($0 + first) }
        }
        return ck_samples(
            offsets: column(0), margins: column(1), norms: column(2), factors: column(3), floors: column(4))
    }

    /// b_j.
    @inline(__always)
    func offset(_ j: Int) -> Float { table[0, j] }

    /// e_ij: the same operations as in the kernels.
    @inline(__always)
    func margin(_ i: Int, _ j: Int) -> Float { table[3, i] * table[2, j] + table[1, j] }

    /// The best known lower bound on the sample's `count`-th similarity.
    @inline(__always)
    func floor(_ i: Int) -> Float { table[4, i] }

    func raise(_ i: Int, to floor: Float) { table[4, i] = max(table[4, i], floor) }

    func reset(_ i: Int) { table[4, i] = Self.lowest }
}
