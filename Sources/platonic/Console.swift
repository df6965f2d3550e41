import Foundation
import Reporting
import SweepModel

/// Standard output and standard error.
enum Console {
    /// Prints to standard output. Throws where nobody reads it or the disk behind it is full.
    static func print(_ text: String) throws {
        try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }

    /// Prints to standard error.
    static func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Says what is wrong, where, and what to do about it.
    static func complain(_ complaint: Complaint) {
        note(
            "platonic: \(TerminalText.safe(complaint.what)) (\(TerminalText.safe(complaint.place)))\n  \(TerminalText.safe(complaint.advice))")
    }

    static func warn(_ text: String) { note("platonic: warning: \(TerminalText.safe(text))") }
}
