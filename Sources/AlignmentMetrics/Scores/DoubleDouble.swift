/// A sum of two float64, the second of which is no more than the rounding of the first: about 106 bits (Dekker 1971; Joldes, Muller &
/// Popescu 2017).
struct DoubleDouble {
    private(set) var high: Double
    private(set) var low: Double

    init(_ value: Double) { (high, low) = (value, 0) }

    private init(high: Double, low: Double) {
        let sum = high + low
        (self.high, self.low) = (sum, low - (sum - high))
    }

    /// a·b, exactly.
    init(_ a: Double, times b: Double) {
        high = a * b
        low = (-high).addingProduct(a, b)
    }

    static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let (high, highError) = sum(a.high, b.high)
        let (low, lowError) = sum(a.low, b.low)
        let first = DoubleDouble(high: high, low: highError + low)
        return DoubleDouble(high: first.high, low: first.low + lowError)
    }

    static func += (a: inout DoubleDouble, b: DoubleDouble) { a = a + b }

    static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        a + DoubleDouble(high: -b.high, low: -b.low)
    }

    static func * (a: DoubleDouble, b: Double) -> DoubleDouble {
        let product = DoubleDouble(a.high, times: b)
        return DoubleDouble(high: product.high, low: product.low.addingProduct(a.low, b))
    }

    static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let product = DoubleDouble(a.high, times: b.high)
        let cross = (a.high * b.low).addingProduct(a.low, b.high)
        return DoubleDouble(high: product.high, low: product.low + cross)
    }

    /// a + b and what rounding takes from it.
    private static func sum(_ a: Double, _ b: Double) -> (Double, Double) {
        let sum = a + b
        let part = sum - a
        return (sum, (a - (sum - part)) + (b - part))
    }
}
