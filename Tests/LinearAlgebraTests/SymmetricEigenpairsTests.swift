import LinearAlgebra
import Testing

struct SymmetricEigenpairsTests {
    /// Points that are all equally far apart: one eigenvalue n - 1 times, which bisection can lose count of.
    @Test(arguments: [4, 5, 16, 40, 64, 78], [1, 2, 3, 16]) func equalEigenvaluesAreAllFound(_ n: Int, _ count: Int)
        throws
    {
        func centred(_ i: Int, _ j: Int) -> Double { (i == j ? 0.5 : 0) - 0.5 / Double(n) }
        let matrix = Matrix<Double>(rows: n, columns: n, repeating: 0)
        for i in 0..<n { for j in 0..<n { matrix[i, j] = centred(i, j) } }
        let pairs = try SymmetricEigenpairs(ofOverwriting: matrix, count: count)
        let wanted = min(count, n)
        #expect(pairs.values.count == wanted && pairs.vectors.rows == wanted && pairs.vectors.columns == n)
        for a in 0..<wanted {
            // All but the last of n are one half.
            #expect(abs(pairs.values[a] - (a < n - 1 ? 0.5 : 0)) < 1e-13)
            for b in 0..<wanted {
                let product = zip(pairs.vectors.row(a), pairs.vectors.row(b)).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(product - (a == b ? 1 : 0)) < 1e-12)
            }
            for i in 0..<n {
                let image = (0..<n).reduce(0) { $0 + centred(i, $1) * pairs.vectors[a, $1] }
                #expect(abs(image - pairs.values[a] * pairs.vectors[a, i]) < 1e-12)
            }
        }
        pairs.vectors.keepAlive()
    }

    @Test func pairsDescend() throws {
        let matrix = Matrix<Double>(rows: 3, columns: 3, repeating: 0)
        for (i, value) in [2.0, -1, 7].enumerated() { matrix[i, i] = value }
        let pairs = try SymmetricEigenpairs(ofOverwriting: matrix, count: 2)
        #expect(pairs.values == [7, 2])
        #expect(
            pairs.vectors.row(0).map(\.magnitude) == [0, 0, 1] && pairs.vectors.row(1).map(\.magnitude) == [1, 0, 0])
    }
}
