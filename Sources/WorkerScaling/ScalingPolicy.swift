/// How many jobs there may be, and how patient whoever submits them is.
package struct ScalingPolicy: Hashable, Sendable {
    /// Jobs that there are whether or not there is anything to do.
    package var least: Int
    /// Jobs that there are at most.
    package var most: Int
    /// Workers in each job.
    package var workersPerJob: Int
    /// Seconds of work that a worker should have: less is not worth the wait for a node.
    package var target: Double
    /// How long there have to be too many jobs before pending ones are cancelled: predictions waver, and a place in a queue is worth
    /// something.
    package var shrinkDelay = Duration.seconds(60)
    /// So many jobs in a row may end without their workers ever having registered.
    package var startLimit = 3
    /// How long a running job's worker may take to register.
    package var registrationLimit = Duration.seconds(600)
    package var backoff: Backoff
    /// Jobs that are submitted in one go: the batch system's controller is everybody's.
    package var burst = 10

    package init(least: Int, most: Int, workersPerJob: Int, target: Double, firstPause: Duration = .seconds(30)) {
        self.least = least
        self.most = most
        self.workersPerJob = workersPerJob
        self.target = target
        backoff = Backoff(first: firstPause)
    }
}

/// Pauses that double from one failure to the next.
package struct Backoff: Hashable, Sendable {
    package var first: Duration
    package var longest: Duration

    package init(first: Duration, longest: Duration = .seconds(1800)) {
        self.first = first
        self.longest = longest
    }

    /// The pause after so many failures in a row.
    package func pause(after failures: Int) -> Duration {
        // Beyond that it is longer than the longest, whatever the first.
        guard failures > 0, failures <= 30 else { return failures > 0 ? longest : .zero }
        return min(first * (1 << (failures - 1)), longest)
    }
}
