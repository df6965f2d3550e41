import Testing

@testable import SweepAnalysis

struct LeastSquaresLineTests {
    @Test func agreesWithSciPy() throws {
        let golden = try #require(GoldenNumbers.statistics)
        for relation in golden.relations {
            let found = LeastSquaresLine.of(plain(relation.x), plain(relation.y))
            #expect(found.n == relation.n)
            #expect(close(found.value?.slope, relation.slope))
            #expect(close(found.value?.intercept, relation.intercept))
            #expect(close(found.value?.rSquared, relation.rSquared))
        }
    }

    @Test func aLevelLineExplainsNothing() {
        let found = LeastSquaresLine.of([1, 2, 4], [5, 5, 5])
        #expect(found == Estimate(LeastSquaresLine(slope: 0, intercept: 5, rSquared: nil), n: 3))
        #expect(found.value?.value(at: 100) == 5)
    }

    @Test func degenerateInputsSayWhy() {
        #expect(LeastSquaresLine.of([1, 1, 1], [1, 2, 3]) == Estimate(none: "every x is the same", n: 3))
        #expect(LeastSquaresLine.of([1, 2, .nan], [1, 2, 3]) == Estimate(none: "fewer than 3 observations", n: 2))
    }
}
