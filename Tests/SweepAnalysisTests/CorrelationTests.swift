import Testing

@testable import SweepAnalysis

struct CorrelationTests {
    @Test func agreesWithSciPy() throws {
        let golden = try #require(GoldenNumbers.statistics)
        #expect(golden.relations.count == 6)
        for relation in golden.relations {
            let (x, y) = (plain(relation.x), plain(relation.y))
            for (found, expected) in [
                (PearsonCorrelation.of(x, y), relation.pearson), (SpearmanCorrelation.of(x, y), relation.spearman),
                (PearsonCorrelation.of(y, x), relation.pearson), (SpearmanCorrelation.of(y, x), relation.spearman),
            ] {
                #expect(found.n == relation.n && found.reason == nil)
                #expect(close(found.value, expected))
            }
        }
    }

    @Test(
        arguments: [
            ([1, 2], [3, 4], 2, "fewer than 3 observations"),
            ([1, .nan, 2, 3], [3, 4, .infinity, 5], 2, "fewer than 3 observations"),
            ([2, 2, 2, .nan], [1, 2, 3, 4], 3, "every x is the same"),
            ([1, 2, 3, 4], [5, 5, 5, .nan], 3, "every y is the same"),
            ([], [], 0, "fewer than 3 observations"),
        ] as [([Double], [Double], Int, String)])
    func degenerateInputsSayWhy(_ x: [Double], _ y: [Double], _ n: Int, _ reason: String) {
        for found in [PearsonCorrelation.of(x, y), SpearmanCorrelation.of(x, y)] {
            #expect(found == Estimate(none: reason, n: n))
        }
    }

    @Test func perfectRelationsAreNeverBeyondOne() {
        let x = (0..<57).map { 0.1 * Double($0) }
        #expect(PearsonCorrelation.of(x, x.map { 3 * $0 + 0.7 }).value.map { $0 <= 1 && $0 > 1 - 1e-14 } == true)
        #expect(SpearmanCorrelation.of(x, x.map { -$0 * $0 * $0 }).value == -1)
    }
}
