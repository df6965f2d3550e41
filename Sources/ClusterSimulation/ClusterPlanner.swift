internal import Dispatch
package import SweepCost
internal import Synchronization

/// Plays a sweep on 1, 2, 4 … workers, up to all of a cluster.
package struct ClusterPlanner {
    private let sweep: SimulatedSweep
    private let rates: HostRates
    private let coordinator: CoordinatorRates
    /// Seconds before the first work item and after the last one.
    private let before: Double
    private let after: Double

    package init(
        _ sweep: SimulatedSweep, rates: HostRates, coordinator: CoordinatorRates, before: Double, after: Double
    ) {
        self.sweep = sweep
        self.rates = rates
        self.coordinator = coordinator
        self.before = before
        self.after = after
    }

    /// Each by itself, as many at a time as there are cores.
    package func forecast(_ shape: ClusterShape) throws -> ClusterForecast {
        // The largest takes longest.
        let counts = Array(shape.workerCounts.reversed())
        let found = Mutex<[Int: Result<ClusterRun, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: counts.count) { index in
            let run = Result {
                try SweepSimulation(
                    sweep, on: shape, workers: counts[index], contention: rates.contention, coordinator: coordinator
                ).run(before: before, after: after)
            }
            found.withLock { $0[counts[index]] = run }
        }
        let runs = try found.withLock { found in try counts.reversed().compactMap { try found[$0]?.get() } }
        return ClusterForecast(shape: shape, coordinator: coordinator, contention: rates.contention, runs: runs)
    }
}
