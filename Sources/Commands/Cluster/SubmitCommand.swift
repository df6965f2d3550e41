import ArgumentParser
import FeatureStore
import Reporting
import SweepModel
import SweepProtocol
import SweepRuntime

struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract:
            "Hand a sweep to a coordinator and print its id; with --output, wait for the end and write the results.",
        discussion: """
            The stores are opened and checked here first, and workers must find them under the same paths. The id stands alone on \
            standard output, so that a script can keep it:

              id=$(platonic submit spec.yaml --connect @state)
              platonic wait "$id" --connect @state
              platonic results "$id" --connect @state --output results.h5

            With --output the command waits for the end, writes the results and prints the tables, as 'platonic sweep' does; the id \
            then goes to standard error. After 10 s it says why the sweep is not over, as 'platonic explain' does, and again when the reason is \
            another one. Ctrl-C while it waits leaves the sweep running.

            A store whose values turn out to be bad is left out, with its cause in 'platonic status', and the rest is computed: the \
            sweep is partial. 'platonic sweep' ends there. Exit status: 0 submitted or, where it waited, complete; 1 some or all of it \
            could not be computed; 2 the request was wrong; 3 interrupted.
            """)

    @OptionGroup var spec: SpecOptions
    @OptionGroup(title: "Coordinator") var client: ClientOptions

    @Option(help: "Sweeps of higher priority go first; equal ones go in the order of submission.")
    var priority: Int32 = 0

    @Flag(help: "Wait until the sweep is over.")
    var wait = false

    @OptionGroup(title: "What is written") var writing: SubmitOutputs

    @Flag(help: "Say nothing but warnings and results.")
    var quiet = false

    func run() throws {
        let prepared = try PreparedSweep(
            spec.read(), reading: StoreProcess.interruptibleReading(), complain: Console.complain)
        let inputs = InputFiles(
            [spec.spec].compactMap(\.self) + prepared.stores.map(\.path) + client.connection.keyFiles)
        let results = try writing.output.map {
            try ResultsOutput(path: $0, inputs: inputs, force: writing.replacing.force, json: client.json, quiet: quiet)
        }
        try results?.check(prepared.spec, stores: prepared.stores)
        let submission = try SweepDossier(prepared, isLocal: false).submission(priority: priority)
        for warning in prepared.passedOver + prepared.warnings { Console.warn(warning) }
        try client.withClient(wait || writing.output != nil ? .waiting : .asking) { connection in
            let id = try submit(submission, &connection)
            let following = SweepFollowing(id: id, options: client, quiet: quiet)
            if let results {
                if !quiet { Console.note("platonic: submitted as sweep \(id); waiting for its end") }
                try following.write(results, shown: prepared.warnings, &connection)
            } else {
                try Console.print(client.json ? ChangeJSON.text("submit", sweep: id) : "\(id)\n")
                if wait { try following.report(try following.end(&connection)) }
            }
        }
    }

    private func submit(_ submission: Submission, _ connection: inout CoordinatorClient) throws -> SweepID {
        do { return try connection.submit(submission) } catch is Interruption {
            Console.note(
                "platonic: interrupted before the coordinator answered; 'platonic status\(client.again)' tells whether it has the sweep"
            )
            throw ExitCode(ExitStatus.interrupted)
        }
    }
}

/// Where the results of a sweep go that is waited for.
struct SubmitOutputs: ParsableArguments {
    @Option(help: "Wait until the sweep is over, and write the results to this file (HDF5).", completion: .results)
    var output: String?

    @OptionGroup var replacing: ForceOption
}
