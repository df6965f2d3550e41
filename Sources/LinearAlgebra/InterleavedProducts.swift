internal import CKernels

/// Products of many layers' packed kernels, which lie interleaved: of every entry first all layers' values, then the next entry.
///
/// The bits of a sum depend on the number of entries alone: not on how many layers there are and where they stand, nor on the instruction
/// set, wherever it has a fused multiply-add.
package enum InterleavedProducts {
    /// Layers in an operand come in multiples of this many.
    package static let layerStep = Int(CK_LAYER_STEP)
    /// Entries whose products are added up by themselves, before the sum is added to what came before.
    package static let entryBlock = Int(CK_ENTRY_BLOCK)

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

    /// One side of a product: entries x `width` values, of which the first `layers` of each entry are in use.
    package struct Operand {
        package let values: UnsafePointer<Float>
        /// A multiple of `layerStep`.
        package let width: Int
        package let layers: Int

        package init(values: UnsafePointer<Float>, width: Int, layers: Int) {
            precondition(width % InterleavedProducts.layerStep == 0 && layers <= width)
            self.values = values
            self.width = width
            self.layers = layers
        }

        fileprivate var code: ck_interleaved { ck_interleaved(values: values, width: width, layers: layers) }
    }

    /// Adds Σ_e rows[e, r]·columns[e, c] to sums[r, c] (rows.width x columns.width) for all layers that are in use; the other sums mean
    /// nothing. If `upperOnly`, those with r > c mean nothing either.
    package static func add(
        _ rows: Operand, _ columns: Operand, entries: Int, upperOnly: Bool = false,
        instructions: Instructions = .best, to sums: UnsafeMutablePointer<Float>
    ) {
        precondition(instructions <= .best)
        ck_add_packed_products(instructions.code, rows.code, columns.code, entries, upperOnly ? 1 : 0, sums)
    }

    /// Interleaves the rows of `layers` (a multiple of 4 of them), as far as their first `entries` values, at `destination`, which is
    /// aligned to 16 bytes.
    package static func interleave(
        _ layers: Matrix<Float>, entries: Int, at destination: UnsafeMutablePointer<Float>
    ) {
        precondition(entries <= layers.columns && layers.rows % 4 == 0)
        ck_interleave(layers.elements.baseAddress, layers.columns, layers.rows, entries, destination)
        layers.keepAlive()
    }
}
