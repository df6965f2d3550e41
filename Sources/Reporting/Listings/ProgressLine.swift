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
        if isTerminal {
            // The last column stays free, or some terminals would begin a new line.
            write("\r\u{1B}[K" + Self.text(progress, width: TerminalText.width(of: STDERR_FILENO) - 1))
            isShowing = true
        } else {
            write(Self.text(progress) + "\n")
        }
    }

    /// Takes the line away, before anything else is printed.
    package func clear() {
        guard isShowing else { return }
        write("\r\u{1B}[K")
        isShowing = false
    }

    /// The line in at most `width` characters: parts are left out, the least important first, before the end would be cut off.
    static func text(_ progress: SweepProgress, width: Int = .max) -> String {
        let remaining = progress.share >= 1 ? 0 : progress.remaining
        let eta = remaining.map { "ETA \(TimeText.duration($0))" } ?? "ETA unknown"
        // In the order in which they stand; those of a higher rank go first.
        var parts: [(rank: Int, text: String)] = [
            (0, "\(Int(100 * progress.share)) %"), (2, "tasks \(progress.done)/\(progress.total)"),
            (5, "\(Int(progress.gigaflops.rounded())) GFLOP/s"),
            (4, progress.workers.counted("worker")),
            (3, TimeText.duration(progress.elapsed)), (1, eta),
        ]
        // A rate of nothing tells nothing.
        if progress.gigaflops < 1 { parts.removeAll { $0.rank == 5 } }
        let lines = (1...parts.count).reversed().map { count in
            parts.filter { $0.rank < count }.map(\.text).joined(separator: " · ")
        }
        return lines.first { $0.count <= width } ?? String(lines[lines.count - 1].prefix(width))
    }

    /// A standard error that is closed or full must not stop a sweep.
    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
