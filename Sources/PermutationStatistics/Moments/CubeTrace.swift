internal import LinearAlgebra

/// tr A³ of a symmetric matrix A by blocks: Σ_I ⟨A_II, A_II² + 3 Σ_{K≠I} A_IK A_KI⟩ + 6 Σ_{I<J<K} ⟨A_IJ A_JK, A_IK⟩, whose first products
/// are symmetric themselves. That is little more than n³/6 multiplications, in float64, and four blocks of memory; the order is fixed by n
/// alone.
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
            matrix.copyBlock(rows: rows, columns: rows, to: leftStart)
            Products.symmetric(leftStart, rows: rows.count, depth: rows.count, into: productStart, stride: rows.count)
            trace.add(symmetricDot(leftStart, productStart, side: rows.count))
            var accumulates = false
            for (k, others) in blocks.enumerated() where k != i {
                // Only what lies above the diagonal is there: A_IK, or its transpose.
                if k > i {
                    matrix.copyBlock(rows: rows, columns: others, to: rightStart)
                    Products.symmetric(
                        rightStart, rows: rows.count, depth: others.count, into: productStart, stride: rows.count,
                        accumulates: accumulates)
                } else {
                    matrix.copyBlock(rows: others, columns: rows, to: rightStart)
                    Products.symmetricOfColumns(
                        rightStart, depth: others.count, columns: rows.count, into: productStart,
                        accumulates: accumulates)
                }
                accumulates = true
            }
            if accumulates { trace.add(3 * symmetricDot(leftStart, productStart, side: rows.count)) }
            for (j, middle) in blocks.enumerated().dropFirst(i + 1) {
                matrix.copyBlock(rows: rows, columns: middle, to: leftStart)
                for columns in blocks.dropFirst(j + 1) {
                    matrix.copyBlock(rows: middle, columns: columns, to: rightStart)
                    matrix.copyBlock(rows: rows, columns: columns, to: oppositeStart)
                    Products.plain(
                        leftStart, rightStart, rows: rows.count, columns: columns.count, depth: middle.count,
                        into: productStart)
                    trace.add(6 * dot(productStart, oppositeStart, count: rows.count * columns.count))
                }
            }
        }
        withExtendedLifetime((left, right, opposite, product)) {}
        return trace.value
    }

    private static func block(_ side: Int) -> Matrix<Double> { Matrix(unwrittenRows: side, columns: side) }

    /// Σ_ij A_ij B_ij of two symmetric matrices (`side` x `side`), of which the upper triangles are read.
    private static func symmetricDot(
        _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, side: Int
    ) -> Double {
        var (diagonal, above) = (0.0, 0.0)
        for row in 0..<side {
            let place = row * side + row
            diagonal += a[place] * b[place]
            above += dot(a + place + 1, b + place + 1, count: side - row - 1)
        }
        return diagonal + 2 * above
    }

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
