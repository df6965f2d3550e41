import Testing

@testable import SweepAnalysis

struct JackknifeTests {
    /// The jackknife of a mean is its standard error.
    @Test func ofAMeanItIsTheStandardError() {
        let values: [Double] = [1, 4, 2, 8, 5, 7]
        let total = values.reduce(0, +)
        let found = Jackknife.standardError(leavingOut: values.map { (total - $0) / 5 })
        #expect(found.n == 6)
        #expect(close(found.value, SampleMean.of(values).value?.standardError))
    }

    @Test func whatHasNoneSaysWhy() {
        #expect(
            Jackknife.standardError(leavingOut: [1, 2])
                == Estimate(none: "fewer than 3 models of different networks", n: 2))
        #expect(
            Jackknife.standardError(leavingOut: [1, .nan, 2])
                == Estimate(none: "one model, or its network, is in every pair", n: 3))
    }
}
