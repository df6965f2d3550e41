internal import CKernels

/// What float32 does to sums Σ_{i<j} K_ij L_ij of a kernel's entries with those of another one, as far as the first kernel is to blame.
///
/// Roundings are taken as independent (Higham & Mary 2019), partial sums as if nothing in them cancelled. For each of the two kernels
///
/// - entries: a product of d values loses about u·√(d/4) of what it is, and u‖x_i‖‖x_j‖ through the rounding of both rows; an entry that
///   was computed in float64 loses u/√3 of what it is;
/// - sums: of the E entries of a chunk, added in blocks of 128, about u·√((E/128 + 128)/3) of what the chunk's entries make up.
///
/// By the inequality of Cauchy and Schwarz the square of the error of a pair is at most the product of a number of either kernel's, but for
/// the rounding of rows, of which both have a part of their own. So a pair keeps the promise where both kernels keep it by themselves.
package struct Float32Error {
    /// The standard error of Σ_{i<j} K_ij L_ij for a partner like the kernel itself.
    private let absolute: Double

    /// The largest share of a self term at which float32 does: what all kernel scores promise.
    package static let largest = 1e-6

    private static let unit = 0x1p-24

    /// Of entries that are products of rows of `width` values; `diagonal` are the rows' squared norms.
    init(ofProducts packed: [Float], width: Int, diagonal: [Double]) {
        // Products are formed in panels of some hundred values.
        self.init(packed, share: Double(min(width, 1024)) / 4, norms: FixedOrderSums.squares(diagonal))
    }

    /// Of entries that were rounded from float64.
    init(ofRounded packed: [Float]) { self.init(packed, share: 1.0 / 3, norms: 0) }

    private init(_ packed: [Float], share: Double, norms: Double) {
        var (fourths, chunks, depth) = (0.0, 0.0, 0.0)
        var sums = [0.0, 0]
        packed.withUnsafeBufferPointer { packed in
            for first in stride(from: 0, to: packed.count, by: KernelPanel.chunkLength) {
                let count = min(KernelPanel.chunkLength, packed.count - first)
                ck_power_sums(packed.baseAddress.map { $0 + first }, count, &sums)
                fourths += sums[1]
                chunks += sums[0] * sums[0]
                depth = max(depth, Double(count) / 128 + Double(min(count, 128)))
            }
        }
        let square = 2 * share * fourths + 2 * (norms * norms * fourths / 2).squareRoot() + depth / 3 * chunks
        absolute = Self.unit * square.squareRoot()
    }

    /// Of the whole ‖XᵀX‖²_F, halved, of a factor X of `rows` rows, given the sums of the squares and of the fourth powers of the entries
    /// of XᵀX: those are added up in panels of some hundred rows, and rows were rounded.
    init(ofFactorProduct squares: Double, fourths: Double, rows: Int) {
        guard squares > 0 else {
            absolute = 0
            return
        }
        let share = fourths.squareRoot() / squares
        let steps = Double(min(rows, 384)) + Double(rows) / 384
        absolute = Self.unit * squares / 2 * (2 * (steps / 3).squareRoot() * share + 2.3 * share.squareRoot())
    }

    /// The error as a share of `selfTerm`, half a sum over all pairs; infinite where that is zero or less.
    func share(of selfTerm: Double) -> Double {
        guard absolute > 0 else { return 0 }
        return selfTerm > 0 ? absolute / selfTerm : .infinity
    }
}
