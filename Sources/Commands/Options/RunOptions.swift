import ArgumentParser
import ArtifactStore
import Reporting
import SweepRuntime

extension ProgressForm: ExpressibleByArgument {}

/// How a sweep is run on this machine; none of it changes a score.
struct RunOptions: ParsableArguments {
    @Option(help: "Worker processes (default: one for each core).")
    var workers: Int?

    @Option(
        help: "Memory for all workers together, such as 8GiB (default: three quarters of what is free).",
        transform: { try ByteCount($0) })
    var memory: ByteCount?

    @Option(help: "The directory for artifacts (default: $XDG_CACHE_HOME/platonic).", completion: .directory)
    var artifacts: String?

    @Option(
        help: "Cut the artifact directory back to this size when a sweep starts (default: 20GiB).",
        transform: { try ByteCount($0) })
    var artifactsLimit: ByteCount?

    @Flag(help: "Throw away what an interrupted sweep with the same output found.")
    var restart = false

    @Flag(help: "Say nothing but warnings and results.")
    var quiet = false

    @Option(help: "The form of progress on standard error: text, or json for programs (a line at a time).")
    var progress: ProgressForm = .text

    @Flag(help: "Print JSON instead of tables.")
    var json = false

    func validate() throws {
        if let workers, !(1...1024).contains(workers) {
            throw ValidationError("--workers is \(workers); give a number from 1 to 1024")
        }
    }

    var resources: LocalSweep.Resources {
        LocalSweep.Resources(
            workers: workers ?? MachineResources.cores, memoryBytes: memory?.bytes ?? MachineResources.defaultMemory,
            artifactDirectory: artifacts ?? ArtifactDirectory.defaultPath,
            artifactLimit: artifactsLimit?.bytes ?? 20 << 30, restart: restart)
    }
}
