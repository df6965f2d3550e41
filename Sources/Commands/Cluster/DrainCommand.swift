import ArgumentParser
import Reporting
import SweepProtocol
import SweepRuntime

struct DrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Let workers finish what they are at, and stop.",
        discussion: "Nothing is lost by it. It takes an admin's key.")

    @Argument(
        help: "A worker's id, or the name of a host for all workers there ('platonic workers' lists them).",
        completion: .workers)
    var worker: String

    @OptionGroup var client: ClientOptions

    func run() throws {
        try client.withClient { try $0.change(.drain(worker)) }
        if client.json {
            try Console.print(ChangeJSON.text("drain", worker: worker))
        } else {
            Console.note("platonic: \(TerminalText.safe(worker)) finishes what it is at, and stops")
        }
    }
}
