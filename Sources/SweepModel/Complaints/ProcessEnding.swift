/// How a process ended.
package enum ProcessEnding: Hashable, Sendable {
    case exited(status: Int32)
    case killed(signal: Int32)

    /// From what `waitpid` says.
    package init(waitStatus status: Int32) {
        // The low seven bits name a signal.
        self = status & 0x7F == 0 ? .exited(status: (status >> 8) & 0xFF) : .killed(signal: status & 0x7F)
    }

    /// Whether it did what it was there for.
    package var isGood: Bool { self == .exited(status: 0) }
}

extension ProcessEnding: CustomStringConvertible {
    /// Signals of Linux by which programs die.
    private static let names: [Int32: String] = [
        4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV", 15: "SIGTERM",
        24: "SIGXCPU", 31: "SIGSYS",
    ]

    package var description: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .killed(let signal): "signal \(signal)" + (Self.names[signal].map { ", \($0)" } ?? "")
        }
    }
}
