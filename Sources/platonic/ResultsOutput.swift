import ArgumentParser
import FeatureStore
import Foundation
import Reporting
import SweepAnalysis
import SweepModel
import SweepRuntime

/// Where the results of a sweep go: the file, and tables or JSON on standard output.
struct ResultsOutput {
    let path: String
    let json: Bool
    let quiet: Bool
    private let file: AtomicFile

    /// Throws, before any work is done, where the file could not be written.
    init(path: String, json: Bool, quiet: Bool) throws(Complaint) {
        self.path = path
        self.json = json
        self.quiet = quiet
        file = try AtomicFile(path: path)
    }

    /// Writes the file.
    func write(_ sweep: FinishedSweep, stores: [StoreMetadata]) throws {
        try ResultsWriter(sweep, stores: stores, software: "platonic \(Platonic.version)").write(to: file, path: path)
    }

    /// Prints the scores, and everything to be said of them but the warnings in `shown`. Throws the exit status where cells are
    /// missing.
    func report(_ sweep: FinishedSweep, shown: [String] = []) throws {
        for warning in sweep.history.warnings where !shown.contains(warning) { Console.warn(warning) }
        for reason in sweep.history.undefined { Console.warn(reason) }
        for failure in sweep.history.failures { Console.warn("not computed: \(failure)") }
        if json {
            try Console.print(SweepJSON.text(sweep, output: path))
        } else {
            try Console.print(ScoreTables(sweep).text(width: TerminalText.width(of: STDOUT_FILENO)))
        }
        if !quiet { Console.note("platonic: results written to \(path)") }
        if !sweep.isComplete { throw ExitCode(ExitStatus.failed) }
    }
}
