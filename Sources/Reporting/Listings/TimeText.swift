internal import Foundation

/// Times as people and programs read them.
package enum TimeText {
    /// A length of time, to two units.
    package static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 1e12 else { return "unknown" }
        let whole = Int(seconds.rounded())
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60) min \(whole % 60) s"
        default: return "\(whole / 3600) h \(whole % 3600 / 60) min"
        }
    }

    /// A moment in ISO 8601, UTC, to the millisecond.
    package static func moment(secondsSince1970 seconds: Double) -> String {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        // Beyond the year 9999 the format is no longer one that programs read.
        return Date(timeIntervalSince1970: seconds.isFinite ? min(max(seconds, 0), 253_402_300_799) : 0).formatted(
            format)
    }
}
