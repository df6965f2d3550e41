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
        let file = try AtomicFile(path: output)
        let progress = ProgressLine(quiet: run.quiet)
        for warning in prepared.warnings { progress.note(warning, isWarning: true) }
        let signals = try SignalInbox()
        let ending = try LocalSweep(prepared, resources: run.resources).run(signals: signals, observer: progress)
        progress.clear()
        switch ending {
        case .refused(let complaint): throw complaint
        case .interrupted:
            Console.note("platonic: interrupted; run the same command again to go on from the artifacts that are there")
            throw ExitCode(ExitStatus.interrupted)
        case .finished(let sweep):
            try ResultsWriter(sweep, stores: prepared.stores, software: "platonic \(Platonic.version)")
                .write(to: file, path: output)
            try report(sweep, prepared)
            return (sweep, prepared)
        }
    }

    private func report(_ sweep: FinishedSweep, _ prepared: PreparedSweep) throws {
        for warning in sweep.history.warnings where !prepared.warnings.contains(warning) { Console.warn(warning) }
        for reason in sweep.history.undefined { Console.warn(reason) }
        for failure in sweep.history.failures { Console.warn("not computed: \(failure)") }
        if run.json {
            try Console.print(SweepJSON.text(sweep, output: output))
        } else {
            try Console.print(ScoreTables(sweep).text(width: TerminalText.width(of: STDOUT_FILENO)))
        }
        if !run.quiet { Console.note("platonic: results written to \(output)") }
        if !sweep.isComplete { throw ExitCode(ExitStatus.failed) }
    }
}
