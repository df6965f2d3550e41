internal import LinearAlgebra

/// The centred Gram matrix K_c = X_c X_cᵀ in float64: for artifacts made from differences of its entries, which float32 would
/// lose in rounding.
struct PairProducts {
    let sampleCount: Int
    /// K_c,ij for i < j, row after row: n(n - 1)/2 values.
    let packed: [Double]
    /// ‖x_c,i‖² (n).
    let squaredNorms: [Double]
    /// b_i = x_c,i·m (n): x̂_i·x̂_j is K_c,ij + b_i + b_j up to a constant.
    let meanProducts: [Double]
    /// max ‖x̂_i‖.
    let largestNorm: Double

    /// Rows of a tile.
    private static let edge = 1024

    init(_ layer: PreparedLayer) {
        let (n, d) = (layer.sampleCount, layer.width)
        let centred = layer.centredRows()
        defer { centred.keepAlive() }
        var squares = [Double](repeating: 0, count: n)
        var products = squares
        var packed = [Double](repeating: 0, count: PackedKernel.packedCount(n))
        let largest = min(Self.edge, n)
        let tile = Matrix<Double>(rows: largest, columns: largest, repeating: 0)
        defer { tile.keepAlive() }
        if let x = centred.elements.baseAddress, let values = tile.elements.baseAddress {
            layer.means.withUnsafeBufferPointer { means in
                guard let means = means.baseAddress else { return }
                for i in 0..<n {
                    squares[i] = FixedOrderSums.dot(x + i * d, x + i * d, count: d)
                    products[i] = FixedOrderSums.dot(x + i * d, means, count: d)
                }
            }
            for first in stride(from: 0, to: n, by: Self.edge) {
                let rows = first..<min(first + Self.edge, n)
                for other in stride(from: first, to: n, by: Self.edge) {
                    let columns = other..<min(other + Self.edge, n)
                    if other == first {
                        Products.symmetric(x + first * d, rows: rows.count, depth: d, into: values, stride: rows.count)
                    } else {
                        Products.transposed(
                            x + first * d, x + other * d, rows: rows.count, columns: columns.count, depth: d,
                            into: values)
                    }
                    for i in rows {
                        let start = max(i + 1, other)
                        guard start < columns.upperBound else { continue }
                        let source = values + (i - first) * columns.count + (start - other)
                        let target = PackedKernel.packedOffset(row: i, sampleCount: n) + start - i - 1
                        packed.withUnsafeMutableBufferPointer { packed in
                            for j in 0..<(columns.upperBound - start) { packed[target + j] = source[j] }
                        }
                    }
                }
            }
        }
        sampleCount = n
        self.packed = packed
        squaredNorms = squares
        meanProducts = products
        largestNorm = layer.rowNorms.max() ?? 0
    }

    /// Calls `body` with every i < j in order, and the position of their entry.
    @inline(__always)
    func forEachPair(_ body: (_ i: Int, _ j: Int, _ position: Int) -> Void) {
        var position = 0
        for i in 0..<sampleCount {
            for j in (i + 1)..<max(sampleCount, i + 1) {
                body(i, j, position)
                position += 1
            }
        }
    }

    /// Squared Euclidean distances D_ij² = ‖x_c,i‖² + ‖x_c,j‖² - 2K_c,ij (packed); what is zero up to rounding is zero.
    func squaredDistances() -> [Double] {
        var result = packed
        result.withUnsafeMutableBufferPointer { result in
            squaredNorms.withUnsafeBufferPointer { squares in
                forEachPair { i, j, position in
                    let sum = squares[i] + squares[j]
                    let square = sum - 2 * result[position]
                    result[position] = square > sum * 0x1p-46 ? square : 0
                }
            }
        }
        return result
    }
}

extension PreparedLayer {
    /// The prepared rows with the column means taken off, in float64 (n x d).
    func centredRows() -> Matrix<Double> {
        let result = Matrix<Double>(rows: sampleCount, columns: width, repeating: 0)
        let scratch = Matrix<Double>(rows: 1, columns: width, repeating: 0)
        defer { scratch.keepAlive() }
        guard let prepared = scratch.row(0).baseAddress else { return result }
        means.withUnsafeBufferPointer { means in
            for i in 0..<sampleCount {
                let source = row(i, scratch: prepared)
                let target = result.row(i)
                for j in 0..<width { target[j] = source[j] - means[j] }
            }
        }
        return result
    }
}
