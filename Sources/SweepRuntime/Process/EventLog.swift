internal import Foundation
internal import SweepModel
internal import Synchronization

/// The form of log lines.
package enum LogFormat: String, CaseIterable, Sendable {
    case text
    case json
}

/// Log lines on standard error, from any thread. What repeats within ten seconds is counted and not repeated.
package final class EventLog: Sendable {
    private struct State {
        var last = ""
        var repeats = 0
        var lastAt = Date.distantPast
    }

    private let format: LogFormat
    private let isQuiet: Bool
    private let isVerbose: Bool
    private let state = Mutex(State())

    private static let window = 10.0

    /// - Parameters:
    ///   - quiet: whether only warnings are written.
    ///   - verbose: whether details are written.
    package init(format: LogFormat, quiet: Bool = false, verbose: Bool = false) {
        self.format = format
        isQuiet = quiet
        isVerbose = verbose
    }

    /// Writes one line that only those who ask for details want to read.
    func detail(kind: String, _ text: String, fields: [String: String]) {
        if isVerbose { note(kind: kind, text, fields: fields) }
    }

    /// Writes one line about something of `kind`, a word that does not change.
    package func note(kind: String, _ text: String, isWarning: Bool = false, fields: [String: String] = [:]) {
        guard isWarning || !isQuiet else { return }
        let now = Date()
        let lines = state.withLock { state -> [String] in
            let key = "\(kind) \(text)"
            if key == state.last, now.timeIntervalSince(state.lastAt) < Self.window {
                state.repeats += 1
                return []
            }
            var lines: [String] = []
            if state.repeats > 0 {
                lines.append(line("repeated", "the last message came \(state.repeats) times more", false, [:], now))
            }
            state = State(last: key, repeats: 0, lastAt: now)
            lines.append(line(kind, text, isWarning, fields, now))
            return lines
        }
        guard !lines.isEmpty else { return }
        // A standard error that is closed or full must not stop anything.
        try? FileHandle.standardError.write(contentsOf: Data(lines.map { $0 + "\n" }.joined().utf8))
    }

    private func line(
        _ kind: String, _ text: String, _ isWarning: Bool, _ fields: [String: String], _ time: Date
    ) -> String {
        let stamp = time.formatted(.iso8601.time(includingFractionalSeconds: true))
        switch format {
        case .text: return "platonic: \(isWarning ? "warning: " : "")\(Self.printable(text))"
        case .json:
            var object = fields
            object["time"] = stamp
            object["level"] = isWarning ? "warning" : "info"
            object["event"] = kind
            object["message"] = text
            return (try? SortedJSON.text(object)) ?? ""
        }
    }

    /// On one line, and without control characters, which a terminal would obey.
    static func printable(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return String(
            String.UnicodeScalarView(
                line.unicodeScalars.map { scalar in
                    scalar == "\t" ? " " : scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
                }))
    }
}
