import Foundation
import Reporting
import SweepModel
import SweepRuntime

/// Standard output and standard error.
enum Console {
    /// Prints to standard output. A reader that has seen enough, as in `| head`, ends the program without a word.
    static func print(_ text: String) throws { try write(Array(text.utf8)) }

    /// The same of what is no text.
    static func write(_ bytes: [UInt8]) throws {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EPIPE { exit(ExitStatus.done) }
            guard count > 0 else {
                throw Complaint(
                    .work, "standard output cannot be written: \(String(cString: strerror(errno)))", at: "stdout",
                    advice: "look at where the output is sent")
            }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Prints to standard error.
    static func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Says what is wrong, where, and what to do about it.
    static func complain(_ complaint: Complaint) {
        note(
            "platonic: \(TerminalText.safe(complaint.what)) (\(TerminalText.safe(complaint.place)))\n  \(TerminalText.safe(complaint.advice))"
        )
    }

    static func warn(_ text: String) { note("platonic: warning: \(TerminalText.safe(text))") }
}
