import ArgumentParser
import FeatureStore
import Reporting
import SweepModel
import SweepRuntime

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Check feature stores, every value of them, and print what they hold.")

    @Argument(help: "Files, globs, directories, or s3:// and http(s):// URLs.", completion: .stores)
    var stores: [String]

    @Flag(help: "Print JSON instead of text.")
    var json = false

    func run() throws {
        let process = StoreProcess.ofThisProgram()
        var selection = try StoreSelection(x: stores)
        let inspections = try selection.open { path throws(Complaint) in StoreInspection(try process.findings(path)) }
        for sentence in selection.passedOver { Console.warn(sentence) }
        try Console.print(json ? StoreInspection.json(inspections) : inspections.map(\.text).joined(separator: "\n"))
    }
}
