import ArgumentParser
import Foundation
import Reporting
import SweepModel
import SweepProtocol
import SweepRuntime

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "List the sweeps of a coordinator, or tell everything about one.",
        discussion: """
            A sweep is queued, running, complete, partial (over, but some work items were given up), failed or cancelled. With an id, \
            the work items that were given up are listed with their causes.
            """)

    @Argument(help: "A sweep's id.", completion: .sweeps)
    var id: SweepID?

    @OptionGroup var client: ClientOptions

    func run() throws {
        if let id {
            let sweep = try client.withClient { try $0.status(of: id) }
            try Console.print(client.json ? SweepListing.json(sweep) : SweepListing.details(sweep))
        } else {
            let sweeps = try client.withClient { try $0.statuses() }
            let width = TerminalText.width(of: STDOUT_FILENO)
            try Console.print(client.json ? SweepListing.json(sweeps) : SweepListing.text(sweeps, width: width))
        }
    }
}
