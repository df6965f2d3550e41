import ArgumentParser
import Foundation
import Reporting
import SweepModel

extension ExportRows.Level: ExpressibleByArgument {}

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print a results file as tidy rows: CSV, JSON or Parquet.",
        discussion: """
            The columns are metric, variant, k, x_model, x_layer, x_layer_name, y_model, y_layer, y_layer_name, score, \
            chance, n, z, p and adjusted (where a layer pair lies among random matchings; empty where that is not known), q, \
            threshold and calibrated (what permutations say of a model pair's maximum, p with them; empty without --calibrate). \
            An undefined score is nan in CSV, null in JSON and NaN in Parquet.

              platonic export results.h5 --format parquet > results.parquet
            """)

    /// The formats of the contract.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case csv
        case json
        case parquet
    }

    @Argument(help: "A results file.", completion: .results)
    var results: String

    @Option(help: "The format: csv, json or parquet.")
    var format: Format = .csv

    @Option(help: "One row a layer pair (layer), or the best of each model pair (model).")
    var level: ExportRows.Level = .layer

    func run() throws {
        if InputFiles([results]).standardOutput != nil {
            throw Complaint(
                .request, "standard output is the results file itself", at: results,
                advice: "send the rows to another file")
        }
        try ResultsTask.check(results)
        let rows = ExportRows(try ResultsReader(path: results), level: level)
        switch format {
        case .csv: try CSVExport.write(rows, Console.print)
        case .json: try JSONExport.write(rows, Console.print)
        case .parquet:
            guard isatty(STDOUT_FILENO) == 0 else {
                throw Complaint(
                    .request, "Parquet is nothing to look at", at: "stdout",
                    advice: "send it to a file: platonic export … --format parquet > results.parquet")
            }
            try ParquetExport.write(rows, software: "platonic \(Platonic.version)", Console.write)
        }
    }
}
