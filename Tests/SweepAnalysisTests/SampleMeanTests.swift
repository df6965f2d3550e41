import Testing

@testable import SweepAnalysis

struct SampleMeanTests {
    @Test func agreesWithNumPy() throws {
        let golden = try #require(GoldenNumbers.statistics)
        #expect(golden.samples.count == 3)
        for sample in golden.samples {
            let found = SampleMean.of(plain(sample.values))
            #expect(found.n == sample.n)
            #expect(close(found.value?.mean, sample.mean, 1e-14))
            #expect(close(found.value?.standardDeviation, sample.sd))
            #expect(close(found.value?.standardError, sample.se))
        }
    }

    @Test func oneObservationHasNoSpread() {
        let found = SampleMean.of([.nan, 2, .infinity])
        #expect(found == Estimate(SampleMean(mean: 2, standardDeviation: nil, standardError: nil), n: 1))
    }

    @Test func noObservationsHaveNoMean() {
        let found = SampleMean.of([.nan, .infinity])
        #expect(found == Estimate(none: "no observations", n: 0))
    }
}
