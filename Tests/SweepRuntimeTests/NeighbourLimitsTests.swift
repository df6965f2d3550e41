import SweepModel
import Testing

@testable import SweepRuntime

@Suite("Numbers of neighbours that a sweep can have")
struct NeighbourLimitsTests {
    private func complaint(
        _ metrics: [MetricKind] = [.mutualKNN], k: [Int] = [], ranges: [ClosedRange<Int>] = [], samples: Int,
        largestGroup: Int? = nil
    ) -> Complaint? {
        var spec = SweepSpec()
        (spec.metrics, spec.k, spec.kRanges) = (metrics, k, ranges)
        do throws(Complaint) {
            try NeighbourLimits.check(spec, sampleCount: samples, largestGroup: largestGroup)
            return nil
        } catch {
            return error
        }
    }

    @Test func everyKIsBelowTheNumberOfSamples() {
        #expect(complaint(k: [3, 11], ranges: [1...11], samples: 12) == nil)
        let single = complaint(k: [3, 12], samples: 12)
        #expect(single?.what == "k is 12, and there are 12 samples")
        #expect(single?.kind == .request && single?.place == "k")
        #expect(complaint(k: [3], ranges: [1...2, 5...12], samples: 12)?.what == "k is 12, and there are 12 samples")
        #expect(complaint(ranges: [1...Int.max], samples: 12)?.what == "k is \(Int.max), and there are 12 samples")
    }

    @Test func metricsWithoutNeighboursHaveNoLimit() {
        #expect(complaint([.cka, .svcca], k: [12], ranges: [1...Int.max], samples: 12) == nil)
        #expect(complaint([.cka, .cknna], k: [12], samples: 12) != nil)
    }

    @Test func theLargestGroupLeavesEnoughOthers() {
        #expect(complaint(k: [7], samples: 12, largestGroup: 5) == nil)
        let found = complaint(k: [8], samples: 12, largestGroup: 5)
        #expect(found?.what == "k is 8, and the largest group leaves 7 samples outside it")
        #expect(found?.advice.contains("exclude_groups") == true)
        #expect(complaint(ranges: [1...8], samples: 12, largestGroup: 5) != nil)
    }

    @Test func ranksAreSixteenBitNumbers() {
        #expect(complaint(k: [65_534], samples: 100_000) == nil)
        #expect(
            complaint(k: [65_535], samples: 100_000)?.what == "k is 65535, and lists hold at most 65534 neighbours")
    }

    /// A message has room for 2²⁰ · 100 values, and each k of one metric can take 4 · 64 · 64 of them.
    @Test func curvesFitIntoAMessage() {
        #expect(complaint(ranges: [1...6400], samples: 50_000) == nil)
        let found = complaint(ranges: [1...6000, 7000...7400], samples: 50_000)
        #expect(found?.what.contains("hold 6401 values") == true && found?.what.contains("can have 6400") == true)
        #expect(complaint([.mutualKNN, .cka, .cknna], ranges: [1...3200], samples: 50_000) == nil)
        #expect(complaint([.mutualKNN, .cka, .cknna], ranges: [1...3201], samples: 50_000) != nil)
        #expect(complaint(k: Array(1...7000), samples: 50_000) == nil, "single ks are no curve")
    }

    /// A tile's message has room for so many matrices, and both directions of cycle k-NN are two.
    @Test func singleValuesFitIntoAMessage() {
        var spec = SweepSpec()
        spec.k = Array(1...4096)
        spec.metrics = [.cycleKNN]
        func complaint() -> Complaint? {
            do throws(Complaint) {
                try NeighbourLimits.check(spec, sampleCount: 50_000, largestGroup: nil)
                return nil
            } catch {
                return error
            }
        }
        #expect(complaint() == nil)
        spec.k.append(4097)
        #expect(complaint()?.what.contains("too many results") == true)
    }
}
