package import SweepModel
package import SweepProtocol

extension CoordinatorClient {
    /// Follows a sweep to its end, across restarts of the coordinator, and tells `observer` how far it is.
    package mutating func wait(for id: SweepID, observer: any SweepObserver) throws -> SweepStatus {
        var progress = StatusProgress()
        var interval = Duration.milliseconds(50)
        while true {
            let status = try status(of: id)
            if status.state.isOver { return status }
            observer.progress(progress.next(status))
            try pause(interval)
            interval = min(interval * 2, .milliseconds(500))
        }
    }
}

/// Turns what a coordinator says of a sweep from time to time into its progress since this client looks.
struct StatusProgress {
    private let clock = ContinuousClock()
    private let start = ContinuousClock().now
    private var flopsAtStart: Double?

    mutating func next(_ status: SweepStatus) -> SweepProgress {
        let (seconds, attoseconds) = (clock.now - start).components
        return next(status, elapsed: Double(seconds) + Double(attoseconds) * 1e-18)
    }

    mutating func next(_ status: SweepStatus, elapsed: Double) -> SweepProgress {
        let flops = status.flops - (flopsAtStart ?? status.flops)
        flopsAtStart = flopsAtStart ?? status.flops
        let gigaflops = elapsed > 0 ? flops / elapsed / 1e9 : 0
        return SweepProgress(
            done: status.done, total: status.total, workers: status.workers,
            // A retried sweep starts anew, and its operations may be fewer than they were.
            gigaflops: gigaflops.isFinite ? min(max(gigaflops, 0), 1e12) : 0, elapsed: elapsed,
            remaining: status.remainingSeconds)
    }
}
