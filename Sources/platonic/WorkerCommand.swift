import ArgumentParser
import Foundation
import SweepModel
import SweepRuntime

struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Join a coordinator and work for it.",
        discussion: """
            Workers may come and go at any time. SIGTERM and Ctrl-C finish the tile that is being computed and hand back the rest; a \
            second one leaves at once. Exit status: 0 when told to stop, when idle or out of time, 3 when the coordinator stays away.

              platonic worker --connect tcp://head:7070 --keys keys/issued/nodes --count 8 --time-limit 4h
            """)

    @Option(
        help:
            "The coordinator: tcp://HOST:PORT, ipc://PATH, or @DIR with its state directory (default: $PLATONIC_CONNECT)."
    )
    var connect: String?

    @Option(help: "The directory of the key (default: $PLATONIC_KEYS).")
    var keys: String?

    @Flag(help: "Connect over TCP without a key and without encryption.")
    var insecure = false

    @Option(help: "Memory for all workers together, such as 8GiB (default: three quarters of what is free).")
    var memory: ByteCount?

    @Option(help: "So many worker processes.")
    var count = 1

    @Option(help: "Leave after so long without work, such as 5m.")
    var idleTimeout: DurationArgument?

    @Option(help: "Be gone after so long, such as 1h: nothing is begun that cannot be finished.")
    var timeLimit: DurationArgument?

    @Option(help: "Give up when the coordinator stays away for so long (default: 10m).")
    var reconnectTimeout: DurationArgument?

    @Option(help: "How long the present tile may take when the worker has to go (default: 20s).")
    var grace: DurationArgument?

    @Option(help: "The form of log lines: text or json.")
    var logFormat = LogFormat.text

    @Flag(help: "Log every work item.")
    var verbose = false

    @Option(help: .hidden)
    var lifeline: Int32?

    func validate() throws {
        guard (1...1024).contains(count) else {
            throw ValidationError("--count is \(count); give a number from 1 to 1024")
        }
    }

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        guard let target = connect ?? environment["PLATONIC_CONNECT"] else {
            throw Complaint(
                .request, "no coordinator is named", at: "--connect", advice: "give --connect, or set PLATONIC_CONNECT")
        }
        if let lifeline { Lifeline.watch(lifeline) }
        let bytes = memory?.bytes ?? MachineResources.defaultMemory
        let address = try EndpointArgument(target)
        let credentials = try ClientCredentials(keys: keys ?? environment["PLATONIC_KEYS"], isInsecure: insecure)
        let signals = try SignalInbox()
        let status =
            count > 1
            ? try WorkerGroup(arguments: arguments(target, bytes), count: count).run(signals: signals)
            : try WorkerLoop(
                address, credentials: credentials, options: options(bytes),
                log: EventLog(format: logFormat, verbose: verbose)
            ).run(signals: signals)
        if status != ExitStatus.done { throw ExitCode(status) }
    }

    private func options(_ bytes: Int) -> WorkerLoop.Options {
        WorkerLoop.Options(
            memoryBytes: bytes, reconnectTimeout: reconnectTimeout?.duration ?? .seconds(600),
            idleTimeout: idleTimeout?.duration, timeLimit: timeLimit?.duration, grace: grace?.duration ?? .seconds(20),
            software: "platonic \(Platonic.version)")
    }

    /// The arguments of each of several workers.
    private func arguments(_ target: String, _ bytes: Int) -> [String] {
        var arguments = ["--connect", target, "--memory", String(bytes / count), "--log-format", logFormat.rawValue]
        if let keys { arguments += ["--keys", keys] }
        if insecure { arguments.append("--insecure") }
        if verbose { arguments.append("--verbose") }
        for (name, value) in [
            ("--idle-timeout", idleTimeout), ("--time-limit", timeLimit), ("--reconnect-timeout", reconnectTimeout),
            ("--grace", grace),
        ] {
            if let value { arguments += [name, "\(value.duration.components.seconds)s"] }
        }
        return arguments
    }
}
