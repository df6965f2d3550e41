import ArgumentParser
import ClusterSimulation
import SweepCost
import SweepRuntime

/// The cluster that a sweep is planned for.
struct ClusterOptions: ParsableArguments {
    @Option(help: "Plan for so many hosts, by a simulation of the coordinator and every worker.")
    var hosts: Int?

    @Option(
        help: ArgumentHelp("Worker processes on each host (default: as --workers).", valueName: "workers"))
    var workersPerHost: Int?

    @Option(
        help: ArgumentHelp("Of each host's link, in each direction (default: 1GB/s).", valueName: "bytes/s"),
        transform: { try ByteRate($0) })
    var bandwidth: ByteRate?

    @Option(help: ArgumentHelp("From one host to another (default: 0.2ms).", valueName: "time"))
    var latency: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "At which each host reads stores, and reads and writes shared artifacts (default: as --bandwidth).",
            valueName: "bytes/s"),
        transform: { try ByteRate($0) })
    var diskBandwidth: ByteRate?

    @Flag(
        inversion: .prefixedNo,
        help:
            "Whether all hosts see one artifact directory, or artifacts go through the coordinator (default: they see it)."
    )
    var sharedArtifacts: Bool?

    /// As many workers as a coordinator takes.
    private static let mostWorkers = 16_384

    func validate() throws {
        guard let hosts else {
            let given = [
                ("workers-per-host", workersPerHost != nil), ("bandwidth", bandwidth != nil),
                ("latency", latency != nil), ("disk-bandwidth", diskBandwidth != nil),
                (sharedArtifacts == false ? "no-shared-artifacts" : "shared-artifacts", sharedArtifacts != nil),
            ]
            if let name = given.first(where: \.1)?.0 { throw ValidationError("--\(name) needs --hosts") }
            return
        }
        guard hosts > 0 else { throw ValidationError("--hosts is \(hosts); give a number of hosts") }
        if let workersPerHost, !(1...1024).contains(workersPerHost) {
            throw ValidationError("--workers-per-host is \(workersPerHost); give a number from 1 to 1024")
        }
        guard hosts <= Self.mostWorkers / (workersPerHost ?? 1) else {
            throw ValidationError(
                "--hosts is \(hosts); a coordinator takes \(Self.mostWorkers) workers, and no more can be simulated")
        }
    }

    /// The cluster; nil where none is planned for.
    /// - Parameter resources: this machine's, where nothing else is said.
    func shape(_ resources: LocalSweep.Resources, memoryOfHost: Int?) -> (shape: ClusterShape, workerBytes: Int)? {
        guard let hosts else { return nil }
        let workers = workersPerHost ?? resources.workers
        let workerBytes = (memoryOfHost ?? resources.memoryBytes / resources.workers * workers) / workers
        let rate = bandwidth?.bytesPerSecond ?? 1e9
        let shape = ClusterShape(
            hosts: hosts, workersPerHost: workers, bandwidth: rate,
            latency: latency.map { $0.duration / .seconds(1) } ?? 2e-4,
            diskRate: diskBandwidth?.bytesPerSecond ?? rate, sharesArtifacts: sharedArtifacts ?? true,
            // What workers may use is three quarters of what a host has free.
            pageCacheBytes: workerBytes * workers / 3)
        return (shape, workerBytes)
    }
}
