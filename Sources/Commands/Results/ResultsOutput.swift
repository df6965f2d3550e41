import ArgumentParser
import FeatureStore
import Foundation
import Reporting
import SweepAnalysis
import SweepModel
import SweepRuntime

/// Where the results of a sweep go: the file, and tables or JSON on standard output.
struct ResultsOutput {
    let json: Bool
    let quiet: Bool
    private let file: ResultsFile

    /// As the user wrote it.
    var path: String { file.path }
    /// Where that leads through symbolic links.
    var target: String { file.target }

    /// Throws, before any work is done, where the file could not be written or something else than results would be lost.
    init(path: String, inputs: InputFiles, force: Bool, json: Bool, quiet: Bool) throws(Complaint) {
        self.json = json
        self.quiet = quiet
        if let input = inputs.standardOutput {
            throw Complaint(
                .request, "standard output is the input \(input)", at: "stdout", advice: "send the output elsewhere")
        }
        file = try ResultsFile(path: path, inputs: inputs, force: force, performing: ResultsTask.apart)
    }

    /// Throws where results of another sweep than `spec` over `stores` are there.
    func check(_ spec: SweepSpec, stores: [StoreMetadata]) throws(Complaint) {
        try file.check(ResultsMark(spec, stores: stores.map(\.path)))
    }

    /// Writes the file.
    func write(_ sweep: FinishedSweep, stores: [StoreMetadata]) throws {
        try ResultsWriter(sweep, stores: stores, software: "platonic \(Platonic.version)").write(to: file)
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
            try Console.print(
                ScoreTables(sweep, dims: TerminalText.hasStyles(STDOUT_FILENO)).text(
                    width: TerminalText.width(of: STDOUT_FILENO)))
        }
        if !quiet { Console.note("platonic: results written to \(path)") }
        if !sweep.isComplete { throw ExitCode(ExitStatus.failed) }
    }
}
