import ArgumentParser
import FeatureStore
import Foundation
import Reporting
import StatusServer
import SweepAnalysis
import SweepModel
import SweepRuntime

/// One sweep from specification to results file and tables.
struct SweepSession {
    let spec: SweepSpec
    let run: RunOptions
    let output: String
    let force: Bool
    /// Files that are read beside the stores.
    let inputs: [String]
    var http: HTTPOptions?
    /// The directory of a report, which is to hold nothing else.
    var reportPath: String?

    /// Runs it, calls `written` when the results file is there, and prints the tables. Throws the exit status where it did not end well.
    func perform(written: () throws -> Void = {}) throws -> (sweep: FinishedSweep, prepared: PreparedSweep) {
        let prepared = try prepare()
        let results = try resultsOutput(prepared)
        let (sweep, local) = try run(prepared, results)
        try results.write(sweep, stores: prepared.stores)
        if sweep.isComplete { removeState(local) }
        try written()
        try results.report(sweep, shown: prepared.warnings)
        return (sweep, prepared)
    }

    /// Finds the scores of permutations, adds what they say to the results that `update` is of, and prints the tables.
    func calibrate(_ update: CalibrationUpdate) throws {
        let prepared = try prepare()
        try update.recorded.check(stores: prepared.stores.map(\.path))
        let results = try resultsOutput(prepared)
        let (sweep, local) = try run(prepared, results)
        try SignalInbox.uninterrupted { try update.write(sweep) }
        if sweep.isComplete { removeState(local) }
        try results.report(sweep, shown: prepared.warnings)
    }

    private func prepare() throws -> PreparedSweep {
        try PreparedSweep(spec, reading: StoreProcess.interruptibleReading(), complain: Console.complain)
    }

    private func resultsOutput(_ prepared: PreparedSweep) throws -> ResultsOutput {
        let results = try ResultsOutput(
            path: output, inputs: InputFiles(inputs + prepared.stores.map(\.path)), force: force, json: run.json,
            quiet: run.quiet)
        try results.check(prepared.spec, stores: prepared.stores)
        return results
    }

    private func run(
        _ prepared: PreparedSweep, _ results: ResultsOutput
    ) throws -> (sweep: FinishedSweep, local: LocalSweep) {
        let local = try LocalSweep(prepared, resources: run.resources, output: output)
        try OutputPlaces.keepApart(
            [results.target, run.resources.artifactDirectory],
            closed: [LocalSweep.statePath(output: output), reportPath].compactMap(\.self))
        let progress = ProgressLine(quiet: run.quiet, form: run.progress)
        for warning in prepared.passedOver + prepared.warnings { progress.note(warning, isWarning: true) }
        let signals = try SignalInbox()
        let watch = CoordinatorWatch()
        let server = try http?.start(watch) { progress.note($0, isWarning: true) }
        defer { server?.stop() }
        if let server { progress.note("shown at http://\(server.address)", isWarning: false) }
        let ending = try local.run(signals: signals, observer: progress, watch: watch)
        progress.clear()
        switch ending {
        case .refused(let complaints):
            for complaint in complaints.dropLast() { Console.complain(complaint) }
            if let last = complaints.last { throw last }
            throw ExitCode(ExitStatus.failed)
        case .interrupted:
            Console.note("platonic: interrupted; run the same command again to go on from there")
            throw ExitCode(ExitStatus.interrupted)
        case .finished(let sweep): return (sweep, local)
        }
    }

    /// The results are there, and whatever is left of the state does them no harm.
    private func removeState(_ local: LocalSweep) {
        let path = LocalSweep.statePath(output: output)
        do throws(Complaint) {
            if try !local.removeState() {
                Console.warn("\(path) stays: other things than the state of a sweep are in it")
            }
        } catch { Console.warn("\(path) stays: \(error.what)") }
    }

    /// Writes the report of the results file, and says where it is.
    func report(in directory: ReportDirectory) throws {
        try directory.write(Report(ResultsReader(path: output)).files)
        if !run.quiet { Console.note("platonic: report written to \(TerminalText.safe(directory.page))") }
    }
}
