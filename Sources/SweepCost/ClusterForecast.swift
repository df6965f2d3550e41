/// What a simulation found of a sweep on a cluster.
package struct ClusterForecast: Hashable, Sendable {
    package let shape: ClusterShape
    /// What a message costs the coordinator.
    package let coordinator: CoordinatorRates
    /// Whether work slows down by this factor where a host has several workers.
    package let contention: Double
    /// For 1, 2, 4 … workers, and last for all of them.
    package let runs: [ClusterRun]

    /// Twice as many workers that gain less than this share of the time do not pay.
    package static let leastGain = 0.1

    package init(shape: ClusterShape, coordinator: CoordinatorRates, contention: Double, runs: [ClusterRun]) {
        self.shape = shape
        self.coordinator = coordinator
        self.contention = contention
        self.runs = runs
    }

    /// The number of workers from which on more do not pay: twice as many would take more than 90 % of its time. From the last but one
    /// number to the last it may be less than twice as many, and the gain that is asked for is as much smaller. Nil where more would pay still.
    package var payingWorkers: Int? {
        zip(runs, runs.dropFirst()).first { fewer, more in
            let share = Double(more.workers) / Double(fewer.workers) - 1
            return more.makespan > fewer.makespan * (1 - Self.leastGain * share)
        }?.0.workers
    }
}

/// A sweep on so many workers, as simulated.
package struct ClusterRun: Hashable, Sendable {
    package let workers: Int
    package let hosts: Int
    /// Wall-clock seconds from the command to the results.
    package let makespan: Double
    /// Of these, before the first work item and after the last one.
    package let before: Double
    package let after: Double
    /// Seconds after the start of work at which the last survey, layer and tile were in.
    package let surveysDone: Double
    package let layersDone: Double
    package let tilesDone: Double
    package let spent: Spent
    package let traffic: Traffic
    package let coordinator: CoordinatorLoad
    /// What the simulation took in.
    package let events: Int

    package init(
        workers: Int, hosts: Int, makespan: Double, before: Double, after: Double, surveysDone: Double,
        layersDone: Double, tilesDone: Double, spent: Spent, traffic: Traffic, coordinator: CoordinatorLoad,
        events: Int
    ) {
        self.workers = workers
        self.hosts = hosts
        self.makespan = makespan
        self.before = before
        self.after = after
        self.surveysDone = surveysDone
        self.layersDone = layersDone
        self.tilesDone = tilesDone
        self.spent = spent
        self.traffic = traffic
        self.coordinator = coordinator
        self.events = events
    }

    /// Hours for which hosts are taken, all together.
    package var nodeHours: Double { Double(hosts) * makespan / 3600 }

    /// Seconds of all workers together, from the start of work to its end.
    package struct Spent: Hashable, Sendable {
        /// Computing, artifacts read into memory included.
        package var surveys = 0.0
        package var layers = 0.0
        package var tiles = 0.0
        /// Waiting for stores and shared artifacts, and for artifacts that go through the coordinator.
        package var disks = 0.0
        package var transfers = 0.0
        /// From the end of the last work item to the next one that was there to be had: messages under way, and the coordinator's queue.
        package var coordination = 0.0
        /// Nothing was to be had: others were at what everything waited for.
        package var idle = 0.0

        package init() {}

        package var computing: Double { surveys + layers + tiles }
        package var all: Double { computing + disks + transfers + coordination + idle }
    }

    /// Bytes over the network.
    package struct Traffic: Hashable, Sendable {
        /// Messages to the coordinator with scores, and its own, without artifacts.
        package var toCoordinator = 0
        package var fromCoordinator = 0
        /// Artifacts that are handed over to the coordinator, and fetched from it.
        package var artifactsUp = 0
        package var artifactsDown = 0
        /// Of stores and shared artifacts.
        package var diskRead = 0
        package var diskWritten = 0

        package init() {}
    }

    package struct CoordinatorLoad: Hashable, Sendable {
        /// Messages of workers.
        package var messages = 0
        /// Seconds for which its thread is busy, and the longest that a message waits for it.
        package var busy = 0.0
        package var longestWait = 0.0

        package init() {}
    }
}
