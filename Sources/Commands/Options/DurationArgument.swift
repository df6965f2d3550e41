import ArgumentParser

/// A time on the command line: seconds, or a number with the unit ms, s, m, h or d.
struct DurationArgument: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        var digits = argument[...]
        var factor = 1.0
        if digits.hasSuffix("ms") {
            factor = 1e-3
            digits = digits.dropLast(2)
        } else if let last = digits.last, let unit = units[last] {
            factor = unit
            digits = digits.dropLast()
        }
        guard let number = Double(digits), number.isFinite, number >= 0, number * factor <= 1e9 else { return nil }
        duration = .seconds(number * factor)
    }
}
