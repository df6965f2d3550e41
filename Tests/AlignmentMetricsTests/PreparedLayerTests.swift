import LinearAlgebra
import SweepModel
import Testing

@testable import AlignmentMetrics

struct PreparedLayerTests {
    private func prepare(
        _ rows: [[Double]], threshold: Double = .infinity, _ normalization: SweepSpec.Normalization
    ) -> (layer: PreparedLayer, rows: [[Double]]) {
        let layer = PreparedLayer(Precision.float64.stored(rows), threshold: threshold, normalization: normalization)
        var scratch = [Double](repeating: 0, count: layer.width)
        let prepared = scratch.withUnsafeMutableBufferPointer { scratch in
            (0..<layer.sampleCount).map { i in
                scratch.baseAddress.map {
                    Array(UnsafeBufferPointer(start: layer.row(i, scratch: $0), count: layer.width))
                } ?? []
            }
        }
        return (layer, prepared)
    }

    @Test func valuesAreClampedToBothSides() {
        let (layer, rows) = prepare([[3, -4, 0.5], [-2, 2, 2.5]], threshold: 2, .none)
        #expect(rows == [[2, -2, 0.5], [-2, 2, 2]])
        #expect(layer.clippedShare == 3.0 / 6)
        #expect(layer.means == [0, 0, 1.25])
        #expect(layer.rowNorms == [8.25, 12].map { $0.squareRoot() })
    }

    @Test func rowsAreNormalisedAfterClipping() {
        let (layer, rows) = prepare([[30, 4], [0, -7]], threshold: 3, .l2)
        let diagonal = 3 / Double(18).squareRoot()
        #expect(rows == [[diagonal, diagonal], [0, -1]])
        #expect(layer.rowNorms == [1, 1])
    }

    @Test func zeroRowsStayZero() {
        let (layer, rows) = prepare([[0, 0], [1, 0], [-0.0, 0]], .l2)
        #expect(rows == [[0, 0], [1, 0], [0, 0]])
        #expect(layer.rowNorms == [0, 1, 0])
    }

    @Test func aThresholdOfZeroLeavesZeros() {
        let (layer, rows) = prepare([[5, -1], [0, 2]], threshold: 0, .l2)
        #expect(rows == [[0, 0], [0, 0]])
        #expect(layer.clippedShare == 0.75)
    }
}
