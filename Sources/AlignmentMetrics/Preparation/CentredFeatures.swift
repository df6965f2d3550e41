package import LinearAlgebra

/// A prepared layer's features with the column means taken off, in float32 for the large product.
///
/// They are scaled by a power of two, so that the largest row has a norm near 1: layers that fade to 1e-8 or are not normalised
/// keep float32's relative precision, and no score or ranking changes.
package struct CentredFeatures {
    /// s·X_c (n x d).
    package let matrix: Matrix<Float>
    /// The power of two s.
    package let scale: Double
    /// s²‖x_c,i‖², computed in float64: the diagonal of K_c (n).
    package let squaredNorms: [Double]
    /// s²·b = s²·X_c m, m the column means (n): row i of X Xᵀ is ranked by K_c,ij + b_j (metrics.md).
    package let meanProducts: [Double]
    /// Twice the bound on the rounding of a float64 similarity of row j, s²(d + 4)·2⁻⁵³‖x̂_j‖ max ‖x̂‖ (n).
    let similarityMargins: [Double]
    /// Whether all rows are the same up to rounding.
    package let isConstant: Bool

    /// Centres `layer`.
    package init(_ layer: PreparedLayer) {
        let (n, d) = (layer.sampleCount, layer.width)
        let matrix = Matrix<Float>(rows: n, columns: d, repeating: 0)
        let scratch = Matrix<Double>(rows: 2, columns: d, repeating: 0)
        defer { scratch.keepAlive() }
        var squares = [Double](repeating: 0, count: n)
        var products = [Double](repeating: 0, count: n)
        var rawTrace = 0.0
        var margins = squares
        var chosen = 1.0
        if let prepared = scratch.row(0).baseAddress, let centred = scratch.row(1).baseAddress {
            layer.means.withUnsafeBufferPointer { means in
                guard let means = means.baseAddress else { return }
                func centre(_ i: Int) {
                    let row = layer.row(i, scratch: prepared)
                    for j in 0..<d { centred[j] = row[j] - means[j] }
                }
                for i in 0..<n {
                    centre(i)
                    squares[i] = FixedOrderSums.dot(centred, centred, count: d)
                    products[i] = FixedOrderSums.dot(centred, means, count: d)
                    rawTrace += layer.rowNorms[i] * layer.rowNorms[i]
                }
                let largest = squares.max() ?? 0
                let scale = largest > 0 ? Self.powerOfTwo(-Int(largest.squareRoot().exponent)) : 1
                chosen = scale
                for i in 0..<n {
                    centre(i)
                    let row = matrix.row(i)
                    for j in 0..<d { row[j] = Float(centred[j] * scale) }
                    squares[i] *= scale * scale
                    products[i] *= scale * scale
                }
                rawTrace *= scale * scale
                let factor = Double(d + 4) * 0x1p-52 * (layer.rowNorms.max() ?? 0) * scale * scale
                margins = layer.rowNorms.map { $0 * factor }
            }
        }
        self.matrix = matrix
        scale = chosen
        squaredNorms = squares
        meanProducts = products
        similarityMargins = margins
        // Rounding leaves about (2⁻⁵³)² of the trace behind when all rows are the same.
        isConstant = squares.reduce(0, +) <= 1e-28 * rawTrace
    }

    private static func powerOfTwo(_ exponent: Int) -> Double {
        Double(sign: .plus, exponent: min(max(exponent, -500), 500), significand: 1)
    }
}
