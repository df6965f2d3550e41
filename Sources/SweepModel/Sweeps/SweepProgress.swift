/// How far a sweep is.
package struct SweepProgress: Hashable, Sendable {
    /// Work items: models surveyed, layers prepared, tiles scored.
    package let done: Int
    package let total: Int
    /// The share of the work that is done, from 0 to 1, items weighed by what they are expected to take.
    package let share: Double
    package let workers: Int
    /// Billions of operations of large products a second since the start, and seconds since the start.
    package let gigaflops: Double
    package let elapsed: Double
    /// Expected seconds to the end; nil while there is nothing to go by.
    package let remaining: Double?

    package init(
        done: Int, total: Int, share: Double, workers: Int, gigaflops: Double, elapsed: Double, remaining: Double?
    ) {
        self.done = done
        self.total = total
        self.share = share
        self.workers = workers
        self.gigaflops = gigaflops
        self.elapsed = elapsed
        self.remaining = remaining
    }
}

/// Whoever watches a sweep: told on the thread that runs it.
package protocol SweepObserver: AnyObject {
    /// Something happened that a person may want to know.
    func note(_ text: String, isWarning: Bool)
    /// The sweep went on.
    func progress(_ progress: SweepProgress)
}
