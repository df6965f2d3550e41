import LinearAlgebra
import SweepModel
import Testing

@testable import AlignmentMetrics

struct CentredProductTests {
    @Test(arguments: [1, 2, 31, 33, 100, 1023, 1024, 1025, 2060])
    func tilesCoverTheSymmetricProductOnce(_ n: Int) {
        let layer = PreparedLayer(
            Precision.float64.stored(normals(n, 3, seed: 1)), threshold: .infinity, normalization: .none)
        let features = CentredFeatures(layer)
        var visits = [UInt8](repeating: 0, count: n * n)
        var worst: Float = 0
        CentredProduct.forEachTile(of: features) { tile in
            for (r, i) in tile.rows.enumerated() {
                let a = features.matrix.row(i)
                for (c, j) in tile.columns.enumerated() {
                    visits[i * n + j] += 1
                    let b = features.matrix.row(j)
                    let expected = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
                    worst = max(worst, abs(tile.values[r * tile.columns.count + c] - expected))
                }
            }
        }
        #expect(visits.allSatisfy { $0 == 1 })
        #expect(worst < 1e-6)
    }
}
