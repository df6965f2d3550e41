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

    @Test func familywisePIsThatOfTheLargestOfAll() {
        let adjusted = Calibration.familywise(observed: [4, 5.5, .nan], maxima: [5, 4, 3])
        #expect(adjusted[0] == 3.0 / 4 && adjusted[1] == 1.0 / 4 && adjusted[2].isNaN)
        // A permutation under which nothing has a value counts against what was observed.
        #expect(Calibration.familywise(observed: [6], maxima: [5, .nan, 3]) == [2.0 / 4])
    }

    /// The adjusted p of a pair is that of a maximum of which it is one, so it is no smaller than its own.
    @Test func familywisePNeverFallsBelowThePairsOwn() {
        var generator = SeededGenerator(seed: 11)
        let null = (0..<6).map { _ in (0..<200).map { _ in generator.normal() } }
        let maxima = (0..<200).map { number in null.map { $0[number] }.max() ?? .nan }
        let observed = (0..<6).map { Double($0) * 0.6 }
        let own = zip(observed, null).map { Calibration(observed: $0, null: $1).p }
        let adjusted = Calibration.familywise(observed: observed, maxima: maxima)
        #expect(zip(own, adjusted).allSatisfy { $0 <= $1 })
        #expect(Calibration.familywise(observed: [observed[2]], maxima: null[2])[0] == own[2])
    }
}
