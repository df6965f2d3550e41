import LinearAlgebra
import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

/// What products of integers lose is within the bounds, and comes near to them.
struct SimilarityBoundsTests {
    private func product(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for (x, y) in zip(a, b) { sum += x * y }
        return sum
    }

    /// The largest share of its bound that the error of a pair takes, over all ordered pairs of `rows`.
    private func largestShare(_ rows: [[Double]], isSpread: Bool = false) -> Double {
        let layer = PreparedLayer(Precision.float64.stored(rows), threshold: .infinity, normalization: .none)
        let norms = CentredNorms(layer, threads: 1)
        let integers = IntegerRows(layer, scale: norms.scale, isSpread: isSpread, threads: 2)
        let bounds = SimilarityBounds(ofIntegers: norms, width: layer.width)
        integers.note(in: bounds)
        let n = rows.count
        let values = Matrix<Float>(rows: n + 16, columns: n + 16, repeating: .nan)
        guard let start = values.elements.baseAddress else { return .nan }
        integers.multiply(0..<n, with: integers, 0..<n, into: start, stride: values.columns)
        let area = norms.scale * norms.scale
        var largest = 0.0
        for i in 0..<n {
            // Up to this constant of row i.
            let mean = product(rows[i], layer.means)
            for j in 0..<n {
                let score = values[i, j] + bounds.offset(j)
                let share = abs(Double(score) - area * (product(rows[i], rows[j]) - mean)) / Double(bounds.margin(i, j))
                if !(share <= largest) { largest = share }
            }
        }
        return largest
    }

    private func negative(_ row: [Double]) -> [Double] { row.map { -$0 } }

    /// Rows and their negatives, so that there is nothing to centre. In units of the last value, which is 127, most values of one are
    /// integers and those of the other as far from them as they can be: each row's rest is nearly parallel to every row's integers.
    @Test(arguments: [1000, 3001])
    func boundsAreMetAndNotExceeded(_ width: Int) {
        func row(_ value: Double) -> [Double] { [Double](repeating: value, count: width) + [127] }
        let rows = [row(50.49), row(50), row(90.49), row(90), row(20.49)]
        let share = largestShare(rows + rows.map(negative))
        #expect(share > 0.97 && share <= 1)
    }

    @Test(arguments: [false, true], [1, 2, 15, 64, 100, 777])
    func boundsHoldForOrdinaryAndOddRows(_ isSpread: Bool, _ width: Int) {
        for seed in 0..<4 as Range<UInt64> {
            for kind in LayerKind.allCases {
                #expect(largestShare(kind.rows(37, width, seed: seed), isSpread: isSpread) <= 1, "\(kind)")
            }
            var rows = normals(37, width, seed: seed)
            for i in rows.indices {
                let unit = Double(sign: .plus, exponent: -5 * i, significand: 1)
                rows[i] = rows[i].map { $0 * unit }
            }
            #expect(largestShare(rows, isSpread: isSpread) <= 1)
            for i in rows.indices { rows[i][width / 2] = 1000 }
            #expect(largestShare(rows, isSpread: isSpread) <= 1)
        }
    }

    /// Bounds of a single value's rounding: nothing is lost but to float32.
    @Test func rowsOfIntegersLoseNearlyNothing() {
        let rows = (0..<20).map { (i: Int) -> [Double] in
            [127] + (0..<63).map { (j: Int) -> Double in Double((j * 7 + i * 13) % 255) - 127 }
        }
        let layer = PreparedLayer(
            Precision.float64.stored(rows + rows.map(negative)), threshold: .infinity, normalization: .none)
        let norms = CentredNorms(layer, threads: 1)
        let integers = IntegerRows(layer, scale: norms.scale, isSpread: false, threads: 1)
        let bounds = SimilarityBounds(ofIntegers: norms, width: layer.width)
        integers.note(in: bounds)
        for i in 0..<40 { #expect(bounds.margin(i, 3) < 1e-6) }
    }
}
