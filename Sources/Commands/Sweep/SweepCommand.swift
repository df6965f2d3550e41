import ArgumentParser
import Foundation
import Reporting
import SweepAnalysis
import SweepRuntime

struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Compare every layer of every model with every layer of every other, on this machine.",
        discussion: """
            Workers are processes of this program; 'platonic worker --connect' with the endpoint that is printed adds more. Ctrl-C \
            stops cleanly, as SIGTERM does and a terminal that is closed, and the same command goes on where it was.

            Stores that break a rule or hold a value that is not finite are all named before anything is compared, and end the sweep \
            with status 2 ('platonic submit' goes on without them, and is partial). Exit status: 0 done, 1 some or all of it could not \
            be computed, 2 the request was wrong, 3 interrupted.
            """)

    @OptionGroup var spec: SpecOptions
    @OptionGroup(title: "This machine") var options: RunOptions
    @OptionGroup(title: "Watching") var http: HTTPOptions

    @OptionGroup(title: "What is written") var writing: SweepOutputs

    @Flag(help: ArgumentHelp("End as at SIGTERM at the end of standard input.", visibility: .hidden))
    var lifeline = false

    func run() throws {
        if lifeline { Lifeline.watch(STDIN_FILENO) { kill(getpid(), SIGTERM) } }
        // Before the sweep, so that a directory that will not do is refused at once.
        let directory = try writing.report.map { try ReportDirectory(path: $0) }
        let files = [spec.spec, http.httpTokenFile].compactMap(\.self)
        var session = SweepSession(
            spec: try spec.read(), run: options, output: writing.output, force: writing.replacing.force, inputs: files)
        session.http = http
        session.reportPath = directory?.path
        _ = try session.perform { try directory.map { try session.report(in: $0) } }
    }
}

/// Where the results of a sweep go.
struct SweepOutputs: ParsableArguments {
    @Option(help: "The results file to write (HDF5).", completion: .results)
    var output: String

    @OptionGroup var replacing: ForceOption

    @Option(help: "Write a report into this directory as well.", completion: .directory)
    var report: String?
}
