import ArgumentParser
import Reporting
import SweepModel
import SweepProtocol
import SweepRuntime

struct WaitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until a sweep is over.",
        discussion: """
            Exit status: 0 the sweep is complete; 1 it is partial, failed or cancelled; 3 interrupted, which leaves the sweep running. \
            A restart of the coordinator is waited out. After 10 s it says why the sweep is not over, and again when the \
            reason is another one. With --json the sweep's last status goes to standard output.
            """)

    @Argument(help: "The sweep's id.", completion: .sweeps)
    var id: SweepID

    @OptionGroup var client: ClientOptions

    @Flag(help: "Show no progress.")
    var quiet = false

    func run() throws {
        let following = SweepFollowing(id: id, options: client, quiet: quiet)
        let status = try client.withClient(.waiting) { try following.end(&$0) }
        if client.json { try Console.print(SweepListing.json(status)) }
        try following.report(status)
    }
}
