import ArgumentParser
import Reporting
import SweepModel
import SweepProtocol
import SweepRuntime

struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Stop a sweep; what is done of it is kept.",
        discussion:
            "'platonic retry' goes on with it, 'platonic results' fetches what there is, 'platonic forget' removes it.")

    @OptionGroup var change: SweepChange

    func run() throws { try change.perform("cancel", "is cancelled; what is done of it is kept") { .cancel($0) } }
}

struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try the work items again that were given up; go on with a sweep that failed or was cancelled.",
        discussion: "Nothing that is done is computed again. 'platonic status ID' tells what was given up, and why.")

    @OptionGroup var change: SweepChange

    func run() throws { try change.perform("retry", "goes on") { .retry($0) } }
}

struct ForgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Remove a sweep that is over, with its scores, from the coordinator.",
        discussion: "Artifacts stay in the cache. Fetch the results first: this cannot be undone.")

    @OptionGroup var change: SweepChange

    func run() throws { try change.perform("forget", "is forgotten") { .forget($0) } }
}

/// A change of one sweep, with a line on standard error where it succeeds.
struct SweepChange: ParsableArguments {
    @Argument(help: "The sweep's id.", completion: .sweeps)
    var id: SweepID

    @OptionGroup var client: ClientOptions

    /// - Parameter done: what is true of the sweep afterwards.
    func perform(_ name: String, _ done: String, _ change: (SweepID) -> ClientRequest) throws {
        try client.withClient { try $0.change(change(id)) }
        if client.json {
            try Console.print(ChangeJSON.text(name, sweep: id))
        } else {
            Console.note("platonic: sweep \(id) \(done)")
        }
    }
}
