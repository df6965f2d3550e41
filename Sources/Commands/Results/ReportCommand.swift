import ArgumentParser
import Reporting
import SweepModel
import SweepRuntime

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a page about a results file, or about two side by side, with drawings and tables beside it.",
        discussion: """
              platonic report results.h5 --output report
              platonic report before.h5 after.h5 --output changes

            Of two files the page has the differences between the scores of the pairs of models that are in both, by their names, with \
            intervals where both sweeps were run with --intervals.

            The directory gets report.html, which needs no network, figures/ (SVG, and Vega-Lite for restyling) and \
            data/ (CSV of every plotted number). It appears whole or not at all; a former report is replaced, and any other directory \
            that is not empty is left alone.
            """)

    @Argument(help: "A results file, or two.", completion: .results)
    var results: [String]

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
        guard (1...2).contains(results.count) else {
            throw ValidationError("a report is about one results file or two, and \(results.count) were given")
        }
        guard results.count == 1 || (pair.isEmpty && !families && !cividis && distance == .log) else {
            throw ValidationError(
                "--pair, --families, --cividis and --distance are for a report about one results file")
        }
    }

    func run() throws {
        let directory = try ReportDirectory(path: output)
        for path in results {
            try OutputPlaces.keepApart([path], closed: [directory.path])
            try ResultsTask.check(path)
        }
        let files = try results.count == 1 ? report() : comparison()
        try SignalInbox.uninterrupted { try directory.write(files) }
        Console.note("platonic: report written to \(TerminalText.safe(directory.page))")
    }

    private func report() throws -> [ReportFile] {
        let pairs = stride(from: 0, to: pair.count, by: 2).map { (x: pair[$0], y: pair[$0 + 1]) }
        let options = ReportOptions(
            pairs: pairs, resamplesFamilies: families, isCividis: cividis, distance: distance)
        return try Report(ResultsReader(path: results[0]), options: options).files
    }

    private func comparison() throws -> [ReportFile] {
        ComparisonReport(try ComparedResults(ResultsReader(path: results[0]), ResultsReader(path: results[1]))).files
    }
}
