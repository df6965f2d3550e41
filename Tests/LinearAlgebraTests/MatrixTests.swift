import Testing

@testable import LinearAlgebra

struct MatrixTests {
    @Test(arguments: [(1, 1), (3, 5), (7, 64), (0, 4), (4, 0)])
    func elementsAreAlignedAndFilled(_ rows: Int, _ columns: Int) {
        for _ in 0..<20 {
            let matrix = Matrix<Float>(rows: rows, columns: columns, repeating: 2.5)
            #expect(UInt(bitPattern: matrix.elements.baseAddress) % 64 == 0)
            #expect(matrix.elements.count == rows * columns)
            #expect(matrix.elements.allSatisfy { $0 == 2.5 })
        }
    }

    @Test func rowsAreWritableViewsInRowMajorOrder() {
        let matrix = Matrix<Int32>(rows: 3, columns: 4, repeating: 0)
        for i in 0..<3 { for j in 0..<4 { matrix[i, j] = Int32(10 * i + j) } }
        #expect(Array(matrix.elements) == [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23])
        #expect(Array(matrix.row(1)) == [10, 11, 12, 13])
        matrix.row(2)[3] = -1
        #expect(matrix[2, 3] == -1)
        #expect(matrix.elements[11] == -1)
        matrix.keepAlive()
    }

    @Test func keepAliveKeepsPointersGood() {
        weak var observed: Matrix<Double>?
        do {
            let matrix = Matrix<Double>(rows: 100, columns: 100, repeating: 7)
            observed = matrix
            let elements = matrix.elements
            #expect(elements.allSatisfy { $0 == 7 })
            #expect(observed != nil)
            matrix.keepAlive()
        }
        #expect(observed == nil)
    }
}
