import ArgumentParser
import ContentHash
import Foundation
import SweepModel
import SweepRuntime
import WorkerScaling

struct ScaleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "Keep as many workers as there is work for.",
        subcommands: [ScaleSlurmCommand.self])
}

struct ScaleSlurmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slurm",
        abstract: "Keep as many worker jobs in Slurm as the coordinator's backlog deserves.",
        discussion: """
            Looks at the coordinator and at squeue, and submits jobs that run 'platonic worker'. Workers without work leave by themselves, \
            pending jobs that are not needed any more are cancelled, and jobs that ended early are replaced. Jobs are found again by \
            their name, so that this can be stopped and started at any time. When sbatch refuses jobs, or jobs end before their workers \
            have registered, it says so and waits longer from one time to the next. SIGTERM, SIGHUP and Ctrl-C cancel pending jobs. Exit status: \
            0 when stopped with nothing left to do, 3 with something left, 2 when the request was wrong.

              platonic scale slurm --connect @state --keys keys -- -p short -t 1:00:00
            """)

    @OptionGroup var connection: ConnectOptions

    @Option(
        help: ArgumentHelp("The directory of the workers' key (default: --keys).", valueName: "directory"),
        completion: .directory)
    var workerKeys: String?

    @Option(help: "So many jobs at least, also when there is nothing to do.")
    var min = 0

    @Option(help: "So many jobs at most.")
    var max = 20

    @Option(help: "Workers in each job (default: as many as -c or --cpus-per-task gives it cores, else 1).")
    var count: Int?

    @Option(help: "Minutes of work that deserve a worker (default: 5m): more jobs for less.")
    var target: DurationArgument?

    @Option(help: "A worker leaves after so long without work (default: 5m).")
    var idleTimeout: DurationArgument?

    @Option(
        help: "Memory for all workers of a job together (default: three quarters of what the job has).",
        transform: { try ByteCount($0) })
    var memory: ByteCount?

    @Option(help: "Where the jobs' logs go.", completion: .directory)
    var logs = "platonic-logs"

    @Option(help: "The jobs' name (default: one that is the coordinator's own).")
    var jobName: String?

    @Option(help: "Look so often (default: 15s); less and less often, down to every 5m, while looking fails.")
    var interval: DurationArgument?

    @Option(help: "The first pause after failures; it doubles up to 30m (default: 30s).")
    var retryPause: DurationArgument?

    @Option(help: "So many jobs in a row may end before their workers have registered.")
    var startLimit = 3

    @Option(help: "How long a running job's worker may take to register (default: 10m).")
    var startTimeout: DurationArgument?

    @Flag(help: "When stopped, also let go of running workers: each finishes the tile that it is at.")
    var drain = false

    @Flag(help: "Say what would be done now, and why, and do nothing.")
    var dryRun = false

    @Option(help: "Give up a question when the coordinator does not answer for so long (default: 30s).")
    var timeout: DurationArgument?

    @Option(help: "The form of log lines: text or json.")
    var logFormat = LogFormat.text

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("Options for sbatch, after --, such as -- -p short -t 1:00:00.", valueName: "sbatch-options")
    )
    var sbatch: [String] = []

    func validate() throws {
        guard min >= 0, max >= 1, min <= max, max <= 10_000 else {
            throw ValidationError(
                "--min is \(min) and --max is \(max); give 0 <= min <= max, and a max from 1 to 10000")
        }
        if let count, !(1...1024).contains(count) {
            throw ValidationError("--count is \(count); give a number from 1 to 1024")
        }
        guard startLimit >= 1 else { throw ValidationError("--start-limit is \(startLimit); give 1 or more") }
        guard lookInterval >= .milliseconds(100) else {
            throw ValidationError("--interval is too short; give 0.1s or more")
        }
        guard idle >= lookInterval * 2 else {
            throw ValidationError(
                "--idle-timeout is shorter than two times --interval: workers would be gone before they are seen")
        }
    }

    private var lookInterval: Duration { interval?.duration ?? .seconds(15) }
    private var idle: Duration { idleTimeout?.duration ?? .seconds(300) }

    func run() throws {
        let options = try SlurmOptions(sbatch)
        let address = try connection.address().absolute
        let submission = SlurmSubmission(
            options: options, logs: absolutePath(logs), command: try command(address, options),
            leaving: ["--idle-timeout", "\(idle.components.seconds)s"])
        let name = jobName ?? "platonic-\(ContentDigest(of: address.description).description.prefix(12))"
        guard name.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "|") }),
            !name.isEmpty
        else { throw ValidationError("--job-name is '\(name)'; give letters, digits and dashes") }
        let target = target.map(\.duration.inSeconds)
        var policy = ScalingPolicy(
            least: min, most: max, workersPerJob: workersPerJob(options), target: target ?? 300,
            firstPause: retryPause?.duration ?? .seconds(30))
        policy.startLimit = startLimit
        policy.registrationLimit = startTimeout?.duration ?? .seconds(600)
        let scaling = SlurmScaling(
            address, credentials: try connection.credentials(),
            options: SlurmScaling.Options(
                policy: policy, submission: submission, names: SlurmJobNames(name), interval: lookInterval,
                patience: timeout?.duration ?? .seconds(30), drainsAtStop: drain),
            log: EventLog(format: logFormat))
        let signals = try SignalInbox()
        if dryRun { return try Console.print(try scaling.plan(signals: signals)) }
        let status = try scaling.run(signals: signals)
        if status != ExitStatus.done { throw ExitCode(status) }
    }

    private func workersPerJob(_ options: SlurmOptions) -> Int { count ?? Swift.min(options.cores ?? 1, 1024) }

    /// What a job runs: this program, by paths that hold wherever it is started.
    private func command(_ address: EndpointArgument, _ options: SlurmOptions) throws -> [String] {
        guard let program = Executable.path else {
            throw Complaint(.work, "the program's own path is unknown", at: "/proc/self/exe", advice: "mount /proc")
        }
        var words = [program, "worker", "--connect", address.description]
        if connection.insecure {
            words.append("--insecure")
        } else if let keys = workerKeys ?? connection.keysDirectory {
            words += ["--keys", absolutePath(keys)]
        }
        words += ["--count", "\(workersPerJob(options))"]
        if let memory { words += ["--memory", "\(memory)"] }
        return words
    }

    private func absolutePath(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
