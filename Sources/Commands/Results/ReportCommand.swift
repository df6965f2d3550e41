import ArgumentParser
import Reporting
import SweepModel
import SweepRuntime

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a page about a results file, with drawings and tables beside it.",
        discussion: """
            The directory gets report.html, which needs no network and no scripts, figures/ (SVG, and Vega-Lite for restyling) and \
            data/ (CSV of every plotted number). It appears whole or not at all; a former report is replaced, and any other directory \
            that is not empty is left alone.
            """)

    @Argument(help: "A results file.", completion: .results)
    var results: String

    @Option(help: "The directory to write.", completion: .directory)
    var output: String

    @Option(parsing: .upToNextOption, help: "Two models whose layers are shown in any case; can be repeated.")
    var pair: [String] = []

    @Flag(help: "Resample whole families of models for bootstrap bands.")
    var families = false

    @Flag(help: "Use the colours of cividis in place of viridis.")
    var cividis = false

    @Option(help: "Map models by -log s, as the paper does (log), or by 1 - s (linear).")
    var distance: MapOptions.Distance = .log

    func validate() throws {
        guard pair.count.isMultiple(of: 2) else {
            throw ValidationError(
                "--pair takes two models, and \(pair.count.counted("name")) \(pair.count == 1 ? "was" : "were") given")
        }
    }

    func run() throws {
        let directory = try ReportDirectory(path: output)
        try OutputPlaces.keepApart([results], closed: [directory.path])
        let pairs = stride(from: 0, to: pair.count, by: 2).map { (x: pair[$0], y: pair[$0 + 1]) }
        let options = ReportOptions(
            pairs: pairs, resamplesFamilies: families, isCividis: cividis, distance: distance)
        try ResultsTask.check(results)
        let files = try Report(ResultsReader(path: results), options: options).files
        try SignalInbox.uninterrupted { try directory.write(files) }
        Console.note("platonic: report written to \(TerminalText.safe(directory.page))")
    }
}
