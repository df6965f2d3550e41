import SweepModel
import Testing

@testable import SweepAnalysis

struct EqualCountBinsTests {
    private func sizes(_ values: [Double], _ count: Int = 5) -> [Int] {
        EqualCountBins.of(values, count, atLeast: 3).map(\.count)
    }

    @Test func countsAreEqualWhereNothingTies() {
        #expect(sizes((0..<20).map(Double.init)) == [4, 4, 4, 4, 4])
        #expect(sizes((0..<17).map(Double.init)) == [3, 3, 4, 3, 4])
        #expect(sizes((0..<11).map(Double.init)) == [3, 4, 4])
        #expect(sizes([1, 2, 3, .nan, 4, 5]) == [5])
        #expect(sizes([1, 2, .nan]) == [])
    }

    @Test(arguments: 0..<40) func sizesAreThoseOfDifferentValues(_ n: Int) {
        let found = EqualCountBins.sizes(n, 5, atLeast: 3)
        #expect(found == sizes((0..<n).map(Double.init)))
        #expect(found.reduce(0, +) == (n < 3 ? 0 : n) && (found.max() ?? 0) - (found.min() ?? 0) <= 1)
    }

    @Test func binsAscendAndHoldEveryFinitePosition() {
        #expect(EqualCountBins.of([5, 3, .nan, 1, 6, 2, 4], 2, atLeast: 3) == [[3, 5, 1], [6, 0, 4]])
    }

    @Test func tiesStayTogether() {
        #expect(sizes([0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6]) == [6, 3, 3])
        #expect(sizes([Double](repeating: 7, count: 15)) == [15])
        #expect(sizes([0, 1, 2, 2, 2, 2, 2, 2, 2, 2]) == [10])
        #expect(sizes([0, 0, 0, 0, 0, 0, 0, 0, 1, 2]) == [10])
    }

    @Test(arguments: 0..<50) func everyBinHasEnoughAndNoneOverlap(_ seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        let values = (0..<(3 + seed)).map { _ in Double(generator.position(below: 12)) }
        let bins = EqualCountBins.of(values, 5, atLeast: 3)
        #expect(bins.flatMap(\.self).sorted() == Array(values.indices))
        #expect(bins.allSatisfy { $0.count >= 3 } && bins.count <= 5)
        for (a, b) in zip(bins, bins.dropFirst()) {
            #expect((a.map { values[$0] }.max() ?? 0) < (b.map { values[$0] }.min() ?? 0))
        }
    }
}
