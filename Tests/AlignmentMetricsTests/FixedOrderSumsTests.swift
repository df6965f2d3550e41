import SweepTestSupport
import Testing

@testable import AlignmentMetrics

struct FixedOrderSumsTests {
    /// The documented order, one operation at a time.
    private func plain(_ a: [Double], _ b: [Double]) -> Double {
        var sums = [Double](repeating: 0, count: 8)
        for i in a.indices {
            let product = a[i] * b[i]
            sums[i % 8] = sums[i % 8] + product
        }
        let four = (0..<4).map { sums[$0] + sums[$0 + 4] }
        return (four[0] + four[2]) + (four[1] + four[3])
    }

    @Test(arguments: [0, 1, 7, 8, 9, 15, 16, 63, 64, 65, 1000])
    func dotHasTheBitsOfItsDocumentedOrder(_ count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let a = (0..<count).map { _ in generator.normal() }
        let b = (0..<count).map { _ in generator.normal() * 1e5 }
        let dot = FixedOrderSums.dot(a, b, count: count)
        #expect(dot.bitPattern == plain(a, b).bitPattern)
        #expect(dot.bitPattern == FixedOrderSums.dot(b, a, count: count).bitPattern)
        #expect(abs(dot - zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-7)
    }

    /// A fused multiply-add would give 2⁻⁶⁰.
    @Test(arguments: [2, 16])
    func productsAreRoundedBeforeTheyAreAdded(_ count: Int) {
        let (x, square) = (1 + 0x1p-30, 1 + 0x1p-29)
        var (a, b) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        (a[0], b[0]) = (-square, 1)
        (a[count / 2], b[count / 2]) = (x, x)
        #expect(FixedOrderSums.dot(a, b, count: count) == 0)
    }
}
