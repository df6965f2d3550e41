import ArgumentParser
import Foundation
import Reporting
import SweepProtocol
import SweepRuntime

struct WorkersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers",
        abstract: "List the workers of a coordinator.",
        discussion: """
            A worker is idle, busy, leaving (it finishes what it is at and goes), draining (it was told to), hung (alive without \
            progress: its work is done elsewhere) or set-aside (it failed again and again). 'speed' is beside the mean of all workers, \
            'silent' the time since its last sign of life.
            """)

    @OptionGroup var client: ClientOptions

    func run() throws {
        let workers = try client.withClient { try $0.workers() }
        let width = TerminalText.width(of: STDOUT_FILENO)
        try Console.print(client.json ? WorkerListing.json(workers) : WorkerListing.text(workers, width: width))
    }
}
