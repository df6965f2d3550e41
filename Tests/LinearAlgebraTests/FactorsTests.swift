import SweepTestSupport
import Testing

@testable import LinearAlgebra

struct FactorsTests {
    private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Double> {
        var generator = SeededGenerator(seed: seed)
        let result = Matrix<Double>(rows: rows, columns: columns, repeating: 0)
        for index in 0..<(rows * columns) { result.elements[index] = generator.normal() }
        return result
    }

    private func gram(_ a: Matrix<Double>, _ i: Int, _ j: Int) -> Double {
        (0..<a.columns).reduce(0.0) { $0 + a[i, $1] * a[j, $1] }
    }

    @Test(arguments: [(1, 1), (3, 3), (4, 9), (20, 33)])
    func theLowerFactorHasTheSameGramMatrix(_ rows: Int, _ columns: Int) throws {
        let x = random(rows, columns, seed: 1)
        let expected = (0..<rows).map { i in (0..<rows).map { gram(x, i, $0) } }
        let factor = try LowerFactor.ofOverwriting(x)
        #expect(factor.rows == rows && factor.columns == rows)
        for i in 0..<rows {
            for j in 0..<rows {
                #expect(abs(gram(factor, i, j) - expected[i][j]) < 1e-10)
                if j > i { #expect(factor[i, j] == 0) }
            }
        }
    }

    @Test(arguments: [(1, 1), (2, 7), (7, 2), (10, 10), (30, 12)])
    func theNuclearNormIsTheSumOfSingularValues(_ rows: Int, _ columns: Int) throws {
        var norms = NuclearNorm()
        // Work space grows and is used again.
        for seed in [UInt64(1), 2] {
            let matrix = random(rows, columns, seed: seed)
            let expected = try SingularValueDecomposition(of: matrix).values.reduce(0, +)
            let values = try #require(matrix.elements.baseAddress)
            let found = try norms.ofOverwriting(values, rows: rows, columns: columns)
            #expect(abs(found - expected) < 1e-10)
            matrix.keepAlive()
        }
        let empty = random(1, 1, seed: 3)
        let nothing = try norms.ofOverwriting(try #require(empty.elements.baseAddress), rows: 0, columns: 4)
        empty.keepAlive()
        #expect(nothing == 0)
    }

    @Test func float64ProductsAreProducts() throws {
        let (a, b) = (random(3, 5, seed: 1), random(4, 5, seed: 2))
        let (result, columns) = (random(3, 4, seed: 9), random(5, 5, seed: 9))
        defer { for matrix in [a, b, result, columns] { matrix.keepAlive() } }
        let (x, y) = (try #require(a.elements.baseAddress), try #require(b.elements.baseAddress))
        Products.transposed(x, y, rows: 3, columns: 4, depth: 5, into: try #require(result.elements.baseAddress))
        for i in 0..<3 {
            for j in 0..<4 {
                let expected = (0..<5).reduce(0.0) { $0 + a[i, $1] * b[j, $1] }
                #expect(abs(result[i, j] - expected) < 1e-12)
            }
        }
        Products.symmetricOfColumns(x, depth: 3, columns: 5, into: try #require(columns.elements.baseAddress))
        for i in 0..<5 {
            for j in i..<5 {
                let expected = (0..<3).reduce(0.0) { $0 + a[$1, i] * a[$1, j] }
                #expect(abs(columns[i, j] - expected) < 1e-12)
            }
        }
    }
}
