internal import LinearAlgebra

/// The packed entries of a kernel K = XXᵀ that is kept by its factor, for pairs with a layer that is kept by entries.
///
/// A block of rows is multiplied at a time, whose height depends on n alone, and so do the bits of every entry on n and d.
final class FactorEntries {
    private let factor: any KernelFactor
    private let sampleCount: Int
    private let height: Int
    /// Rows `first` to `first` + height of K, from column `first` on.
    private let block: Matrix<Float>
    private let scratch: Matrix<Float>
    private var first: Int?

    /// About so many entries are computed at a time.
    private static let blockEntries = 131_072

    init(_ factor: any KernelFactor, sampleCount: Int) {
        self.factor = factor
        self.sampleCount = sampleCount
        height = min(max(Self.blockEntries / max(sampleCount, 1), 4), 64)
        block = Matrix(unwrittenRows: height, columns: sampleCount)
        scratch = Matrix(unwrittenRows: sampleCount, columns: factor.width)
    }

    /// Copies packed entries `range` to `destination`; cheapest in ascending order.
    func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Float>) throws {
        var position = range.lowerBound
        var row = PackedKernel.row(at: position, sampleCount: sampleCount)
        while position < range.upperBound {
            let offset = PackedKernel.packedOffset(row: row, sampleCount: sampleCount)
            let end = min(offset + sampleCount - row - 1, range.upperBound)
            let start = row / height * height
            try compute(start)
            let source = block.row(row - start)[(row + 1 + position - offset - start)...].prefix(end - position)
            _ = UnsafeMutableBufferPointer(start: destination + (position - range.lowerBound), count: end - position)
                .update(fromContentsOf: source)
            position = end
            row += 1
        }
    }

    private func compute(_ start: Int) throws {
        guard first != start else { return }
        first = nil
        guard let target = block.elements.baseAddress, let room = scratch.elements.baseAddress,
            let x = try factor.rows(start..<sampleCount, scratch: room)
        else { return }
        Products.transposed(
            x, x, rows: min(height, sampleCount - start), columns: sampleCount - start, depth: factor.width,
            into: target,
            stride: sampleCount)
        first = start
    }
}
