import LinearAlgebra
import SweepModel
import Testing

@testable import AlignmentMetrics

struct CentredFeaturesTests {
    @Test(arguments: [1e-40, 1e-8, 1, 1e12])
    func largestRowHasANormBetweenOneAndTwo(_ scale: Double) {
        let rows = normals(50, 7, seed: 1).map { $0.map { ($0 + 3) * scale } }
        let features = CentredFeatures(
            PreparedLayer(Precision.float64.stored(rows), threshold: .infinity, normalization: .none))
        let largest = features.squaredNorms.reduce(0, max).squareRoot()
        #expect(largest >= 1 && largest < 2)
        #expect(!features.isConstant)
        for j in 0..<7 { #expect(abs((0..<50).reduce(0) { $0 + features.matrix[$1, j] }) < 1e-5) }
    }

    /// x_i·x_j = K_c,ij + b_i + b_j + |m|², all in one scale.
    @Test func productsAndOffsetsGiveBackTheSimilarities() {
        let rows = normals(20, 6, seed: 2).map { $0.map { $0 + 1 } }
        let layer = PreparedLayer(Precision.float64.stored(rows), threshold: .infinity, normalization: .none)
        let features = CentredFeatures(layer)
        let centred = zip(rows[0], layer.means).map { $0 - $1 }
        let scale = features.squaredNorms[0] / PlainMetrics.similarity(centred, centred)
        let mean = PlainMetrics.similarity(layer.means, layer.means)
        for i in 0..<20 {
            for j in 0..<20 {
                let k = (0..<6).reduce(0.0) { $0 + Double(features.matrix[i, $1]) * Double(features.matrix[j, $1]) }
                let similarity = (k + features.norms.meanProducts[i] + features.norms.meanProducts[j]) / scale + mean
                #expect(abs(similarity - PlainMetrics.similarity(rows[i], rows[j])) < 1e-5)
            }
        }
    }
}
