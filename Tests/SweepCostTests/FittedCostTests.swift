import Testing

@testable import SweepCost

struct FittedCostTests {
    /// Trials of a law are fitted by the law.
    @Test func findsTheRates() {
        let truth = [0.002, 3e-9, 0, 5e-12]
        let trials = [(1, 16), (1, 1024), (4, 64), (16, 512), (9, 300)].map { a, b in
            let units = [1, Double(a) * 1e6, Double(b) * 1e3, Double(a * b) * 1e6]
            return Trial(units: units, seconds: zip(truth, units).reduce(0) { $0 + $1.0 * $1.1 })
        }
        let cost = FittedCost(fitting: trials)
        for (found, rate) in zip(cost.rates, truth) { #expect(abs(found - rate) <= 1e-6 * rate + 1e-15) }
        for trial in trials { #expect(abs(cost.seconds(trial.units) / trial.seconds - 1) < 1e-6) }
    }

    /// The least-squares line through these falls; a cost must not.
    @Test func ratesAreNeverNegative() {
        let trials = [(1.0, 5.0), (2, 4), (3, 3)].map { Trial(units: [1, $0.0], seconds: $0.1) }
        let cost = FittedCost(fitting: trials)
        #expect(cost.rates.allSatisfy { $0 >= 0 })
        #expect(cost.rates[1] == 0)
        #expect(cost.seconds([1, 10]) >= 3)
    }

    /// A trial of a millisecond counts as much as one of ten seconds.
    @Test func errorsAreRelative() {
        let cost = FittedCost(fitting: [Trial(units: [1], seconds: 0.001), Trial(units: [10_000], seconds: 20)])
        // Of rates 0.001 and 0.002 the one with the least relative errors: 0.00333/2.5 = 1.2e-3.
        #expect(abs(cost.rates[0] - 0.0012) < 1e-9)
    }

    @Test func ofOneTrialOneUnitIsFitted() {
        let cost = FittedCost(fitting: [Trial(units: [1, 100, 1e4], seconds: 2)])
        #expect(cost.rates.count { $0 > 0 } == 1)
        #expect(abs(cost.seconds([1, 100, 1e4]) - 2) < 1e-12)
    }

    @Test func withoutTrialsNothingCosts() {
        #expect(FittedCost(fitting: []).seconds([1, 2]) == 0)
        #expect(FittedCost(fitting: [Trial(units: [1, 2], seconds: 0)]).rates == [0, 0])
        #expect(FittedCost(fitting: [Trial(units: [1, 2], seconds: .nan)]).rates == [0, 0])
    }
}
