import ArgumentParser
import Foundation
import SweepModel
import SweepRuntime

struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Join a running sweep and work for it until it ends.")

    @Option(help: "The coordinator's endpoint, such as ipc:///tmp/platonic-x/endpoint.")
    var connect: String

    @Option(help: "Memory that the worker may use, such as 8GiB (default: three quarters of what is free).")
    var memory: ByteCount?

    @Option(help: "Give up when the coordinator stays away for so many seconds.")
    var reconnectTimeout: Int = 600

    @Option(help: .hidden)
    var lifeline: Int32?

    func validate() throws {
        guard connect.hasPrefix("ipc://") || connect.hasPrefix("tcp://") else {
            throw ValidationError("--connect is '\(connect)'; give an endpoint such as ipc:///path")
        }
        guard reconnectTimeout >= 0 else { throw ValidationError("--reconnect-timeout is negative") }
    }

    func run() throws {
        if let lifeline { Lifeline.watch(lifeline) }
        let loop = WorkerLoop(
            endpoint: connect, memoryBytes: memory?.bytes ?? MachineResources.defaultMemory,
            reconnectTimeout: .seconds(reconnectTimeout))
        let status = try loop.run(signals: SignalInbox())
        if status != ExitStatus.done {
            Console.note("platonic: the coordinator stayed away for \(reconnectTimeout) s (\(connect))")
            throw ExitCode(status)
        }
    }
}
