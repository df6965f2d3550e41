internal import LinearAlgebra

/// The packed entries of a kernel K = XXᵀ that is kept by its factor, for pairs with a layer that is kept by entries.
///
/// A block of rows is multiplied at a time, whose height depends on n alone, and so do the bits of every entry on n and d.
final class FactorEntries<Value: BitwiseCopyable> {
    private typealias Factor = (
        width: Int, rows: (Range<Int>, UnsafeMutablePointer<Value>) throws -> UnsafePointer<Value>?,
        multiply: (UnsafePointer<Value>, _ rows: Int, _ columns: Int, UnsafeMutablePointer<Value>) -> Void
    )

    private let factor: Factor
    private let sampleCount: Int
    private let height: Int
    /// Rows `first` to `first` + height of K, from column `first` on.
    private let block: Matrix<Value>
    private let scratch: Matrix<Value>
    private var first: Int?

    private init(_ factor: Factor, sampleCount: Int) {
        // About so many entries are computed at a time.
        let blockEntries = 131_072
        self.factor = factor
        self.sampleCount = sampleCount
        height = min(max(blockEntries / max(sampleCount, 1), 4), 64)
        block = Matrix(unwrittenRows: height, columns: sampleCount)
        scratch = Matrix(unwrittenRows: sampleCount, columns: factor.width)
    }

    /// Copies packed entries `range` to `destination`; cheapest in ascending order.
    func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Value>) throws {
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
            let x = try factor.rows(start..<sampleCount, room)
        else { return }
        factor.multiply(x, min(height, sampleCount - start), sampleCount - start, target)
        first = start
    }
}

extension FactorEntries where Value == Float {
    convenience init(_ factor: any KernelFactor, sampleCount: Int) {
        let width = factor.width
        self.init(
            (
                width, { try factor.rows($0, scratch: $1) },
                { x, rows, columns, target in
                    Products.transposed(
                        x, x, rows: rows, columns: columns, depth: width, into: target, stride: sampleCount)
                }
            ), sampleCount: sampleCount)
    }
}

extension FactorEntries where Value == Double {
    /// Those of a factor in float64.
    convenience init(wide factor: any KernelFactor, sampleCount: Int) {
        let width = factor.width
        self.init(
            (
                width, { try factor.rows($0, scratch: $1) },
                { x, rows, columns, target in
                    Products.transposed(
                        x, x, rows: rows, columns: columns, depth: width, into: target, stride: sampleCount)
                }
            ), sampleCount: sampleCount)
    }
}
