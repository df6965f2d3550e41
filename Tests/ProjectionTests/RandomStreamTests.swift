import Testing

@testable import Projection

struct RandomStreamTests {
    /// The first outputs of SplitMix64 from 0, as published with the generator.
    @Test func numbersAreSplitMix64s() {
        var stream = RandomStream(seed: 0)
        #expect(stream.next() == 0xE220_A839_7B1D_CDAF)
        #expect(stream.next() == 0x6E78_9E6A_A1B9_65F4)
        #expect(stream.next() == 0x06C4_5D18_8009_454F)
    }

    @Test func normalsHaveMeanZeroAndVarianceOne() {
        var stream = RandomStream(seed: 1)
        let values = (0..<40_000).map { _ in stream.normal() }
        let mean = values.reduce(0, +) / 40_000
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 40_000
        let fourth = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) * ($1 - mean) } / 40_000
        #expect(abs(mean) < 0.02 && abs(variance - 1) < 0.03 && abs(fourth - 3) < 0.2)
    }

    @Test func negativeSamplesAreSpreadEvenly() {
        var stream = NegativeStream(seed: 7)
        var counts = [Int](repeating: 0, count: 78)
        for _ in 0..<78_000 { counts[stream.next(below: 78)] += 1 }
        // Chi-squared of 77 degrees of freedom: 77 ± 12.
        let chi = counts.reduce(0.0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
        #expect(chi > 30 && chi < 130)
    }
}
