/// A job of the batch system that runs workers, as the batch system sees it.
package struct WorkerJob: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case pending
        /// It has its nodes, or will have them again: running, configuring, suspended, stopped.
        case running
        /// On its way out.
        case ending
        /// It was taken off its node for other work, or the node failed: nobody's fault.
        case interrupted
        /// Over, however it ended; the batch system's word for it.
        case over(String)
    }

    package var id: String
    package var state: State
    /// Whether it stays where there is nothing to do, as one of the least number of jobs.
    package var isStanding: Bool
    /// Why it is pending, or how it ended; empty where nothing is said.
    package var reason: String

    package init(id: String, state: State, isStanding: Bool = false, reason: String = "") {
        self.id = id
        self.state = state
        self.isStanding = isStanding
        self.reason = reason
    }

    /// Whether it has, or waits for, nodes.
    package var isActive: Bool { state == .pending || state == .running }
}

/// A worker that is registered with the coordinator, as far as scaling is concerned.
package struct ScaledWorker: Hashable, Sendable {
    /// The job that it runs in; nil where somebody started it by hand.
    package var job: String?
    /// Whether it is given work.
    package var isUsable: Bool

    package init(job: String?, isUsable: Bool) {
        self.job = job
        self.isUsable = isUsable
    }
}
