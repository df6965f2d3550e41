import Testing

@testable import PermutationStatistics

/// Against scipy 1.17's `false_discovery_control` and R's rule for Holm.
struct MultipleTestingTests {
    private let p = [0.01, 0.04, 0.03, 0.005, 0.5, 0.03, 0.9, 0.2, 1.0 / 1001, 1]

    @Test func qIsThatOfBenjaminiAndHochberg() {
        expect(
            MultipleTesting.benjaminiHochberg(p),
            [
                1.0 / 30, 0.06666666666666667, 0.06, 0.025, 0.625, 0.06, 1, 0.28571428571428575, 0.00999000999000999, 1,
            ])
    }

    @Test func adjustedPIsThatOfHolm() {
        expect(MultipleTesting.holm(p), [0.08, 0.21, 0.21, 0.045, 1, 0.21, 1, 0.8, 0.00999000999000999, 1])
    }

    /// Two families of one size have one result, whatever stands between.
    @Test func whatHasNoPIsNotOfTheFamily() {
        let spread = p.flatMap { [.nan, $0, .nan] }
        for correct in [MultipleTesting.benjaminiHochberg, MultipleTesting.holm] {
            let found = correct(spread)
            #expect(found.indices.allSatisfy { found[$0].isNaN == spread[$0].isNaN })
            #expect(found.filter { !$0.isNaN } == correct(p))
            #expect(correct([.nan]).allSatisfy(\.isNaN) && correct([]).isEmpty && correct([0.2]) == [0.2])
        }
    }

    @Test func permutationsLimitWhatCanBeFound() {
        #expect(MultipleTesting.leastAttainable(permutations: 999, family: 50) == 0.05)
        #expect(MultipleTesting.leastAttainable(permutations: 4_079, family: 204) == 0.05)
        #expect(MultipleTesting.leastAttainable(permutations: 999, family: 200, discoveries: 4) == 0.05)
        #expect(MultipleTesting.leastAttainable(permutations: 9, family: 200) == 1)
        // It is what the corrections give.
        let least = 1.0 / 200
        let family = [least, least] + [Double](repeating: 1, count: 6)
        #expect(MultipleTesting.leastAttainable(permutations: 199, family: 8) == MultipleTesting.holm(family)[0])
        #expect(
            MultipleTesting.leastAttainable(permutations: 199, family: 8, discoveries: 2)
                == MultipleTesting.benjaminiHochberg(family)[0])
    }

    private func expect(_ found: [Double], _ expected: [Double], _ location: SourceLocation = #_sourceLocation) {
        #expect(found.count == expected.count, sourceLocation: location)
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-15 }, "\(found)", sourceLocation: location)
    }
}
