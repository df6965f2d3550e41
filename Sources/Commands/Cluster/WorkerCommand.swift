import ArgumentParser
import Foundation
import SweepModel
import SweepRuntime

struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Join a coordinator and work for it.",
        discussion: """
            Workers may come and go at any time. SIGTERM, SIGHUP and Ctrl-C finish the tile that is being computed and hand back the rest; a \
            second one leaves at once. Exit status: 0 when told to stop, when idle or out of time, 2 when the request was wrong or the \
            coordinator refuses it, 3 when the coordinator stays away.

              platonic worker --connect tcp://head:7070 --keys keys/issued/nodes \\
                  --count 8 --time-limit 4h
            """)

    @Option(
        help:
            "The coordinator: tcp://HOST:PORT, ipc://PATH, or @DIR with its state directory (default: $PLATONIC_CONNECT)."
    )
    var connect: String?

    @Option(help: "The directory of the key (default: $PLATONIC_KEYS).", completion: .directory)
    var keys: String?

    @Flag(help: "Connect over TCP without a key and without encryption.")
    var insecure = false

    @Option(
        help: "Memory for all workers together, such as 8GiB (default: three quarters of what is free).",
        transform: { try ByteCount($0) })
    var memory: ByteCount?

    @Option(help: "So many worker processes; auto for one on each core that this may use.", completion: .list(["auto"]))
    var count = WorkerCount(1)

    @Option(help: "Threads of each that share the work on one large layer (default: the cores over --count).")
    var threads: Int?

    @Option(help: "Leave after so long without work, such as 5m.")
    var idleTimeout: DurationArgument?

    @Option(
        help:
            "Be gone after so long, such as 1h: nothing is begun that cannot be finished. In a Slurm job its end counts too."
    )
    var timeLimit: DurationArgument?

    @Option(help: "Give up when the coordinator stays away for so long (default: 10m).")
    var reconnectTimeout: DurationArgument?

    @Option(help: "How long the present tile may take when the worker has to go (default: 20s).")
    var grace: DurationArgument?

    @Option(
        help:
            "Where artifacts are kept if this host does not see the coordinator's directory: they go through the coordinator then (default: a directory of its own under $XDG_CACHE_HOME/platonic or $TMPDIR, which is deleted at the end).",
        completion: .directory)
    var artifacts: String?

    @Option(
        help: "Such a directory's bytes at most; the least recently used go first (default: 20GiB).",
        transform: { try ByteCount($0) })
    var artifactsLimit: ByteCount?

    @Option(help: "The form of log lines: text or json.")
    var logFormat = LogFormat.text

    @Flag(help: "Log every work item.")
    var verbose = false

    @Option(help: .hidden)
    var lifeline: Int32?

    func run() throws {
        let address = try EndpointArgument.named(connect)
        if let lifeline { Lifeline.watch(lifeline) }
        let bytes = memory?.bytes ?? MachineResources.defaultMemory
        let credentials = try ClientCredentials(
            keys: keys ?? EnvironmentVariable.value("PLATONIC_KEYS"), isInsecure: insecure)
        let own = WorkerArtifacts(path: artifacts, limit: artifactsLimit?.bytes ?? 20 << 30)
        defer { own.cleanUp() }
        let signals = try SignalInbox()
        let (count, limit) = (count.resolved, limit)
        let threads = threads ?? MachineResources.threads(workers: count)
        guard (1...1024).contains(threads) else {
            throw ValidationError("--threads \(threads) is not between 1 and 1024")
        }
        let status =
            count > 1
            ? try WorkerGroup(
                arguments: arguments(address, bytes / count, threads, limit, own), count: count
            ).run(signals: signals)
            : try WorkerLoop(
                address, credentials: credentials, options: options(bytes, threads, limit, own),
                log: EventLog(format: logFormat, verbose: verbose)
            ).run(signals: signals)
        if status != ExitStatus.done { throw ExitCode(status) }
    }

    /// How long it may run: what the user says or what is left of the Slurm job, whichever is less. Of several workers the first process
    /// has asked for all.
    private var limit: Duration? {
        [timeLimit?.duration, lifeline == nil ? SlurmJob.timeLeft : nil].compactMap { $0 }.min()
    }

    private func options(_ bytes: Int, _ threads: Int, _ limit: Duration?, _ own: WorkerArtifacts) -> WorkerLoop.Options
    {
        WorkerLoop.Options(
            memoryBytes: bytes, threads: threads, reconnectTimeout: reconnectTimeout?.duration ?? .seconds(600),
            idleTimeout: idleTimeout?.duration, timeLimit: limit, grace: grace?.duration ?? .seconds(20),
            software: "platonic \(Platonic.version)", artifacts: own)
    }

    /// The arguments of each of several workers.
    private func arguments(
        _ address: EndpointArgument, _ bytes: Int, _ threads: Int, _ limit: Duration?, _ own: WorkerArtifacts
    ) -> [String] {
        var arguments = [
            "--connect", address.description, "--memory", "\(ByteCount(bytes))", "--log-format", logFormat.rawValue,
        ]
        arguments += ["--threads", String(threads)]
        // One directory for all of them: what one has fetched the others need not.
        arguments += ["--artifacts", own.path, "--artifacts-limit", "\(ByteCount(own.limit))"]
        if let keys { arguments += ["--keys", keys] }
        if insecure { arguments.append("--insecure") }
        if verbose { arguments.append("--verbose") }
        for (name, value) in [
            ("--idle-timeout", idleTimeout?.duration), ("--time-limit", limit),
            ("--reconnect-timeout", reconnectTimeout?.duration), ("--grace", grace?.duration),
        ] {
            if let value { arguments += [name, "\(value.components.seconds)s"] }
        }
        return arguments
    }
}

/// A number of worker processes on the command line.
struct WorkerCount: ExpressibleByArgument, CustomStringConvertible {
    /// Nil for one on each core.
    private let number: Int?

    init(_ number: Int) { self.number = number }

    init?(argument: String) {
        guard argument != "auto" else {
            number = nil
            return
        }
        guard let number = Int(argument), (1...1024).contains(number) else { return nil }
        self.number = number
    }

    var resolved: Int { number ?? min(MachineResources.cores, 1024) }

    var description: String { number.map(String.init) ?? "auto" }
}
