internal import Foundation
package import SweepModel

/// Shows a sweep's progress on standard error: one refreshed line on a terminal, one plain line every 10 s otherwise.
package final class ProgressLine: SweepObserver {
    private let isTerminal: Bool
    private let isQuiet: Bool
    private let clock = ContinuousClock()
    private var nextUpdate: ContinuousClock.Instant
    private var isShowing = false

    private static let terminalInterval = Duration.milliseconds(100)
    private static let plainInterval = Duration.seconds(10)

    package init(quiet: Bool) {
        isTerminal = isatty(STDERR_FILENO) == 1
        isQuiet = quiet
        nextUpdate = clock.now + (isTerminal ? .zero : Self.plainInterval)
    }

    package func note(_ text: String, isWarning: Bool) {
        guard isWarning || !isQuiet else { return }
        clear()
        write("platonic: \(isWarning ? "warning: " : "")\(TerminalText.safe(text))\n")
    }

    package func progress(_ progress: SweepProgress) {
        guard !isQuiet, clock.now >= nextUpdate else { return }
        nextUpdate = clock.now + (isTerminal ? Self.terminalInterval : Self.plainInterval)
        let line = Self.text(progress)
        if isTerminal {
            let width = TerminalText.width(of: STDERR_FILENO)
            write("\r\u{1B}[K" + line.prefix(width - 1))
            isShowing = true
        } else {
            write(line + "\n")
        }
    }

    /// Takes the line away, before anything else is printed.
    package func clear() {
        guard isShowing else { return }
        write("\r\u{1B}[K")
        isShowing = false
    }

    static func text(_ progress: SweepProgress) -> String {
        let percent = progress.total > 0 ? Int(100 * Double(progress.done) / Double(progress.total)) : 0
        let eta = progress.remaining.map { "ETA \(TimeText.duration($0))" } ?? "ETA unknown"
        let workers = "\(progress.workers) worker\(progress.workers == 1 ? "" : "s")"
        return
            "tasks \(progress.done)/\(progress.total) (\(percent) %) · \(Int(progress.gigaflops.rounded())) GFLOP/s · \(workers) · \(TimeText.duration(progress.elapsed)) · \(eta)"
    }

    /// A standard error that is closed or full must not stop a sweep.
    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
