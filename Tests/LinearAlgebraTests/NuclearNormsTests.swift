import SweepTestSupport
import Testing

@testable import LinearAlgebra

/// Nuclear norms side by side beside whole decompositions.
struct NuclearNormsTests {
    private static let count = NuclearNorms.count

    /// `rows` x `columns` values, the singular values of which fall by `fall` from one column to the next.
    private func matrix(_ rows: Int, _ columns: Int, fall: Double, seed: UInt64) -> Matrix<Double> {
        var generator = SeededGenerator(seed: seed)
        let result = Matrix<Double>(rows: rows, columns: columns, repeating: 0)
        for i in 0..<rows {
            var scale = 1.0
            for j in 0..<columns {
                result[i, j] = Double(Float(generator.normal() * scale))
                scale *= fall
            }
        }
        return result
    }

    /// The norms of `matrices` as they are found together, in corners of `size` x `size`.
    private func norms(_ matrices: [Matrix<Double>], size: Int) throws -> [Double] {
        let values = Matrix<Double>(rows: size * size, columns: Self.count, repeating: 0)
        let sums = Matrix<Double>(rows: 1, columns: Self.count, repeating: -1)
        for (m, matrix) in matrices.enumerated() {
            for i in 0..<matrix.rows {
                for j in 0..<matrix.columns { values[j * size + i, m] = matrix[i, j] }
            }
        }
        NuclearNorms.ofOverwriting(
            try #require(values.elements.baseAddress), size: size, to: try #require(sums.elements.baseAddress))
        values.keepAlive()
        return Array(sums.elements)
    }

    @Test(arguments: [1, 2, 3, 5, 10, 16, 33], [1, 0.3, 1e-3])
    func theyAreSumsOfSingularValues(_ size: Int, _ fall: Double) throws {
        // Of all shapes that fit, and one that is zero.
        let shapes = (0..<Self.count).map { (max(1, size - $0 % 3), max(1, size - $0 % 4)) }
        var matrices = shapes.enumerated().map { matrix($1.0, $1.1, fall: fall, seed: UInt64($0)) }
        matrices[3] = Matrix(rows: size, columns: size, repeating: 0)
        for (found, matrix) in zip(try norms(matrices, size: size), matrices) {
            let expected = try SingularValueDecomposition(of: matrix).values.reduce(0, +)
            #expect(abs(found - expected) <= 1e-13 * expected)
        }
    }

    /// Equal columns, columns that are orthogonal already, and entries near the ends of the range of float32.
    @Test func unusualMatricesAreNoExceptions() throws {
        let size = 4
        let equal = Matrix<Double>(rows: size, columns: size, repeating: 0.5)
        let identity = Matrix<Double>(rows: size, columns: size, repeating: 0)
        let (tiny, mixed) = (
            Matrix<Double>(rows: size, columns: size, repeating: 0x1p-149), matrix(size, size, fall: 1e-30, seed: 5)
        )
        for i in 0..<size { identity[i, i] = -1 }
        let found = try norms([equal, identity, tiny, mixed], size: size)
        let expected = try SingularValueDecomposition(of: mixed).values.reduce(0, +)
        #expect(abs(found[0] - 2) < 1e-14 && found[1] == 4 && abs(found[2] / 0x1p-147 - 1) < 1e-14)
        #expect(abs(found[3] - expected) <= 1e-13 * expected)
    }

    /// What a norm is depends neither on the others nor on where its matrix stands.
    @Test func matricesDoNotFeelOneAnother() throws {
        let matrices = (0..<Self.count).map { matrix(10, 10 - $0 % 2, fall: 0.5, seed: UInt64($0 + 20)) }
        let together = try norms(matrices, size: 10)
        let turned = try norms(matrices.reversed(), size: 10)
        for m in matrices.indices {
            let alone = try norms([matrices[m]], size: 10)[0]
            #expect(alone.bitPattern == together[m].bitPattern)
            #expect(alone.bitPattern == turned[matrices.count - 1 - m].bitPattern)
        }
    }
}
