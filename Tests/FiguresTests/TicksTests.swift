import Testing

@testable import Figures

struct TicksTests {
    @Test func roundNumbersAndTheirTexts() {
        #expect(Ticks.linear(0...1, count: 5).labels == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(Ticks.linear(0...1, count: 5).values == [0, 0.2, 0.4, 0.6, 0.8, 1.0])
        #expect(Ticks.linear(-1...1, count: 4).labels == ["−1.0", "−0.5", "0", "0.5", "1.0"])
        #expect(Ticks.linear(0.013...0.218, count: 4).labels == ["0.05", "0.10", "0.15", "0.20"])
        #expect(Ticks.linear(0...23, count: 5).labels == ["0", "5", "10", "15", "20"])
        #expect(Ticks.linear(3...3.0000001, count: 1).values.allSatisfy { $0 >= 3 })
    }

    @Test(arguments: [
        (0.0, 1.0), (-3.7, 12.2), (1e-9, 3e-9), (0, 1e12), (-5e6, -1e6), (99.9, 100.1), (-1e308, 1e308),
        (0.123, 0.1234),
    ]) func ticksAreMultiplesWithinTheRange(_ lower: Double, _ upper: Double) {
        let ticks = Ticks.linear(lower...upper, count: 5)
        #expect((3...9).contains(ticks.values.count))
        #expect(ticks.values.allSatisfy { $0 >= lower - abs(lower) * 1e-9 && $0 <= upper + abs(upper) * 1e-9 })
        let steps = zip(ticks.values.dropFirst(), ticks.values).map { $0 - $1 }
        #expect(steps.allSatisfy { abs($0 - steps[0]) <= 1e-6 * abs(steps[0]) && $0 > 0 })
        #expect(Set(ticks.labels).count == ticks.labels.count)
    }

    @Test(arguments: [(0.3, 0.2), (0.33, 0.5), (1.0, 1), (1.5, 2), (7.2, 10), (80, 100), (0.9, 1)])
    func nearestNiceStep(_ step: Double, _ nice: Double) { #expect(abs(Ticks.niceStep(step) - nice) < 1e-12) }

    @Test func logarithmic() {
        #expect(Ticks.logarithmic(1...1e6).labels == ["1", "10", "100", "1000", "10000", "100000", "1000000"])
        #expect(Ticks.logarithmic(4...1100).values == [5, 10, 20, 50, 100, 200, 500, 1000])
        #expect(Ticks.logarithmic(3...4).values.count >= 2)
    }

    @Test func rangesOfValues() {
        #expect(AxisScale.range(of: [], isLogarithmic: false) == 0...1)
        #expect(AxisScale.range(of: [.nan, .infinity], isLogarithmic: true) == 1...10)
        #expect(AxisScale.range(of: [2, 2], isLogarithmic: false) == 1.9...2.1)
        #expect(AxisScale.range(of: [0, 10, .nan], isLogarithmic: false, margin: 0.1) == -1...11)
        #expect(AxisScale.range(of: [0, -1, 1, 100], isLogarithmic: true).lowerBound > 0.5)
    }

    @Test func positions() {
        let linear = AxisScale(lower: 0, upper: 10, isLogarithmic: false, start: 100, end: 200)
        #expect(linear.position(2.5) == 125)
        #expect(linear.position(.nan) == nil)
        let logarithmic = AxisScale(lower: 1, upper: 100, isLogarithmic: true, start: 0, end: 50)
        #expect(abs((logarithmic.position(10) ?? 0) - 25) < 1e-9)
        #expect(logarithmic.position(0) == nil)
    }
}
