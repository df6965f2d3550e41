internal import Foundation

/// Numbers as text: the same on every machine and in every locale.
package enum NumberText {
    /// `value` with exactly `decimals` digits after the point, ties away from zero; never "-0".
    package static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "" : (value < 0 ? "-inf" : "inf") }
        let power = (0..<max(0, decimals)).reduce(1.0) { product, _ in product * 10 }
        let scaled = (abs(value) * power).rounded()
        // Beyond 2^53 there are no decimals left to round.
        guard scaled < 9_007_199_254_740_992 else { return "\(value)" }
        let digits = String(Int(scaled))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + digits }
        // By bytes: heatmaps and tables write numbers by the hundred thousand.
        var bytes = [UInt8](sign.utf8)
        let written = digits.utf8.count
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(0, decimals + 1 - written)))
        bytes.append(contentsOf: digits.utf8)
        bytes.insert(UInt8(ascii: "."), at: bytes.count - decimals)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A coordinate with at most two decimals and no trailing zeros; 0 for what is not finite.
    static func coordinate(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        return withoutTrailingZeros(fixed(value, decimals: 2))
    }

    /// `value` for a reader: four significant digits, without an exponent where it stays short; empty for NaN.
    package static func brief(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : fixed(value, decimals: 0) }
        let magnitude = Int(log10(abs(value)).rounded(.down))
        if magnitude > 6 || magnitude < -4 { return scientific(value, decimals: 3) }
        return withoutTrailingZeros(fixed(value, decimals: max(0, 3 - magnitude)))
    }

    /// `value` as it is read beside its name: `brief` with a minus sign; empty for NaN.
    static func reading(_ value: Double) -> String { withMinusSign(brief(value)) }

    /// `value` in full: the shortest text that reads back as the same float64; whole numbers without a point.
    package static func exact(_ value: Double) -> String {
        guard value.isFinite else { return fixed(value, decimals: 0) }
        if value == value.rounded(), abs(value) < 1e15 { return fixed(value, decimals: 0) }
        return "\(value)"
    }

    /// `value` to `digits` significant digits.
    package static func rounded(_ value: Double, significant digits: Int) -> Double {
        guard value.isFinite, value != 0 else { return value }
        let places = digits - 1 - Int(log10(abs(value)).rounded(.down))
        // A quotient of whole numbers is the float64 nearest to its decimal text, which then is short.
        guard places >= 0, places <= 22 else { return value }
        let power = pow(10, Double(places))
        return (value * power).rounded() / power
    }

    /// `text` of a number with a minus sign in place of a hyphen in front: as wide as a figure.
    static func withMinusSign(_ text: String) -> String { text.hasPrefix("-") ? "−" + text.dropFirst() : text }

    /// Mantissa and exponent, such as 2.5e-7.
    static func scientific(_ value: Double, decimals: Int) -> String {
        var exponent = value == 0 ? 0 : Int(log10(abs(value)).rounded(.down))
        // In two steps, as 10 to the 320th is beyond float64.
        var mantissa = value / pow(10, Double(exponent / 2)) / pow(10, Double(exponent - exponent / 2))
        if abs(Double(fixed(mantissa, decimals: decimals)) ?? 0) >= 10 {
            mantissa /= 10
            exponent += 1
        }
        return "\(withoutTrailingZeros(fixed(mantissa, decimals: decimals)))e\(exponent)"
    }

    private static func withoutTrailingZeros(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: ".")) else { return text }
        var trimmed = text.utf8[...]
        while trimmed.last == UInt8(ascii: "0") { trimmed.removeLast() }
        if trimmed.last == UInt8(ascii: ".") { trimmed.removeLast() }
        return String(decoding: trimmed, as: UTF8.self)
    }
}
