package import SweepProtocol

/// What is known at one moment.
package struct ScalingObservation: Sendable {
    package var backlog: Backlog
    /// Every worker that is registered with the coordinator.
    package var workers: [ScaledWorker]
    /// The jobs that this scaling is about; some of those that are over are among them.
    package var jobs: [WorkerJob]

    package init(backlog: Backlog, workers: [ScaledWorker], jobs: [WorkerJob]) {
        self.backlog = backlog
        self.workers = workers
        self.jobs = jobs
    }
}

/// What is to be done at the batch system.
package enum ScalingAction: Hashable, Sendable {
    /// Submits so many jobs; standing ones stay when there is nothing to do.
    case submit(Int, isStanding: Bool)
    /// Cancels these as long as they are pending.
    case cancelPending([String])
    /// Lets the workers of these finish what they are at and go.
    case drain([String])
    /// Ends these, whose workers have not registered.
    case end([String])
}

/// What is to be done, and why.
package struct ScalingDecision: Hashable, Sendable {
    /// Jobs that should exist.
    package var wanted: Int
    /// From what `wanted` follows, and how many jobs there are.
    package var reason: String
    package var actions: [ScalingAction]
    /// What somebody has to be told, each once.
    package var notes: [ScalingNote]
}

/// Something that somebody should know of.
package enum ScalingNote: Hashable, Sendable {
    /// A job's workers have registered for the first time.
    case registered(job: String)
    /// A job ended, or was ended, without its workers ever having registered; `inRow` counts those since the last that did.
    case neverRegistered(job: String, how: String, inRow: Int)
    /// Too many of them: nothing is submitted for so long.
    case startsPaused(Duration, inRow: Int, lastJob: String)
    /// A job was interrupted, and is replaced if it is still wanted.
    case interrupted(job: String)
    /// A job is over.
    case ended(job: String, how: String)
}
