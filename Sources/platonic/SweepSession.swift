import ArgumentParser
import Foundation
import Reporting
import SweepAnalysis
import SweepModel
import SweepRuntime

/// One sweep from specification to results file and tables.
struct SweepSession {
    let spec: SweepSpec
    let run: RunOptions
    let output: String

    /// Runs it and prints the tables. Throws the exit status where it did not end well.
    func perform() throws -> (sweep: FinishedSweep, prepared: PreparedSweep) {
        let prepared = try PreparedSweep(spec)
        let results = try ResultsOutput(path: output, json: run.json, quiet: run.quiet)
        let progress = ProgressLine(quiet: run.quiet)
        for warning in prepared.warnings { progress.note(warning, isWarning: true) }
        let signals = try SignalInbox()
        let local = LocalSweep(prepared, resources: run.resources, output: output)
        let ending = try local.run(signals: signals, observer: progress)
        progress.clear()
        switch ending {
        case .refused(let complaint): throw complaint
        case .interrupted:
            Console.note("platonic: interrupted; run the same command again to go on from there")
            throw ExitCode(ExitStatus.interrupted)
        case .finished(let sweep):
            try results.write(sweep, stores: prepared.stores)
            if sweep.isComplete { try local.removeState() }
            try results.report(sweep, shown: prepared.warnings)
            return (sweep, prepared)
        }
    }
}
