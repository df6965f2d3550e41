import Testing

@testable import LinearAlgebra

struct ProductsTests {
    private func sample(_ rows: Int, _ columns: Int, salt: Int) -> Matrix<Float> {
        let matrix = Matrix<Float>(rows: rows, columns: columns, repeating: 0)
        // Small integers: every product and sum is exact, so any order of summation gives the same number.
        for index in matrix.elements.indices { matrix.elements[index] = Float((index * 37 + salt * 11) % 17 - 8) }
        return matrix
    }

    private func dot(_ a: Matrix<Float>, _ i: Int, _ b: Matrix<Float>, _ j: Int) -> Float {
        (0..<a.columns).reduce(0) { $0 + a[i, $1] * b[j, $1] }
    }

    static let shapes = [
        (1, 1, 1), (1, 5, 3), (5, 1, 1), (3, 7, 2), (17, 13, 31), (64, 64, 64), (65, 33, 129), (2, 2, 1000),
    ]

    @Test(arguments: shapes)
    func transposedIsTheNaiveProduct(_ m: Int, _ n: Int, _ depth: Int) throws {
        let (a, b) = (sample(m, depth, salt: 1), sample(n, depth, salt: 2))
        let stride = n + 3
        let result = Matrix<Float>(rows: m, columns: stride, repeating: -99.5)
        Products.transposed(
            try #require(a.elements.baseAddress), try #require(b.elements.baseAddress), rows: m, columns: n,
            depth: depth,
            into: try #require(result.elements.baseAddress), stride: stride)
        for i in 0..<m {
            for j in 0..<stride { #expect(result[i, j] == (j < n ? dot(a, i, b, j) : -99.5)) }
        }
    }

    @Test(arguments: shapes)
    func symmetricFillsTheUpperTriangleAlone(_ m: Int, _ padding: Int, _ depth: Int) throws {
        let a = sample(m, depth, salt: 3)
        let stride = m + padding
        let result = Matrix<Float>(rows: m, columns: stride, repeating: -99.5)
        Products.symmetric(
            try #require(a.elements.baseAddress), rows: m, depth: depth,
            into: try #require(result.elements.baseAddress), stride: stride)
        for i in 0..<m {
            for j in 0..<stride { #expect(result[i, j] == (i <= j && j < m ? dot(a, i, a, j) : -99.5)) }
        }
    }

    @Test(
        arguments: [
            ("Prescott", .avx512, "SkylakeX"), ("Prescott", .avx2, "Haswell"), ("Prescott", .baseline, nil),
            ("Zen", .avx2, nil), ("Cooperlake", .avx512, nil),
        ] as [(String, InterleavedProducts.Instructions, String?)])
    func onlyAProcessorTakenForAnOldOneGetsAnotherCore(
        chosen: String, instructions: InterleavedProducts.Instructions, asked: String?
    ) {
        #expect(Products.coreToAskFor(chosen: chosen, instructions: instructions) == asked)
    }

    @Test func libraryNamesItsCoreAndVersion() throws {
        let parts = try #require(Products.coreName.wholeMatch(of: #/(\w+) of OpenBLAS (\d+\.\d+\.\d+.*)/#))
        #expect(parts.1 != "unknown" && parts.2 == Products.libraryVersion)
    }
}
