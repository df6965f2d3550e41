/// Quantiles by linear interpolation between order statistics (Hyndman & Fan 1996, type 7; NumPy's default).
enum Quantile {
    /// The quantile at `share` of 0 to 1 of values in ascending order.
    ///
    /// - Precondition: there are values.
    static func of(sorted values: [Double], at share: Double) -> Double {
        precondition(!values.isEmpty, "quantiles are of at least one value")
        let place = share * Double(values.count - 1)
        let below = Int(place)
        guard below + 1 < values.count else { return values[values.count - 1] }
        return values[below] + (place - Double(below)) * (values[below + 1] - values[below])
    }
}
