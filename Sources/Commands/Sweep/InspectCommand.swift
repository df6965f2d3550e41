import ArgumentParser
import FeatureStore
import Reporting
import SweepModel
import SweepRuntime

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Check feature stores and references, every value of them, and print what they hold.",
        discussion: """
            A store that breaks a rule is named on standard error with what is wrong, and the others are looked at all the same. Exit \
            status: 0 all are sound, 2 some are not.
            """)

    @Argument(
        help: "Files, globs, directories, s3:// and http(s):// URLs, or files of references.", completion: .stores)
    var stores: [String]

    @Flag(help: "Print JSON instead of text.")
    var json = false

    func run() throws {
        let process = StoreProcess.ofThisProgram()
        var selection = try StoreSelection(x: stores)
        let found = try selection.openAll { (path: String) throws(Complaint) -> StoreInspection in
            StoreInspection(try process.findings(path))
        }
        for sentence in selection.passedOver { Console.warn(sentence) }
        let sound = found.compactMap { try? $0.get() }
        let refusals = found.compactMap { if case .failure(let complaint) = $0 { complaint } else { nil } }
        // The sound ones are all that there is to print, unless there are none.
        if json || !sound.isEmpty {
            try Console.print(json ? StoreInspection.json(sound) : sound.map(\.text).joined(separator: "\n"))
        }
        for complaint in refusals.dropLast() { Console.complain(complaint) }
        if let last = refusals.last { throw last }
    }
}
