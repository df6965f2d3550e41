package import SweepModel

/// What a sweep would cost on a host, and from what that was predicted.
package struct SweepForecast: Sendable {
    package var plan: SweepPlan
    package var work: SweepWork
    package var estimate: SweepEstimate
    package var memory: TileMemory
    package var known: KnownWork
    package var resources: Resources
    package var stores: Stores
    package var calibration: Calibration
    /// What the prediction does not know or leave out, for people.
    package var unknowns: [String]
    /// What was simulated of the sweep on a cluster; nil where none was asked for.
    package var cluster: ClusterForecast?

    /// What calibration by permutation takes.
    package var permutations: PermutationWork { PermutationWork(plan) }

    package struct Resources: Sendable {
        package var host: String
        package var blasCore: String
        package var workers: Int
        package var cores: Int
        /// Bytes that a worker may use, and those that the largest layer takes.
        package var workerBytes: Int
        package var requiredBytes: Int
        package var artifactDirectory: String

        package init(
            host: String, blasCore: String, workers: Int, cores: Int, workerBytes: Int, requiredBytes: Int,
            artifactDirectory: String
        ) {
            self.host = host
            self.blasCore = blasCore
            self.workers = workers
            self.cores = cores
            self.workerBytes = workerBytes
            self.requiredBytes = requiredBytes
            self.artifactDirectory = artifactDirectory
        }
    }

    package struct Stores: Sendable {
        /// The precisions in which layers are stored.
        package var precisions: [String]
        /// Bytes that are not in memory, as far as the system says; and those a second that their disk gave.
        package var coldBytes: Int
        package var diskRate: Double?

        package init(precisions: [String], coldBytes: Int, diskRate: Double?) {
            self.precisions = precisions
            self.coldBytes = coldBytes
            self.diskRate = diskRate
        }
    }

    package struct Calibration: Sendable {
        /// Trials that were remembered, and those that were made for this prediction, with the seconds that they took.
        package var known: Int
        package var made: Int
        package var seconds: Double

        package init(known: Int, made: Int, seconds: Double) {
            self.known = known
            self.made = made
            self.seconds = seconds
        }
    }

    package init(
        plan: SweepPlan, work: SweepWork, estimate: SweepEstimate, memory: TileMemory, known: KnownWork,
        resources: Resources, stores: Stores, calibration: Calibration, unknowns: [String]
    ) {
        self.plan = plan
        self.work = work
        self.estimate = estimate
        self.memory = memory
        self.known = known
        self.resources = resources
        self.stores = stores
        self.calibration = calibration
        self.unknowns = unknowns
    }
}
