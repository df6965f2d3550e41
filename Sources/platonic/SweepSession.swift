import ArgumentParser
import Foundation
import Reporting
import SweepAnalysis
import StatusServer
import SweepModel
import SweepRuntime

/// One sweep from specification to results file and tables.
struct SweepSession {
    let spec: SweepSpec
    let run: RunOptions
    let output: String
    var http: HTTPOptions?

    /// Runs it, calls `written` when the results file is there, and prints the tables. Throws the exit status where it did not end well.
    func perform(written: () throws -> Void = {}) throws -> (sweep: FinishedSweep, prepared: PreparedSweep) {
        let prepared = try PreparedSweep(spec, reading: StoreProcess.ofThisProgram().metadata)
        let results = try ResultsOutput(path: output, json: run.json, quiet: run.quiet)
        let progress = ProgressLine(quiet: run.quiet)
        for warning in prepared.warnings { progress.note(warning, isWarning: true) }
        let signals = try SignalInbox()
        let local = LocalSweep(prepared, resources: run.resources, output: output)
        let watch = CoordinatorWatch()
        let server = try http?.start(watch) { progress.note($0, isWarning: true) }
        defer { server?.stop() }
        if let server { progress.note("shown at http://\(server.address)", isWarning: false) }
        let ending = try local.run(signals: signals, observer: progress, watch: watch)
        progress.clear()
        switch ending {
        case .refused(let complaint): throw complaint
        case .interrupted:
            Console.note("platonic: interrupted; run the same command again to go on from there")
            throw ExitCode(ExitStatus.interrupted)
        case .finished(let sweep):
            try results.write(sweep, stores: prepared.stores)
            if sweep.isComplete { try local.removeState() }
            try written()
            try results.report(sweep, shown: prepared.warnings)
            return (sweep, prepared)
        }
    }

    /// Writes the report of the results file, and says where it is.
    func report(in directory: ReportDirectory) throws {
        try directory.write(Report(ResultsReader(path: output)).files)
        if !run.quiet { Console.note("platonic: report written to \(TerminalText.safe(directory.page))") }
    }
}
