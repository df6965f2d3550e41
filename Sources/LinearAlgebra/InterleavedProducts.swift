internal import CKernels

/// Products of many layers' packed kernels, which lie interleaved in strips: of every entry the values of 32 layers, then the next entry,
/// and after all entries the next 32 layers.
///
/// The bits of a sum depend on the number of entries alone: not on how many layers there are and where they stand, nor on the instruction
/// set, wherever it has a fused multiply-add.
package enum InterleavedProducts {
    /// Layers of a strip.
    package static let strip = Int(CK_STRIP)

    /// The instructions that a product is computed with.
    package enum Instructions: CaseIterable, Comparable {
        case baseline, avx2, avx512

        /// The fastest that this machine has.
        package static let best: Instructions =
            switch ck_best_instructions() {
            case ck_instructions_avx512: .avx512
            case ck_instructions_avx2: .avx2
            default: .baseline
            }

        fileprivate var code: ck_instructions {
            switch self {
            case .baseline: ck_instructions_baseline
            case .avx2: ck_instructions_avx2
            case .avx512: ck_instructions_avx512
            }
        }
    }

    /// One side of a product: strips of entries x `strip` values, of whose layers the first `layers` are in use.
    package struct Operand {
        package let values: UnsafePointer<Float>
        package let layers: Int

        package init(values: UnsafePointer<Float>, layers: Int) {
            self.values = values
            self.layers = layers
        }

        fileprivate var code: ck_interleaved { ck_interleaved(values: values, layers: layers) }
    }

    /// The room for `layers` layers: whole strips.
    package static func width(_ layers: Int) -> Int { (layers + strip - 1) / strip * strip }

    /// Adds Σ_e rows[e, r]·columns[e, c] to sums[r, c] for all layers that are in use; the other sums mean nothing. Of both sides there is
    /// room for whole strips, and the sums of a row are `stride` apart. If `upperOnly`, those with r > c mean nothing either.
    package static func add(
        _ rows: Operand, _ columns: Operand, entries: Int, upperOnly: Bool = false,
        instructions: Instructions = .best, to sums: UnsafeMutablePointer<Float>, stride: Int
    ) {
        precondition(instructions <= .best && stride >= width(columns.layers))
        ck_add_packed_products(
            instructions.code, rows.code, columns.code, entries, upperOnly ? 1 : 0, sums, stride)
    }

    /// Interleaves the rows of `layers` (whole strips of them), as far as their first `entries` values, at `destination`, which is
    /// aligned to 16 bytes.
    package static func interleave(
        _ layers: Matrix<Float>, entries: Int, at destination: UnsafeMutablePointer<Float>
    ) {
        precondition(entries <= layers.columns && layers.rows % strip == 0)
        guard let values = layers.elements.baseAddress else { return }
        for first in Swift.stride(from: 0, to: layers.rows, by: strip) {
            ck_interleave(values + first * layers.columns, layers.columns, entries, destination + first * entries)
        }
        layers.keepAlive()
    }
}
