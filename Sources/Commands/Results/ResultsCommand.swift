import ArgumentParser
import Reporting
import SweepModel
import SweepProtocol
import SweepRuntime

struct ResultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract: "Fetch the results of a sweep from its coordinator.",
        discussion: """
            The stores are not needed for it. Of a sweep that is still running, or was cancelled, what there is so far is written: the \
            file says 'partial', missing cells are NaN, and the exit status is 1. --wait waits for the end first.
            """)

    @Argument(help: "The sweep's id.", completion: .sweeps)
    var id: SweepID

    @Option(help: "The results file to write (HDF5).", completion: .results)
    var output: String

    @OptionGroup var replacing: ForceOption

    @Flag(help: "Wait until the sweep is over.")
    var wait = false

    @OptionGroup var client: ClientOptions

    @Flag(help: "Say nothing but warnings and results.")
    var quiet = false

    func run() throws {
        let results = try ResultsOutput(
            path: output, inputs: InputFiles(client.connection.keyFiles), force: replacing.force, json: client.json,
            quiet: quiet)
        try client.withClient(wait ? .waiting : .asking) { connection in
            // Before the waiting, not after it.
            let (spec, stores) = try connection.submitted(id)
            try results.check(spec, stores: stores)
            if wait {
                try SweepFollowing(id: id, options: client, quiet: quiet).write(results, shown: [], &connection)
            } else {
                try SweepFollowing.write(connection.results(of: id), results)
            }
        }
    }
}
