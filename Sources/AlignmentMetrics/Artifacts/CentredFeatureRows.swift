package import LinearAlgebra

/// The artifact behind `procrustes`: the centred features in float64, where they are wider than tall only up to a rotation.
package struct CentredFeatureRows {
    /// X_c (n x d) times a power of two, or where d > n its factor L of X_c = LQ (n x n): ‖X_cᵀY_c‖_* is the same.
    package let matrix: Matrix<Double>
    /// ‖X_c‖_F.
    package let norm: Double

    package init(matrix: Matrix<Double>, norm: Double) {
        self.matrix = matrix
        self.norm = norm
    }

    init(_ layer: PreparedLayer) throws {
        let centred = layer.centredRows()
        // In a unit of the layer's own: no score depends on it, to the last bit.
        var largest = 0.0
        for value in centred.elements { largest = max(largest, value.magnitude) }
        let unit = largest > 0 ? Double(sign: .plus, exponent: -Int(largest.exponent), significand: 1) : 1
        for position in centred.elements.indices { centred.elements[position] *= unit }
        let reduced = centred.columns > centred.rows ? try LowerFactor.ofOverwriting(centred) : centred
        var square = 0.0
        for value in reduced.elements { square += value * value }
        matrix = reduced
        norm = square.squareRoot()
    }
}
