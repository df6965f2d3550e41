import ArgumentParser
import Reporting
import SweepRuntime

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Print what a sweep would cost here: work, bytes, operations and predicted time. Runs nothing of it.",
        discussion: """
            Takes the words of 'platonic sweep'. Stores are opened and checked as by that; values are not read. Times come from short \
            trials of the sweep's own metrics on synthetic data, which are remembered in $XDG_CACHE_HOME/platonic/calibration. \
            Artifacts that are there already are taken into account.
            """)

    @OptionGroup var spec: SpecOptions
    @OptionGroup(title: "This machine") var options: RunOptions

    @OptionGroup(title: "What a sweep would write") var unused: UnusedOutputs

    @Flag(help: "Measure this host anew, whatever is remembered of it.")
    var recalibrate = false

    func run() throws {
        let spec = try spec.read()
        let planning = try SweepPlanning(
            spec, resources: options.resources, reading: StoreProcess.ofThisProgram().metadata,
            complain: Console.complain)
        let trial = ResultsTrial(spec, stores: planning.stores)
        let forecast = try planning.forecast(recalibrates: recalibrate) { try trial.seconds($0, folder: $1) }
        for warning in planning.warnings where !options.quiet { Console.warn(warning) }
        try Console.print(options.json ? PlanJSON.text(forecast) : PlanListing(forecast).text)
    }
}

/// Taken so that the words of a sweep can be used as they are.
struct UnusedOutputs: ParsableArguments {
    @Option(help: "Not written: taken so that the words of a sweep can be used as they are.", completion: .results)
    var output: String?

    @Option(help: "Not written either.", completion: .directory)
    var report: String?

    @Flag(help: "Nothing is replaced.")
    var force = false
}
