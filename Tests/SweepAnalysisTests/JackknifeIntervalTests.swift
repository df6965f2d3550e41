import Testing

@testable import SweepAnalysis

struct JackknifeIntervalTests {
    private static let x: [Double] = [1, 4, 2, 8, 5, 7]
    private static let y: [Double] = [3, 9, 2.5, 1]

    private func means(without values: [Double]) -> [Double] {
        let total = values.reduce(0, +)
        return values.map { (total - $0) / Double(values.count - 1) }
    }

    /// Of a mean it is `scipy.stats.t.interval(0.95, 5, x.mean(), scipy.stats.sem(x))`.
    @Test func ofAMeanItIsTheTInterval() throws {
        let found = JackknifeInterval.of(4.5, leavingOut: [means(without: Self.x)])
        let interval = try #require(found.value)
        #expect(found.n == 6 && interval.degreesOfFreedom == 5)
        #expect(close(interval.lower, 1.6260021368955044) && close(interval.upper, 7.373997863104496))
    }

    /// Of a difference of means it is Welch's: `scipy.stats.ttest_ind(x, y, equal_var=False).confidence_interval()`.
    @Test func ofADifferenceItIsWelchs() throws {
        let (meanX, meanY) = (4.5, 3.875)
        let found = JackknifeInterval.of(
            meanX - meanY,
            leavingOut: [means(without: Self.x).map { $0 - meanY }, means(without: Self.y).map { meanX - $0 }])
        let interval = try #require(found.value)
        #expect(found.n == 10 && close(interval.degreesOfFreedom, 5.382799130177439))
        #expect(close(interval.lower, -4.623070608088931) && close(interval.upper, 5.873070608088931))
    }

    @Test func oneUnitIsHeldFixedBesideOthers() {
        let alone = JackknifeInterval.of(4.5, leavingOut: [means(without: Self.x)])
        #expect(JackknifeInterval.of(4.5, leavingOut: [[.nan], means(without: Self.x)]) == alone)
        #expect(JackknifeInterval.of(4.5, leavingOut: [[], means(without: Self.x)]) == alone)
        let none = "fewer than 3 models of different networks"
        #expect(JackknifeInterval.of(4.5, leavingOut: [[.nan]]) == Estimate(none: none, n: 0))
        #expect(JackknifeInterval.of(4.5, leavingOut: [[4, 5], means(without: Self.x)]) == Estimate(none: none, n: 8))
    }

    @Test func whatDoesNotVaryHasNoWidth() {
        let found = JackknifeInterval.of(2, leavingOut: [[2, 2, 2], [2, 2, 2, 2]]).value
        #expect(found == JackknifeInterval(standardError: 0, degreesOfFreedom: 5, lower: 2, upper: 2))
    }

    /// Two models of each network with the same scores are one model each: twins make no interval narrower.
    @Test func twinsCountOnce() throws {
        let effects = [0.1, 0.5, 0.2, 0.9, 0.4]
        func mean(_ twins: Int) -> Estimate<PairMean> {
            let models = effects.indices.flatMap { network in (0..<twins).map { (network, "\(network) \($0)") } }
            let side = side(models.map(\.1), attributes: ["network": models.map { "n\($0.0)" }])
            let rows = models.map { a in models.map { b in effects[a.0] * effects[b.0] } }
            let sweep = ComparedSweep(scored(side, [scored("m", rows)]))
            let pairs = sweep.compared.pairs.filter { !sweep.compared.sharesNetwork($0) }
            return PairMean.of(pairs, matrix: sweep.metrics[0].matrix, sweep.compared)
        }
        let (one, two) = (mean(1), mean(2))
        #expect(one.n == 10 && two.n == 40 && two.value?.modelCount == 10)
        let (a, b) = (try #require(one.interval.value), try #require(two.interval.value))
        #expect(one.interval.n == 5 && two.interval.n == 5)
        #expect(close(a.lower, b.lower) && close(a.upper, b.upper) && a.lower < a.upper)
        #expect((two.value?.standardError ?? 1) < 0.6 * (one.value?.standardError ?? 0))
    }
}
