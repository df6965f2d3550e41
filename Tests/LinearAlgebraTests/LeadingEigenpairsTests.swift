import SweepTestSupport
import Testing

@testable import LinearAlgebra

struct LeadingEigenpairsTests {
    /// Q·diag(λ)·Qᵀ with a random orthonormal Q.
    private func matrix(_ eigenvalues: [Double], seed: UInt64) throws -> Matrix<Double> {
        let m = eigenvalues.count
        var generator = SeededGenerator(seed: seed)
        let source = Matrix<Double>(rows: m, columns: m, repeating: 0)
        for index in 0..<(m * m) { source.elements[index] = generator.normal() }
        let q = try SingularValueDecomposition(of: source).left
        let scaled = Matrix<Double>(rows: m, columns: m, repeating: 0)
        let result = Matrix<Double>(rows: m, columns: m, repeating: 0)
        for i in 0..<m { for j in 0..<m { scaled[i, j] = q[i, j] * eigenvalues[j] } }
        let (a, b) = (try #require(scaled.elements.baseAddress), try #require(q.elements.baseAddress))
        Products.transposed(a, b, rows: m, columns: m, depth: m, into: try #require(result.elements.baseAddress))
        scaled.keepAlive()
        q.keepAlive()
        return result
    }

    private func copy(_ matrix: Matrix<Double>) -> Matrix<Double> {
        let result = Matrix<Double>(rows: matrix.rows, columns: matrix.columns, repeating: 0)
        _ = result.elements.update(fromContentsOf: matrix.elements)
        return result
    }

    private func check(_ found: LeadingEigenpairs, _ matrix: Matrix<Double>, _ eigenvalues: [Double]) {
        let (m, largest) = (matrix.rows, eigenvalues.max() ?? 1)
        let expected = eigenvalues.sorted(by: >)
        for (row, value) in found.values.enumerated() {
            #expect(abs(value - expected[row]) < 1e-10 * largest)
            var residual = 0.0
            for i in 0..<m {
                var image = 0.0
                for j in 0..<m { image += matrix[i, j] * found.vectors[row, j] }
                residual += (image - value * found.vectors[row, i]) * (image - value * found.vectors[row, i])
            }
            #expect(residual.squareRoot() < 1e-9 * largest)
            for other in 0...row {
                let product = (0..<m).reduce(0.0) { $0 + found.vectors[row, $1] * found.vectors[other, $1] }
                #expect(abs(product - (other == row ? 1 : 0)) < 1e-10)
            }
            let values = (0..<m).map { found.vectors[row, $0] }
            let peak = values.max { $0.magnitude < $1.magnitude } ?? 0
            #expect(peak > 0)
        }
    }

    @Test(arguments: [256, 300])
    func aFallingSpectrumConverges(_ m: Int) throws {
        let eigenvalues = (0..<m).map { 1 / Double(($0 + 1) * ($0 + 1)) }
        let matrix = try matrix(eigenvalues, seed: 1)
        let found = try LeadingEigenpairs(ofOverwriting: copy(matrix), count: 10)
        #expect(found.isIterative)
        check(found, matrix, eigenvalues)
    }

    @Test func aSpectrumWithoutGapsFallsBackToTheDenseSolver() throws {
        let eigenvalues = (0..<1100).map { 1 - Double($0) * 1e-6 }
        let diagonal = Matrix<Double>(rows: 1100, columns: 1100, repeating: 0)
        for i in 0..<1100 { diagonal[i, i] = eigenvalues[i] }
        let found = try LeadingEigenpairs(ofOverwriting: diagonal, count: 10)
        #expect(!found.isIterative)
        for row in 0..<10 { #expect(abs(found.values[row] - eigenvalues[row]) < 1e-12) }
    }

    @Test func repeatedEigenvaluesHaveOrthonormalVectors() throws {
        let eigenvalues =
            Array(repeating: 3.0, count: 4) + Array(repeating: 1.0, count: 3)
            + (0..<293).map { 0.5 / Double($0 + 1) }
        let matrix = try matrix(eigenvalues, seed: 2)
        check(try LeadingEigenpairs(ofOverwriting: copy(matrix), count: 9), matrix, eigenvalues)
    }

    /// Of more copies than a block has rows the iteration would see as many, and smaller values in place of the others.
    @Test func moreCopiesThanABlockHasRowsAreAllFound() throws {
        let eigenvalues = Array(repeating: 2.0, count: 20) + (0..<480).map { 1 / Double($0 + 1) }
        let matrix = try matrix(eigenvalues, seed: 7)
        check(try LeadingEigenpairs(ofOverwriting: copy(matrix), count: 21), matrix, eigenvalues)
    }

    @Test(arguments: [60, 300]) func errorsBoundTheDistanceToTheTruth(_ m: Int) throws {
        let eigenvalues = (0..<m).map { 1 / Double(($0 + 1) * ($0 + 1)) }
        let found = try LeadingEigenpairs(ofOverwriting: matrix(eigenvalues, seed: 6), count: 8)
        #expect(found.isIterative == (m == 300))
        for (row, value) in found.values.enumerated() {
            // The matrix itself was made with rounding of that size.
            #expect(abs(value - eigenvalues[row]) <= found.errors[row] + 1e-13 && found.errors[row] < 1e-9)
        }
    }

    @Test func aMatrixOfLowRankHasZerosAfterIt() throws {
        let eigenvalues = [5.0, 2, 1] + Array(repeating: 0, count: 297)
        let matrix = try matrix(eigenvalues, seed: 3)
        check(try LeadingEigenpairs(ofOverwriting: copy(matrix), count: 8), matrix, eigenvalues)
    }

    @Test(arguments: [1, 2, 5, 40])
    func smallMatricesAreSolvedDensely(_ m: Int) throws {
        let eigenvalues = (0..<m).map { Double(m - $0) }
        let matrix = try matrix(eigenvalues, seed: 4)
        let found = try LeadingEigenpairs(ofOverwriting: copy(matrix), count: 100)
        #expect(!found.isIterative && found.values.count == m)
        check(found, matrix, eigenvalues)
    }

    @Test func onlyTheUpperTriangleIsRead() throws {
        let eigenvalues = (0..<260).map { 1 / Double($0 + 1) }
        let matrix = try matrix(eigenvalues, seed: 5)
        let upper = copy(matrix)
        for i in 0..<260 { for j in 0..<i { upper[i, j] = .nan } }
        check(try LeadingEigenpairs(ofOverwriting: upper, count: 6), matrix, eigenvalues)
    }
}
