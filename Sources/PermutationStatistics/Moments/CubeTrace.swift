internal import LinearAlgebra

/// tr A³ of a symmetric matrix A, block by block: Σ tr(A_IJ A_JK A_KI) over blocks I ≤ J ≤ K, once where all are the same, three times
/// where two are and else six. That is n³/6 multiplications, in float64, and four blocks of memory; the order is fixed by n alone.
enum CubeTrace {
    /// Rows of a block.
    private static let blockRows = 256

    static func of(_ matrix: ShiftedPairs, blockRows: Int = blockRows) -> Double {
        let n = matrix.sampleCount
        let blocks = stride(from: 0, to: n, by: blockRows).map { $0..<min($0 + blockRows, n) }
        let side = min(blockRows, n)
        let (left, right) = (block(side), block(side))
        let (opposite, product) = (block(side), block(side))
        guard let leftStart = left.elements.baseAddress, let rightStart = right.elements.baseAddress,
            let oppositeStart = opposite.elements.baseAddress, let productStart = product.elements.baseAddress
        else { return 0 }
        var trace = CompensatedSum()
        for (i, rows) in blocks.enumerated() {
            for (j, middle) in blocks.enumerated().dropFirst(i) {
                matrix.copyBlock(rows: rows, columns: middle, to: leftStart)
                for (k, columns) in blocks.enumerated().dropFirst(j) {
                    matrix.copyBlock(rows: middle, columns: columns, to: rightStart)
                    matrix.copyBlock(rows: rows, columns: columns, to: oppositeStart)
                    Products.plain(
                        leftStart, rightStart, rows: rows.count, columns: columns.count, depth: middle.count,
                        into: productStart)
                    let sum = dot(productStart, oppositeStart, count: rows.count * columns.count)
                    let arrangements: Double = i == j && j == k ? 1 : i == j || j == k ? 3 : 6
                    trace.add(arrangements * sum)
                }
            }
        }
        withExtendedLifetime((left, right, opposite, product)) {}
        return trace.value
    }

    private static func block(_ side: Int) -> Matrix<Double> { Matrix(unwrittenRows: side, columns: side) }

    /// Σ a_i b_i, eight running sums at a time.
    static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
        var sums = SIMD8<Double>.zero
        let whole = count - count % 8
        for start in stride(from: 0, to: whole, by: 8) {
            var (first, second) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
            for lane in 0..<8 {
                first[lane] = a[start + lane]
                second[lane] = b[start + lane]
            }
            sums += first * second
        }
        var rest = 0.0
        for position in whole..<count { rest += a[position] * b[position] }
        return sums.sum() + rest
    }
}
