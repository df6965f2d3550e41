internal import CKernels
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

    /// Rows that a thread takes at a time.
    private static let runLength = 64

    /// Centres `layer`, on `threads` threads.
    package init(_ layer: PreparedLayer, threads: Int = 1) {
        let (n, d) = (layer.sampleCount, layer.width)
        let matrix = Matrix<Float>(unwrittenRows: n, columns: d)
        // A row for each thread, for layers that do not keep theirs.
        let scratch = Matrix<Double>(rows: threads, columns: d, repeating: 0)
        let results = Matrix<Double>(rows: n, columns: 2, repeating: 0)
        var scale = 1.0
        layer.means.withUnsafeBufferPointer { means in
            guard let means = means.baseAddress else { return }
            ThreadTeam.forEachRun(n, of: Self.runLength, threads: threads) { worker, run in
                guard let prepared = scratch.row(worker).baseAddress else { return }
                for i in run {
                    ck_centred_products(layer.row(i, scratch: prepared), means, d, results.row(i).baseAddress)
                }
            }
            var largest = 0.0
            for i in 0..<n { largest = max(largest, results[i, 0]) }
            if largest > 0 { scale = Self.powerOfTwo(-Int(largest.squareRoot().exponent)) }
            let chosen = scale
            ThreadTeam.forEachRun(n, of: Self.runLength, threads: threads) { worker, run in
                guard let prepared = scratch.row(worker).baseAddress else { return }
                for i in run {
                    ck_centre(layer.row(i, scratch: prepared), means, chosen, d, matrix.row(i).baseAddress)
                }
            }
        }
        let area = scale * scale
        let squares = (0..<n).map { results[$0, 0] * area }
        var rawTrace = 0.0
        for norm in layer.rowNorms { rawTrace += norm * norm }
        rawTrace *= area
        let factor = Double(d + 4) * 0x1p-52 * (layer.rowNorms.max() ?? 0) * area
        self.matrix = matrix
        self.scale = scale
        squaredNorms = squares
        meanProducts = (0..<n).map { results[$0, 1] * area }
        similarityMargins = layer.rowNorms.map { $0 * factor }
        // Rounding leaves about (2⁻⁵³)² of the trace behind when all rows are the same.
        isConstant = squares.reduce(0, +) <= 1e-28 * rawTrace
    }

    private static func powerOfTwo(_ exponent: Int) -> Double {
        Double(sign: .plus, exponent: min(max(exponent, -500), 500), significand: 1)
    }
}
