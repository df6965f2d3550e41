internal import Foundation

/// Places on an axis for values, linear or logarithmic.
struct AxisScale: Sendable {
    let lower: Double
    let upper: Double
    let isLogarithmic: Bool
    /// Pixels of `lower` and `upper`.
    let start: Double
    let end: Double

    /// The place of `value`; nil where it has none (not finite, or not positive on a logarithmic axis).
    func position(_ value: Double) -> Double? {
        guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
        let share =
            isLogarithmic
            ? (log(value) - log(lower)) / (log(upper) - log(lower)) : (value / 2 - lower / 2) / (upper / 2 - lower / 2)
        return start + (end - start) * share
    }

    /// The smallest range around the finite values, widened by `margin` of itself, and where it would be empty.
    static func range(of values: [Double], isLogarithmic: Bool, margin: Double = 0.04) -> ClosedRange<Double> {
        let usable = values.filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
        guard let least = usable.min(), let most = usable.max() else { return isLogarithmic ? 1...10 : 0...1 }
        if isLogarithmic {
            let pad = max(pow(most / least, margin), most / least < 1 + 1e-9 ? 1.5 : 1)
            let (low, high) = (least / pad, most * pad)
            return low > 0 && high.isFinite ? low...high : least...max(most, least * 2)
        }
        // Halves, so that the widest range of float64 does not overflow.
        let half = most / 2 - least / 2
        guard half > 1e-9 * max(abs(most), abs(least)) else {
            let pad = max(abs(most) * 0.05, most == 0 ? 0.5 : 0)
            return (least - pad)...(most + pad)
        }
        let pad = 2 * margin * half
        let low = max(least - pad, -Double.greatestFiniteMagnitude)
        return low...min(most + pad, .greatestFiniteMagnitude)
    }
}
