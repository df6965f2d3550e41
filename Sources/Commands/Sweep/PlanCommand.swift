import ArgumentParser
import ClusterSimulation
import Reporting
import SweepCost
import SweepModel
import SweepProtocol
import SweepRuntime

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract:
            "Print what a sweep would cost here, or on a cluster: work, bytes, operations and predicted time. Runs nothing of it.",
        discussion: """
            Takes the words of 'platonic sweep'. Stores are opened and checked as by that; values are not read. Times come from short \
            trials of the sweep's own metrics on synthetic data, which are remembered in $XDG_CACHE_HOME/platonic/calibration. \
            Artifacts that are there already are taken into account.

            With --hosts the coordinator and every worker of a cluster are simulated: its makespan, where the time goes, and from how \
            many workers on more do not pay, which is where twice as many would save less than a tenth of the time.
            """)

    @OptionGroup var spec: SpecOptions
    @OptionGroup(title: "This machine") var options: RunOptions
    @OptionGroup(title: "A cluster") var cluster: ClusterOptions

    @OptionGroup(title: "What a sweep would write") var unused: UnusedOutputs

    @Flag(help: "Measure this host anew, whatever is remembered of it.")
    var recalibrate = false

    @Option(
        help: ArgumentHelp(
            "Measure this host for the sweep, write what was found to this file and plan nothing.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var calibrateOnly: String?

    @Option(
        help: ArgumentHelp("Plan for hosts as the one on which --calibrate-only wrote this file.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var calibration: String?

    func validate() throws {
        guard calibration != nil else { return }
        if recalibrate {
            throw ValidationError("--recalibrate measures, and --calibration is what was measured: give one")
        }
        if calibrateOnly != nil {
            throw ValidationError("--calibrate-only writes a file, and --calibration reads one: give one")
        }
    }

    func run() throws {
        if let calibrateOnly { try CalibrationFile.check(calibrateOnly) }
        let known = try calibration.map { try CalibrationFile.read($0, algorithmVersion: algorithmVersion) }
        let spec = try spec.read()
        let planning = try SweepPlanning(
            spec, resources: options.resources, reading: StoreProcess.ofThisProgram().metadata,
            complain: Console.complain)
        for warning in planning.warnings where !options.quiet { Console.warn(warning) }
        let measured = try known.map { try checked($0, planning) } ?? measure(spec, planning)
        if let calibrateOnly {
            return try CalibrationFile.write(measured.host, algorithmVersion: algorithmVersion, to: calibrateOnly)
        }
        var forecast = try planning.forecast(measured)
        if let (shape, workerBytes) = cluster.shape(options.resources, memoryOfHost: options.memory?.bytes) {
            forecast.cluster = try simulate(planning, measured, forecast, shape, workerBytes: workerBytes)
        }
        try Console.print(options.json ? PlanJSON.text(forecast) : PlanListing(forecast).text)
    }

    private func measure(_ spec: SweepSpec, _ planning: SweepPlanning) throws -> SweepPlanning.Measurement {
        let trial = ResultsTrial(spec, stores: planning.stores)
        return try planning.measure(
            recalibrates: recalibrate, triesCoordinator: cluster.hosts != nil || calibrateOnly != nil,
            software: "platonic \(Platonic.version)"
        ) { try trial.seconds($0, folder: $1) }
    }

    private func checked(_ host: CalibratedHost, _ planning: SweepPlanning) throws -> SweepPlanning.Measurement {
        if let misfit = host.misfit(planning.context.plan) {
            throw Complaint(
                .request, "the calibration is of another sweep: \(misfit)", at: calibration ?? "",
                advice: "make one with the words of this sweep: platonic plan ... --calibrate-only FILE")
        }
        return SweepPlanning.Measurement(known: host)
    }

    private func simulate(
        _ planning: SweepPlanning, _ measured: SweepPlanning.Measurement, _ forecast: SweepForecast,
        _ shape: ClusterShape, workerBytes: Int
    ) throws -> ClusterForecast {
        let rates = measured.host.rates
        let sweep = SimulatedSweep(
            planning.context, costs: ItemCosts(forecast.plan, rates: rates, known: forecast.known),
            memory: try planning.memory(ofWorkersWith: workerBytes), known: forecast.known)
        return try ClusterPlanner(
            sweep, rates: rates, coordinator: measured.host.coordinator,
            before: forecast.estimate.start + forecast.estimate.opening, after: forecast.estimate.results
        ).forecast(shape)
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
