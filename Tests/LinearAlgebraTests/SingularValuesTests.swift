import Testing

@testable import LinearAlgebra

struct SingularValuesTests {
    private func sample(_ m: Int, _ n: Int) -> Matrix<Double> {
        let matrix = Matrix<Double>(rows: m, columns: n, repeating: 0)
        for index in matrix.elements.indices {
            matrix.elements[index] = Double((index * 7919 + 13) % 101) / 50 - 1 + Double(index % 7)
        }
        return matrix
    }

    private func expectOrthonormal(_ count: Int, _ length: Int, _ element: (_ vector: Int, _ entry: Int) -> Double) {
        for a in 0..<count {
            for b in 0..<count {
                let dot = (0..<length).reduce(0) { $0 + element(a, $1) * element(b, $1) }
                #expect(abs(dot - (a == b ? 1 : 0)) < 1e-12)
            }
        }
    }

    @Test(arguments: [(1, 1), (1, 6), (6, 1), (5, 5), (9, 4), (4, 9), (31, 17)])
    func factorsGiveBackTheMatrix(_ m: Int, _ n: Int) throws {
        let matrix = sample(m, n)
        let before = Array(matrix.elements)
        let svd = try SingularValueDecomposition(of: matrix)
        let r = min(m, n)
        #expect(Array(matrix.elements) == before)
        #expect(svd.values.count == r && svd.values.allSatisfy { $0 >= 0 } && svd.values == svd.values.sorted(by: >))
        #expect(svd.left.rows == m && svd.left.columns == r)
        #expect(svd.rightTransposed.rows == r && svd.rightTransposed.columns == n)
        for i in 0..<m {
            for j in 0..<n {
                let value = (0..<r).reduce(0) { $0 + svd.left[i, $1] * svd.values[$1] * svd.rightTransposed[$1, j] }
                #expect(abs(value - matrix[i, j]) < 1e-11)
            }
        }
        expectOrthonormal(r, m) { svd.left[$1, $0] }
        expectOrthonormal(r, n) { svd.rightTransposed[$0, $1] }
    }

    @Test func singularValuesOfADiagonalMatrixAreSorted() throws {
        let matrix = Matrix<Double>(rows: 3, columns: 3, repeating: 0)
        (matrix[0, 0], matrix[1, 1], matrix[2, 2]) = (2, -5, 0)
        let values = try SingularValueDecomposition(of: matrix).values
        for (value, expected) in zip(values, [5.0, 2, 0]) { #expect(abs(value - expected) < 1e-14) }
    }

    @Test(arguments: [0, 5, 11])
    func aNaNIsAnErrorThatNamesTheArgument(_ position: Int) throws {
        let matrix = sample(4, 3)
        matrix.elements[position] = .nan
        let error = try #require(throws: LinearAlgebraError.self) { _ = try SingularValueDecomposition(of: matrix) }
        #expect(error.operation == "dgesdd")
        #expect(error.code < 0)
        #expect(error.description == "dgesdd: argument \(-error.code) is illegal or holds a NaN")
    }

    @Test func aPositiveCodeMeansNoConvergence() {
        #expect(LinearAlgebraError(operation: "dgesdd", code: 2).description == "dgesdd did not converge (info = 2)")
    }
}
