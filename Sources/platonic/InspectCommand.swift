import ArgumentParser
import FeatureStore
import Reporting
import SweepRuntime

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Check feature stores, every value of them, and print what they hold.")

    @Argument(help: "Files, globs, directories, or s3:// and http(s):// URLs.")
    var stores: [String]

    @Flag(help: "Print JSON instead of text.")
    var json = false

    func run() throws {
        let process = StoreProcess.ofThisProgram()
        let inspections = try StorePaths.resolve(stores).map { StoreInspection(try process.findings($0)) }
        try Console.print(json ? StoreInspection.json(inspections) : inspections.map(\.text).joined(separator: "\n"))
    }
}
