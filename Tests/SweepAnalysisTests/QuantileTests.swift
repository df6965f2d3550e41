import SweepModel
import Testing

@testable import SweepAnalysis

struct QuantileTests {
    /// numpy.quantile([7, 1, 3, 3, 10, 2], …)
    @Test(arguments: [(0, 1), (0.1, 1.5), (0.25, 2.25), (0.5, 3), (0.9, 8.5), (1, 10)]) func agreesWithNumPy(
        _ share: Double, _ expected: Double
    ) {
        #expect(close(Quantile.of(sorted: [1, 2, 3, 3, 7, 10], at: share), expected, 1e-14))
        var values: [Double] = [7, 1, 3, 3, 10, 2]
        #expect(close(Quantile.of(&values, at: share), expected, 1e-14))
        #expect(values.sorted() == [1, 2, 3, 3, 7, 10])
    }

    @Test(arguments: 0..<30) func selectingIsSorting(_ seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        var values = (0...(seed * 3)).map { _ in Double(generator.position(below: 20)) }
        let sorted = values.sorted()
        for share in [0.975, 0.025, 0.5, 1, 0] {
            #expect(Quantile.of(&values, at: share) == Quantile.of(sorted: sorted, at: share))
        }
    }
}
