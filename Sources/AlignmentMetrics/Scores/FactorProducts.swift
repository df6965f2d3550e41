internal import LinearAlgebra

/// ‖XᵀY‖²_F = Σ_ij K_ij L_ij of two kernels K = XXᵀ and L = YYᵀ, from their factors (Kornblith et al. 2019, section 3).
///
/// Chunks of rows are multiplied in float32 and added in float64, in order: the bits depend on n and on both widths alone. Where one of the
/// factors is in float64 the products are as well.
struct FactorProducts {
    /// Rows of both factors that are multiplied at a time.
    static let chunkRows = 4096

    private let sampleCount: Int

    init(sampleCount: Int) { self.sampleCount = sampleCount }

    /// The bytes that a product of factors of up to `width` columns takes.
    static func bytes(sampleCount: Int, width: Int) -> Int {
        width * width * (MemoryLayout<Float>.stride + MemoryLayout<Double>.stride)
            + 2 * min(sampleCount, chunkRows) * width * MemoryLayout<Float>.stride
    }

    /// ‖XᵀY‖²_F; `inspect` is shown XᵀY.
    func squaredNorm(
        _ x: any KernelFactor, _ y: any KernelFactor, inspect: (UnsafeMutableBufferPointer<Double>) -> Void = { _ in }
    ) throws -> Double {
        guard !x.isWide, !y.isWide else { return try wideSquaredNorm(x, y) }
        let height = min(sampleCount, Self.chunkRows)
        let (left, right) = (
            Matrix<Float>(unwrittenRows: height, columns: x.width),
            Matrix<Float>(unwrittenRows: height, columns: y.width)
        )
        let part = Matrix<Float>(unwrittenRows: x.width, columns: y.width)
        let sums = Matrix<Double>(rows: x.width, columns: y.width, repeating: 0)
        defer { withExtendedLifetime((left, right, part, sums)) {} }
        guard let leftScratch = left.elements.baseAddress, let rightScratch = right.elements.baseAddress,
            let product = part.elements.baseAddress, let total = sums.elements.baseAddress
        else { return 0 }
        let count = sums.elements.count
        for first in stride(from: 0, to: sampleCount, by: height) {
            let range = first..<min(first + height, sampleCount)
            guard let a = try x.rows(range, scratch: leftScratch), let b = try y.rows(range, scratch: rightScratch)
            else { return .nan }
            Products.leftTransposed(a, b, rows: x.width, columns: y.width, depth: range.count, into: product)
            for position in 0..<count { total[position] += Double(product[position]) }
        }
        inspect(sums.elements)
        return FixedOrderSums.dot(total, total, count: count)
    }

    /// The same in float64, in half as many rows at a time: in as many bytes.
    private func wideSquaredNorm(_ x: any KernelFactor, _ y: any KernelFactor) throws -> Double {
        let height = min(sampleCount, Self.chunkRows / 2)
        let (left, right) = (
            Matrix<Double>(unwrittenRows: height, columns: x.width),
            Matrix<Double>(unwrittenRows: height, columns: y.width)
        )
        let sums = Matrix<Double>(rows: x.width, columns: y.width, repeating: 0)
        defer { withExtendedLifetime((left, right, sums)) {} }
        guard let leftScratch = left.elements.baseAddress, let rightScratch = right.elements.baseAddress,
            let total = sums.elements.baseAddress
        else { return 0 }
        for first in stride(from: 0, to: sampleCount, by: height) {
            let range = first..<min(first + height, sampleCount)
            guard let a = try x.rows(range, scratch: leftScratch), let b = try y.rows(range, scratch: rightScratch)
            else { return .nan }
            Products.leftTransposed(
                a, b, rows: x.width, columns: y.width, depth: range.count, into: total, accumulates: true)
        }
        return FixedOrderSums.dot(total, total, count: sums.elements.count)
    }
}
