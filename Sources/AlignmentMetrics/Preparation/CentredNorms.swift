internal import CKernels
internal import LinearAlgebra

/// What is known of a layer's centred rows beside the rows themselves.
package struct CentredNorms {
    /// A power of two s, so that the largest centred row has a norm near 1 once it is multiplied by it.
    package let scale: Double
    /// s²‖x_c,i‖², computed in float64: the diagonal of K_c (n).
    package let squaredNorms: [Double]
    /// s²·b = s²·X_c m, m the column means (n): row i of X Xᵀ is ranked by K_c,ij + b_j
    /// (Schemas/metrics.md, *Exact by refinement*).
    package let meanProducts: [Double]
    /// Twice the bound on the rounding of a float64 similarity of row j, s²(d + 4)·2⁻⁵³‖x̂_j‖ max ‖x̂‖ (n).
    let similarityMargins: [Double]
    /// Whether all rows are the same up to rounding: no value differs from its column's mean by more than rounding may leave of it.
    package let isConstant: Bool

    /// What rounding may do to a column's mean.
    private static let meanRounding = 0x1p-51

    /// Room for what `measure` writes: for each sample ‖x_c,i‖², x_c,i·m, and the part of the former that is more than rounding (n x 3).
    static func room(sampleCount: Int) -> Matrix<Double> { Matrix(rows: sampleCount, columns: 3, repeating: 0) }

    /// Measures the rows of a whole layer, on `threads`.
    init(_ layer: PreparedLayer, threads: ThreadTeam) {
        let products = Self.room(sampleCount: layer.sampleCount)
        Self.measure(layer, into: products, threads: threads)
        self.init(products, of: layer.frame)
    }

    /// - Parameter products: as `measure` writes them.
    init(_ products: Matrix<Double>, of frame: LayerFrame) {
        let n = frame.sampleCount
        var largest = 0.0
        for i in 0..<n { largest = max(largest, products[i, 0]) }
        let scale = largest > 0 ? Self.powerOfTwo(-Int(largest.squareRoot().exponent)) : 1
        let area = scale * scale
        let squares = (0..<n).map { products[$0, 0] * area }
        let factor = Double(frame.width + 4) * 0x1p-52 * (frame.rowNorms.max() ?? 0) * area
        self.scale = scale
        squaredNorms = squares
        meanProducts = (0..<n).map { products[$0, 1] * area }
        similarityMargins = frame.rowNorms.map { $0 * factor }
        isConstant = (0..<n).allSatisfy { products[$0, 2] == 0 }
    }

    /// What products of two rows are multiplied by, from the stored unit on: s² but for an extreme one.
    func productScale(of frame: LayerFrame) -> Double { scale * scale * frame.units.productScale }

    /// Writes the products of the rows of `layer`, all or a run, to their places in `products`, on `threads`.
    static func measure(_ layer: PreparedLayer, into products: Matrix<Double>, threads: ThreadTeam) {
        let first = layer.samples.lowerBound
        CentredFeatures.forEachRow(of: layer, threads: threads) { i, row, means in
            ck_centred_products(
                row, means, layer.frame.rounding + meanRounding, layer.width, products.row(first + i).baseAddress)
        }
    }

    private static func powerOfTwo(_ exponent: Int) -> Double {
        Double(sign: .plus, exponent: min(max(exponent, -500), 500), significand: 1)
    }
}
