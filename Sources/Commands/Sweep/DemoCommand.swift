import ArgumentParser
import Foundation
import Reporting
import SweepModel
import SweepRuntime

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Sweep the bundled features of real networks and say what was found.")

    @Option(help: "The folder for the results.", completion: .directory)
    var output = "platonic-demo"

    @OptionGroup var replacing: ForceOption
    @OptionGroup var options: RunOptions

    func run() throws {
        var spec = SweepSpec()
        spec.name = "demo"
        spec.x = [try BundledData.folder("demo")]
        spec.metrics = [.mutualKNN, .cka, .unbiasedCKA]
        // So many let a single p be 0.001.
        spec.permutations = 1000
        spec.subsamples = 200
        do {
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        } catch {
            throw Complaint(
                .request, "the output folder cannot be made", at: output, advice: "name a folder that you may write to")
        }
        let results = output + "/results.h5"
        let directory = try ReportDirectory(path: output + "/report")
        let session = SweepSession(spec: spec, run: options, output: results, force: replacing.force, inputs: [])
        let (sweep, prepared) = try session.perform()
        try directory.write(Report(ResultsReader(path: results)).files)
        guard !options.json, let narrative = Narrative(sweep, stores: prepared.stores) else { return }
        try Console.print("\n" + narrative.text)
        try Console.print(
            "\nAll scores are in \(results); 'platonic export \(results) --format csv' prints them as a table.\n")
        try Console.print("Open \(directory.page) in a browser for the report.\n")
    }
}
