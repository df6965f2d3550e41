internal import Foundation
package import SweepModel

/// Who reads a sweep's progress.
package enum ProgressForm: String, CaseIterable, Sendable {
    case text
    case json
}

/// Shows a sweep's progress on standard error: one refreshed line on a terminal, one plain line every 10 s otherwise, and for programs
/// lines of JSON (Schemas/contracts.md, *Progress for programs*).
package final class ProgressLine: SweepObserver {
    private let form: ProgressForm
    private let isTerminal: Bool
    private let isQuiet: Bool
    private let clock = ContinuousClock()
    private var nextUpdate: ContinuousClock.Instant
    private var isShowing = false

    private static let terminalInterval = Duration.milliseconds(100)
    private static let plainInterval = Duration.seconds(10)

    package init(quiet: Bool, form: ProgressForm = .text) {
        self.form = form
        isTerminal = form == .text && isatty(STDERR_FILENO) == 1
        isQuiet = quiet
        nextUpdate = clock.now + (isTerminal || form == .json ? .zero : Self.plainInterval)
    }

    package func note(_ text: String, isWarning: Bool) {
        guard isWarning || !isQuiet else { return }
        clear()
        write("platonic: \(isWarning ? "warning: " : "")\(TerminalText.safe(text))\n")
    }

    package func progress(_ progress: SweepProgress) {
        guard !isQuiet, clock.now >= nextUpdate else { return }
        nextUpdate = clock.now + (isTerminal || form == .json ? Self.terminalInterval : Self.plainInterval)
        if form == .json { return write(Self.json(progress) + "\n") }
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

    /// The line for programs: one object, whose only member is `progress`.
    static func json(_ progress: SweepProgress) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let line = ["progress": ProgressFields(progress)]
        return (try? encoder.encode(line)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// A standard error that is closed or full must not stop a sweep.
    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}

/// What a line for programs says.
private struct ProgressFields: Encodable {
    let done: Int
    let total: Int
    let share: Double
    let workers: Int
    let gigaflops: Double
    let elapsed: Double
    let remaining: Double?

    init(_ progress: SweepProgress) {
        done = progress.done
        total = progress.total
        share = progress.share
        workers = progress.workers
        gigaflops = progress.gigaflops
        elapsed = progress.elapsed
        remaining = progress.remaining
    }
}
