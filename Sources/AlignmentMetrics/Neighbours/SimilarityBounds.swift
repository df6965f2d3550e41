internal import CKernels
internal import LinearAlgebra

/// What bounds the similarities of each sample (CandidateSelection), and the least that one has to reach to be of interest.
///
/// The true similarity of i and j, up to a constant of row i, lies within e_ij of the value K_ij + b_j, with
/// e_ij = f_i n_j + f'_i n'_j + m_j: two terms for what the product loses, and m_j = 2⁻²²|b_j| + r_j + (d + 8)·2⁻¹²⁵. The last addition, a
/// margin's that follows, and that of b_j itself to float32 are three roundings, each by 2⁻²⁴ at most; r_j is twice the rounding of the
/// float64 similarity itself, which is all that orders the rows of a nearly constant layer; and what is too small for float32 loses no
/// share of itself.
///
/// - Float32 products lose (d + 8)·2⁻²⁴‖x_c,i‖‖x_c,j‖: rounding of the features, two shares of 2⁻²⁴, and of the sum of d products, d of
///   them; and the last addition and a margin's are two more. One term is enough.
/// - Products of integers, x_c = h + r, lose |h_i||r_j| + |r_i|(|h_j| + |r_j|) (IntegerRows.h), and of |h_i||h_j| five such shares: three
///   for the value (IntegerProducts.h), and for the same two additions. The terms are |h_i| (|r_j| + 2⁻²¹|h_j|) and |r_i| (|h_j| + |r_j|).
///
/// Norms are rounded up by 2⁻²⁰: with their own roundings to float32, those of the terms and of what is made of them are six of 2⁻²⁴.
///
/// Each sample's floor is read and written by whoever holds the lock of its block.
final class SimilarityBounds {
    /// Below every similarity, and above those that are ruled out.
    static let lowest = -Float.greatestFiniteMagnitude

    /// Of each sample a column of offset, margin, norm, factor and floor; and second norm and factor, where bounds have two terms.
    private let table: Matrix<Float>

    /// Bounds of float32 products of rows of `width` values.
    init(_ norms: CentredNorms, width: Int) {
        table = Self.table(norms, width: width, hasTwoTerms: false)
        let share = Float(width + 8) * 0x1p-24
        for i in 0..<table.columns {
            table[2, i] = Self.above(norms.squaredNorms[i].squareRoot())
            table[3, i] = table[2, i] * share
        }
    }

    /// Bounds of products of integers, of samples that become known later (`note`).
    init(ofIntegers norms: CentredNorms, width: Int) {
        table = Self.table(norms, width: width, hasTwoTerms: true)
    }

    private static func table(_ norms: CentredNorms, width: Int, hasTwoTerms: Bool) -> Matrix<Float> {
        let n = norms.squaredNorms.count
        let table = Matrix<Float>(rows: hasTwoTerms ? 7 : 5, columns: n, repeating: 0)
        for i in 0..<n {
            let offset = Float(norms.meanProducts[i])
            table[0, i] = offset
            table[1, i] = abs(offset) * 0x1p-22 + Float(norms.similarityMargins[i]) + Float(width + 8) * 0x1p-125
            table[4, i] = Self.lowest
        }
        return table
    }

    private static func above(_ norm: Double) -> Float { Float(norm * (1 + 0x1p-20)) }

    /// Takes in the norms |h| and |r| of a sample's integers and of the rest, before anything is asked of it. Any thread may do so, for
    /// samples of its own.
    func note(_ i: Int, norm: Double, rest: Double) {
        table[2, i] = Self.above(rest + norm * 0x1p-21)
        table[3, i] = Self.above(norm)
        table[5, i] = Self.above(norm + rest)
        table[6, i] = Self.above(rest)
    }

    /// Whether products of integers are bounded.
    var hasTwoTerms: Bool { table.rows == 7 }

    /// The samples from `first` on, as the kernels take them.
    func samples(from first: Int) -> ck_samples {
        func column(_ row: Int) -> UnsafePointer<Float>? {
            table.row(row).baseAddress.map { UnsafePointer($0 + first) }
        }
        return ck_samples(
            offsets: column(0), margins: column(1), norms: column(2), factors: column(3), floors: column(4),
            second_norms: hasTwoTerms ? column(5) : nil, second_factors: hasTwoTerms ? column(6) : nil)
    }

    /// b_j.
    @inline(__always)
    func offset(_ j: Int) -> Float { table[0, j] }

    /// e_ij: the same operations as in the kernels.
    @inline(__always)
    func margin(_ i: Int, _ j: Int) -> Float {
        let first = table[3, i] * table[2, j]
        return (hasTwoTerms ? first + table[6, i] * table[5, j] : first) + table[1, j]
    }

    /// The best known lower bound on the sample's `count`-th similarity.
    @inline(__always)
    func floor(_ i: Int) -> Float { table[4, i] }

    func raise(_ i: Int, to floor: Float) { table[4, i] = max(table[4, i], floor) }

    func reset(_ i: Int) { table[4, i] = Self.lowest }
}
