import ArgumentParser
import Reporting
import SweepModel

extension CSVExport.Level: ExpressibleByArgument {}

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print a results file as tidy rows.")

    /// The formats of the contract.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case csv
    }

    @Argument(help: "A results file.")
    var results: String

    @Option(help: "The format: csv.")
    var format: Format = .csv

    @Option(help: "One row a layer pair (layer), or the best of each model pair (model).")
    var level: CSVExport.Level = .layer

    func run() throws {
        if InputFiles([results]).standardOutput != nil {
            throw Complaint(
                .request, "standard output is the results file itself", at: results, advice: "send the rows to another file")
        }
        try CSVExport(ResultsReader(path: results), level: level).write(Console.print)
    }
}
