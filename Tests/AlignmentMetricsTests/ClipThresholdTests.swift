import LinearAlgebra
import SweepModel
import Testing

@testable import AlignmentMetrics

struct ClipThresholdTests {
    private struct Unreadable: Error {}

    private func threshold(_ layers: [StoredMatrix], quantile: Double, bits: Int) -> (value: Double, reads: Int) {
        let count = layers.reduce(0) { $0 + $1.rows * $1.columns }
        var search = ClipThreshold(quantile: quantile, valueCount: count, bits: bits)
        for layer in layers { search.countFirst(layer) }
        var reads = 0
        let value = search.finish { look in
            for layer in layers {
                reads += 1
                look(layer)
            }
        }
        return (value, reads)
    }

    @Test(arguments: [0.01, 0.5, 0.9, 0.95, 0.999, 1])
    func thresholdIsTheSortedElement(_ quantile: Double) {
        let widths = [3, 17, 40]
        for (precision, reads) in zip(Precision.allCases, [0, 3, 9]) {
            let layers = widths.map { precision.stored(normals(21, $0, seed: UInt64($0))) }
            let values = layers.flatMap { $0.plainRows.flatMap { $0 } }
            let bits = [Precision.float16: 16, .float32: 32, .float64: 64][precision] ?? 0
            let found = threshold(layers, quantile: quantile, bits: bits)
            #expect(found.value == PlainMetrics.threshold(values, quantile: quantile))
            #expect(found.reads == reads)
        }
    }

    @Test(arguments: [0.3, 0.95, 1])
    func layersOfDifferentPrecisionShareOneThreshold(_ quantile: Double) {
        let layers = zip(Precision.allCases, [4, 9, 5]).map { $0.stored(normals(13, $1, seed: UInt64($1))) }
        let values = layers.flatMap { $0.plainRows.flatMap { $0 } }
        #expect(
            threshold(layers, quantile: quantile, bits: 64).value == PlainMetrics.threshold(values, quantile: quantile))
    }

    @Test func quantileOneClipsNothing() {
        let layer = Precision.float32.stored(normals(20, 5, seed: 1))
        let largest = threshold([layer], quantile: 1, bits: 32).value
        #expect(PreparedLayer(layer, threshold: largest, normalization: .l2).clippedShare == 0)
    }

    @Test func floorOfQuantileTimesCountIsCountedFromZero() {
        let layer = Precision.float64.stored((1...20).map { [Double($0)] })
        #expect(threshold([layer], quantile: 0.95, bits: 64).value == 20)
        #expect(threshold([layer], quantile: 0.949, bits: 64).value == 19)
        #expect(threshold([layer], quantile: 0.01, bits: 64).value == 1)
    }

    @Test func aLayerThatCannotBeReadAgainIsAnError() {
        let layer = Precision.float32.stored(normals(4, 4, seed: 1))
        #expect(throws: Unreadable.self) {
            var search = ClipThreshold(quantile: 0.9, valueCount: 16, bits: 32)
            search.countFirst(layer)
            _ = try search.finish { _ in throw Unreadable() }
        }
    }
}
