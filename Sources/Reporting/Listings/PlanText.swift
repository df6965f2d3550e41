internal import Foundation

/// Numbers of a plan as people read them.
enum PlanText {
    static func line(_ name: String, _ text: String) -> String {
        name.padding(toLength: 12, withPad: " ", startingAt: 0) + text
    }

    static func seconds(_ value: Double) -> String {
        if value >= 600 { return TimeText.duration(value) }
        return String(format: value >= 9.95 ? "%.0f" : "%.2f", value)
    }

    /// A time of less than a second, with its unit.
    static func short(_ seconds: Double) -> String { scaled(seconds * 1e9, ["ns", "µs", "ms", "s"]) }

    static func percent(_ part: Double, of whole: Double) -> String {
        guard whole > 0 else { return "0 %" }
        let share = 100 * part / whole
        return String(format: share >= 9.95 || share == 0 ? "%.0f" : "%.2g", share) + " %"
    }

    static func bytes(_ value: Double) -> String { scaled(value, ["B", "kB", "MB", "GB", "TB", "PB"]) }

    static func flops(_ value: Double) -> String {
        scaled(value, ["FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "EFLOP"])
    }

    private static func scaled(_ value: Double, _ units: [String]) -> String {
        var (value, unit) = (value, 0)
        while value >= 999.5, unit + 1 < units.count {
            value /= 1000
            unit += 1
        }
        return String(format: unit == 0 || value >= 99.5 ? "%.0f" : "%.3g", value) + " \(units[unit])"
    }
}
