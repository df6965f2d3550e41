internal import Foundation
internal import LinearAlgebra

/// The angular Procrustes similarity 1 - (2/π) arccos(min(1, ‖X_cᵀY_c‖_*/(‖X_c‖‖Y_c‖))) (Williams et al. 2021, with the angle scaled to
/// [0, 1]). In float64 throughout: near 1 the arc cosine doubles the digits that are lost.
package struct ProcrustesAlignment: ~Copyable {
    private var norms = NuclearNorm()
    private var scratch: Matrix<Double>?

    package init() {}

    /// The score of two layers.
    package mutating func score(_ x: CentredFeatureRows, _ y: CentredFeatureRows) throws -> Double {
        let (height, width) = (x.matrix.columns, y.matrix.columns)
        if scratch.map({ $0.elements.count < height * width }) ?? true {
            scratch = Matrix(rows: height, columns: width, repeating: 0)
        }
        guard let product = scratch?.elements.baseAddress, let a = x.matrix.elements.baseAddress,
            let b = y.matrix.elements.baseAddress
        else { return .nan }
        Products.leftTransposed(a, b, rows: height, columns: width, depth: x.matrix.rows, into: product)
        let cosine = try norms.ofOverwriting(product, rows: height, columns: width) / (x.norm * y.norm)
        return 1 - 2 / Double.pi * acos(min(1, cosine))
    }
}
