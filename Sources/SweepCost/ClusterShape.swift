/// A cluster as a simulation takes it to be: equal hosts, each with a link of its own, beside one for the coordinator.
package struct ClusterShape: Hashable, Sendable {
    package var hosts: Int
    package var workersPerHost: Int
    /// Bytes a second of each link, in each direction.
    package var bandwidth: Double
    /// Seconds from one host to another.
    package var latency: Double
    /// Bytes a second at which a host reads stores, and reads and writes shared artifacts.
    package var diskRate: Double
    /// Whether all hosts see one artifact directory; otherwise artifacts go through the coordinator.
    package var sharesArtifacts: Bool
    /// Bytes that a host remembers of what it read.
    package var pageCacheBytes: Int

    package init(
        hosts: Int, workersPerHost: Int, bandwidth: Double, latency: Double, diskRate: Double, sharesArtifacts: Bool,
        pageCacheBytes: Int
    ) {
        self.hosts = hosts
        self.workersPerHost = workersPerHost
        self.bandwidth = bandwidth
        self.latency = latency
        self.diskRate = diskRate
        self.sharesArtifacts = sharesArtifacts
        self.pageCacheBytes = pageCacheBytes
    }

    package var workers: Int { hosts * workersPerHost }

    /// 1, 2, 4 … workers, up to all of them.
    package var workerCounts: [Int] {
        Array(sequence(first: 1) { 2 * $0 < self.workers ? 2 * $0 : nil }) + (workers > 1 ? [workers] : [])
    }

    /// Hosts that `workers` workers fill, one after the other.
    package func hosts(of workers: Int) -> Int { (workers + workersPerHost - 1) / workersPerHost }
}
