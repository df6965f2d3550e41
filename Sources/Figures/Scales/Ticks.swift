internal import Foundation

/// Round numbers along an axis, and their texts.
package struct Ticks: Sendable {
    package let values: [Double]
    package let labels: [String]

    /// Multiples of 1, 2 or 5 times a power of ten within `range`, about `count` of them (Heckbert, Graphics Gems, 1990).
    package static func linear(_ range: ClosedRange<Double>, count: Int = 5) -> Ticks {
        let (lower, upper) = (range.lowerBound, range.upperBound)
        let step = niceStep((upper / 2 - lower / 2) / Double(max(1, count)) * 2)
        guard step > 0, step.isFinite, abs(lower / step) < 1e12, abs(upper / step) < 1e12 else {
            return Ticks(values: [lower], labels: [NumberText.brief(lower)])
        }
        // Whole multiples do not drift as sums would; a hair of tolerance keeps the ends.
        let first = Int((lower / step - 1e-9).rounded(.up))
        let last = Int((upper / step + 1e-9).rounded(.down))
        guard first <= last else { return Ticks(values: [lower], labels: [NumberText.brief(lower)]) }
        let exponent = Int(log10(step * 1.0001).rounded(.down))
        let values = (first...last).map { multiple(of: step, exponent: exponent, $0) }
        let isPlain = exponent >= -5 && max(abs(lower), abs(upper)) < 1e6
        return Ticks(
            values: values,
            labels: values.map { value in
                if value == 0 { return "0" }
                let text =
                    isPlain
                    ? NumberText.fixed(value, decimals: max(0, -exponent)) : NumberText.scientific(value, decimals: 6)
                return NumberText.withMinusSign(text)
            })
    }

    /// Powers of ten within `range`, which must be positive; 2 and 5 times them too where there would be few.
    package static func logarithmic(_ range: ClosedRange<Double>) -> Ticks {
        precondition(range.lowerBound > 0)
        let first = Int(log10(range.lowerBound).rounded(.down))
        let last = Int(log10(range.upperBound).rounded(.up))
        let factors: [Double] = log10(range.upperBound / range.lowerBound) <= 3.3 ? [1, 2, 5] : [1]
        let stride = max(1, (last - first) / 8)
        let (lower, upper) = (range.lowerBound * (1 - 1e-9), range.upperBound * (1 + 1e-9))
        var values: [Double] = []
        for exponent in Swift.stride(from: first, through: last, by: stride) {
            let power = pow(10, Double(exponent))
            values += factors.map { $0 * power }.filter { $0 >= lower && $0 <= upper }
        }
        // Less than one step of 1, 2, 5: as on a linear axis.
        guard values.count >= 2 else { return linear(range, count: 4) }
        return Ticks(values: values, labels: values.map(NumberText.brief))
    }

    /// What of 1, 2, 5, 10 times a power of ten is nearest to `step` by ratio.
    package static func niceStep(_ step: Double) -> Double {
        guard step > 0, step.isFinite else { return 0 }
        let power = pow(10, log10(step).rounded(.down))
        // The bounds are the geometric means of neighbours: √2, √10, √50.
        let bounds: [(Double, Double)] = [(2, 1), (10, 2), (50, 5)]
        let square = (step / power) * (step / power)
        return (bounds.first { square < $0.0 }?.1 ?? 10) * power
    }

    /// `count` steps; divided, not multiplied, below 1, so that three steps of 0.1 are 0.3 and not 0.30000000000000004.
    private static func multiple(of step: Double, exponent: Int, _ count: Int) -> Double {
        guard exponent < 0, exponent > -300 else { return Double(count) * step }
        let power = pow(10, Double(-exponent))
        return Double(count) * (step * power).rounded() / power
    }
}
