import Testing

@testable import LinearAlgebra

struct StoredMatrixTests {
    private func filled<Element>(_ values: [Element], columns: Int) -> Matrix<Element> {
        let matrix = Matrix(rows: values.count / columns, columns: columns, repeating: values[0])
        for (index, value) in values.enumerated() { matrix.elements[index] = value }
        return matrix
    }

    private func widened(_ matrix: StoredMatrix, _ row: Int) -> [Double] {
        var result = [Double](repeating: 0, count: matrix.columns)
        matrix.widenRow(row, into: &result)
        return result
    }

    @Test func everyFiniteHalfIsWidenedExactly() {
        for bits in UInt16.min...UInt16.max {
            let half = Float16(bitPattern: bits)
            guard half.isFinite else { continue }
            #expect(halfToFloat(bits).bitPattern == Float(half).bitPattern)
        }
    }

    @Test func rowsAreWidenedWithoutLoss() {
        let halves: [Float16] = [0.1, -65_504, 5.9604645e-8, -0.0, 1, 2]
        let half = StoredMatrix.float16(filled(halves.map(\.bitPattern), columns: 3))
        #expect(widened(half, 0) == halves[..<3].map { Double($0) })
        #expect(widened(half, 1) == [-0.0, 1, 2])
        #expect(widened(half, 1)[0].sign == .minus)
        let singles: [Float] = [0.1, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -3]
        let single = StoredMatrix.float32(filled(singles, columns: 2))
        #expect(widened(single, 0) == singles[..<2].map { Double($0) })
        #expect(widened(single, 1) == singles[2...].map { Double($0) })
        let doubles = [0.1, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, 1 + .ulpOfOne]
        let double = StoredMatrix.float64(filled(doubles, columns: 4))
        #expect(widened(double, 0) == doubles)
    }

    @Test func shapeAndBytesAreThoseOfTheStore() {
        let half = StoredMatrix.float16(Matrix(rows: 5, columns: 3, repeating: 0))
        let single = StoredMatrix.float32(Matrix(rows: 5, columns: 3, repeating: 0))
        let double = StoredMatrix.float64(Matrix(rows: 5, columns: 3, repeating: 0))
        for (matrix, size) in [(half, 2), (single, 4), (double, 8)] {
            #expect(matrix.rows == 5 && matrix.columns == 3)
            #expect(matrix.byteCount == 15 * size)
            #expect(matrix.rawRows(1..<3).count == 6 * size)
            #expect(matrix.rawRows(2..<2).isEmpty)
        }
    }

    @Test func rawRowsAreViewsOfTheStoredBytes() {
        let half = filled([0x3C00, 0xBC00, 0x0001, 0x7BFF] as [UInt16], columns: 2)
        let stored = StoredMatrix.float16(half)
        #expect(Array(stored.rawRows(1..<2)) == [0x01, 0x00, 0xFF, 0x7B])
        stored.rawRows(1..<2)[1] = 0x3C
        #expect(half[1, 0] == 0x3C01)
        let double = filled([1, -2, 0.5] as [Double], columns: 1)
        let bytes = StoredMatrix.float64(double).rawRows(1..<3)
        #expect(bytes.loadUnaligned(fromByteOffset: 0, as: Double.self) == -2)
        #expect(bytes.loadUnaligned(fromByteOffset: 8, as: Double.self) == 0.5)
        double.keepAlive()
        half.keepAlive()
    }
}
