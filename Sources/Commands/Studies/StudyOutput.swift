import Reporting
import SweepModel
import SweepRuntime

/// Where a study goes: a directory with its page and its file.
enum StudyOutput {
    /// Writes both, whole or not at all, and prints what was found.
    /// - Parameter file: writes the file of the study in a folder; complaints speak of a path.
    static func write(
        _ page: [ReportFile], findings: [String], in directory: ReportDirectory,
        file: (_ folder: String, _ path: String) throws(Complaint) -> Void
    ) throws {
        try SignalInbox.uninterrupted {
            try directory.write(page) { (folder) throws(Complaint) in try file(folder, directory.path) }
        }
        try Console.print(findings.map { $0 + "\n" }.joined())
        Console.note("platonic: study written to \(TerminalText.safe(directory.page))")
    }
}
