import Testing

@testable import SweepAnalysis

struct RankIntervalTests {
    /// By NumPy and `scipy.stats.norm`.
    @Test(arguments: [
        (0.8, 12, 0.3346035171916963, 0.9516725696601549), (-0.3, 40, -0.5641540537042323, 0.019863963022703515),
        (0, 5, -0.8822664257168621, 0.8822664257168621),
    ]) func agreesWithSciPy(_ rho: Double, _ n: Int, _ lower: Double, _ upper: Double) {
        let found = RankInterval.of(Estimate(rho, n: n))
        #expect(found.n == n && close(found.value?.lower, lower) && close(found.value?.upper, upper))
    }

    @Test func whatHasNoneSaysWhy() {
        #expect(RankInterval.of(Estimate(none: "every x is the same", n: 9)).reason == "every x is the same")
        #expect(RankInterval.of(Estimate(0.5, n: 4)).reason == "fewer than 5 observations")
        for rho in [1, -1, 1 - 1e-16] {
            #expect(RankInterval.of(Estimate(rho, n: 8)).reason == "the ranks agree or oppose without exception")
        }
    }
}
