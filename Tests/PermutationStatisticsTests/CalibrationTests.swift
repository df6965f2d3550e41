import SweepTestSupport
import Testing

@testable import PermutationStatistics

struct CalibrationTests {
    @Test func theObservedValueIsOneOfThem() {
        // Of 0, 1, …, 18 and 17.5: the 19th of 20 is 17.5, two are at least as large.
        let found = Calibration(observed: 17.5, null: (0..<19).map { Double($0) }, level: 0.05, largest: 20)
        #expect(found.permutations == 19 && found.exceedances == 1)
        #expect(found.p == 2.0 / 20)
        #expect(found.threshold == 17.5 && found.calibrated == 0)
        let above = Calibration(observed: 19, null: (0..<19).map { Double($0) }, level: 0.05, largest: 20)
        #expect(above.p == 1.0 / 20 && above.threshold == 18 && above.calibrated == 0.5)
        let below = Calibration(observed: -1, null: (0..<19).map { Double($0) }, level: 0.05, largest: 20)
        #expect(below.p == 1 && below.threshold == 17 && below.calibrated == 0)
    }

    @Test func tiesCountAgainstTheObservedValue() {
        let found = Calibration(observed: 0.5, null: [0.5, 0.5, 0.1, 0.6], level: 0.4)
        #expect(found.exceedances == 3 && found.p == 4.0 / 5)
        // ⌈0.6 · 5⌉ = 3 of 0.1, 0.5, 0.5, 0.5, 0.6.
        #expect(found.threshold == 0.5)
    }

    /// (1-α)(K+1) is often a whole number that rounding has moved.
    @Test(arguments: [19, 39, 99, 199, 999, 1_999, 9_999, 99_999])
    func thresholdsHaveTheirRankInWholeNumbers(_ permutations: Int) {
        #expect(Calibration.rank(of: permutations + 1, level: 0.05) == (permutations + 1) * 95 / 100)
        #expect(Calibration.rank(of: permutations + 2, level: 0.05) == (permutations + 1) * 95 / 100 + 1)
        #expect(Calibration.rank(of: permutations + 1, level: 0.1) == (permutations + 1) * 9 / 10)
        #expect(Calibration.rank(of: 1, level: 0.9) == 1)
    }

    @Test func whatHasNoNumberHasNoCalibration() {
        #expect(Calibration(observed: .nan, null: [1, 2]).p.isNaN)
        #expect(Calibration(observed: 1, null: [1, .nan]).threshold.isNaN)
        #expect(Calibration(observed: 1, null: [1, 1]).calibrated.isNaN)
        #expect(Calibration(observed: 3, null: [1, 2], largest: nil).calibrated.isNaN)
        let none = Calibration(observed: 0.5, null: [])
        #expect(none.p == 1 && none.threshold == 0.5)
    }

    @Test func runsGiveTheSameBytesInAnyOrder() {
        var generator = SeededGenerator(seed: 4)
        let pairs = 3
        let values = (0..<pairs * 40).map { _ in generator.normal() }
        let whole = NullDistribution(pairCount: pairs, first: 0, values: values)
        for _ in 0..<50 {
            let cuts = ([0, 40] + (0..<5).map { _ in Int.random(in: 0...40, using: &generator) }).sorted()
            var runs = zip(cuts, cuts.dropFirst()).map { from, to in
                // Some is done twice.
                let end = min(40, to + Int.random(in: 0...2, using: &generator))
                return NullDistribution(
                    pairCount: pairs, first: from, values: Array(values[(from * pairs)..<(end * pairs)]))
            }
            runs.shuffle(using: &generator)
            while runs.count > 1 {
                let last = runs.removeLast()
                let position = Int.random(in: runs.indices, using: &generator)
                runs[position].merge(last)
            }
            #expect(runs[0] == whole && runs[0].isComplete(40) && !runs[0].isComplete(39))
            #expect(
                Calibration.all(observed: [0, 1, 2], null: runs[0], largest: 9)
                    == Calibration.all(observed: [0, 1, 2], null: whole, largest: 9))
        }
        var gaps = NullDistribution(pairCount: 1, first: 5, values: [5, 6])
        gaps.merge(NullDistribution(pairCount: 1, first: 1, values: [1]))
        #expect(gaps.permutations == [1..<2, 5..<7] && gaps.count == 3 && !gaps.isComplete(3))
        #expect(gaps.values(ofPair: 0) == [1, 5, 6])
        #expect(NullDistribution(pairCount: 2).isComplete(0))
    }

    @Test func valuesAreThoseOfThePairAndMaximaThoseOfTheFamily() {
        let null = NullDistribution(pairCount: 3, first: 0, values: [1, 5, 9, 4, 2, 8, .nan, 3, 7])
        #expect(null.values(ofPair: 1) == [5, 2, 3])
        #expect(null.maxima(over: [0, 1]) == [5, 4, 3])
        let adjusted = Calibration.familywise(observed: [4, 5.5, 0], null: null, family: [0, 1])
        #expect(adjusted[0] == 3.0 / 4 && adjusted[1] == 1.0 / 4 && adjusted[2].isNaN)
    }

    /// The adjusted p of a pair is that of a maximum of which it is one, so it is no smaller than its own.
    @Test func familywisePNeverFallsBelowThePairsOwn() {
        var generator = SeededGenerator(seed: 11)
        let null = NullDistribution(pairCount: 6, first: 0, values: generator.normals(200, 6))
        let observed = (0..<6).map { Double($0) * 0.6 }
        let own = Calibration.all(observed: observed, null: null).map(\.p)
        let adjusted = Calibration.familywise(observed: observed, null: null, family: [0, 1, 2, 3, 4, 5])
        #expect(zip(own, adjusted).allSatisfy { $0 <= $1 })
        #expect(Calibration.familywise(observed: observed, null: null, family: [2])[2] == own[2])
    }
}
