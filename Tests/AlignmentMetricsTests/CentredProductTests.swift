import LinearAlgebra
import SweepModel
import Testing

@testable import AlignmentMetrics

struct CentredProductTests {
    /// Once everything above the diagonal, whoever computes it.
    @Test(arguments: [1, 2, 31, 33, 100, 1023, 1024, 1025, 2060], [1, 3])
    func tilesCoverTheSymmetricProductOnce(_ n: Int, _ threads: Int) {
        let layer = PreparedLayer(
            Precision.float64.stored(normals(n, 3, seed: 1)), threshold: .infinity, normalization: .none)
        let features = CentredFeatures(layer)
        let visits = Matrix<UInt8>(rows: n, columns: n, repeating: 0)
        let errors = Matrix<Float>(rows: n, columns: n, repeating: 0)
        CentredProduct.forEachTile(of: features.rows, threads: ThreadTeam(threads)) { tile in
            for (r, i) in tile.rows.enumerated() {
                let a = features.matrix.row(i)
                for (c, j) in tile.columns.enumerated() where !tile.isOnDiagonal || j >= i {
                    visits[i, j] += 1
                    let b = features.matrix.row(j)
                    let expected = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
                    errors[i, j] = abs(tile.values[r * tile.stride + c] - expected)
                }
            }
        }
        #expect((0..<n).allSatisfy { i in (0..<n).allSatisfy { visits[i, $0] == ($0 >= i ? 1 : 0) } })
        #expect(errors.elements.allSatisfy { $0 < 1e-6 })
    }

    @Test func theBitsAreTheSameForAnyNumberOfThreads() {
        let layer = PreparedLayer(
            Precision.float64.stored(normals(2100, 40, seed: 2)), threshold: .infinity, normalization: .l2)
        let features = CentredFeatures(layer)
        func product(_ threads: Int) -> (values: Matrix<Float>, squares: Double) {
            let result = Matrix<Float>(rows: 2100, columns: 2100, repeating: 0)
            let packing = GramPacking(sampleCount: 2100, packed: nil)
            CentredProduct.forEachTile(of: features.rows, threads: ThreadTeam(threads)) { tile in
                packing.take(tile)
                for (r, i) in tile.rows.enumerated() {
                    for (c, j) in tile.columns.enumerated() where j >= i {
                        result[i, j] = tile.values[r * tile.stride + c]
                    }
                }
            }
            return (result, packing.packedSquareSum)
        }
        let (one, three) = (product(1), product(3))
        #expect(one.squares.bitPattern == three.squares.bitPattern)
        #expect(one.values.elements.elementsEqual(three.values.elements))
    }
}
