package import SweepModel
package import SweepProtocol

extension CoordinatorClient {
    /// Follows a sweep to its end, across restarts of the coordinator, and tells `observer` how far it is.
    package mutating func wait(for id: SweepID, observer: any SweepObserver) throws -> SweepStatus {
        var progress = StatusProgress()
        var interval = Duration.milliseconds(50)
        var reasons = WaitingReasons()
        while true {
            let status = try status(of: id)
            if status.state.isOver { return status }
            observer.progress(progress.next(status))
            if reasons.isDue(.now) {
                for line in reasons.news(try explain(id, nil), of: status) { observer.note(line, isWarning: false) }
            }
            try pause(interval)
            interval = min(interval * 2, .milliseconds(500))
        }
    }
}

/// What whoever waits for a sweep is told of the reason: after a while, and again when it is another one.
struct WaitingReasons {
    private var next: ContinuousClock.Instant
    private var told: String?

    /// How long nothing is said, and how often the coordinator is asked from then on.
    static let interval = Duration.seconds(10)

    init(start: ContinuousClock.Instant = .now) { next = start + Self.interval }

    /// Whether it is time to ask.
    mutating func isDue(_ now: ContinuousClock.Instant) -> Bool {
        guard now >= next else { return false }
        next = now + Self.interval
        return true
    }

    /// What is new of `explanation`, line by line. That it runs needs no details: progress shows them.
    mutating func news(_ explanation: Explanation, of status: SweepStatus) -> [String] {
        // Numbers go up all the time.
        let gist = explanation.conclusion.filter { !$0.isNumber }
        guard gist != told else { return [] }
        told = gist
        let reasons = status.workers > 0 ? [] : explanation.reasons.map { "  - \($0)" }
        return ["waiting for sweep \(status.id): \(explanation.conclusion)"] + reasons
    }
}

/// Turns what a coordinator says of a sweep from time to time into its progress since this client looks.
struct StatusProgress {
    private let clock = ContinuousClock()
    private let start = ContinuousClock().now
    private var flopsAtStart: Double?

    mutating func next(_ status: SweepStatus) -> SweepProgress {
        return next(status, elapsed: (clock.now - start).inSeconds)
    }

    mutating func next(_ status: SweepStatus, elapsed: Double) -> SweepProgress {
        let flops = status.flops - (flopsAtStart ?? status.flops)
        flopsAtStart = flopsAtStart ?? status.flops
        let gigaflops = elapsed > 0 ? flops / elapsed / 1e9 : 0
        return SweepProgress(
            done: status.done, total: status.total, share: status.progress, workers: status.workers,
            // A retried sweep starts anew, and its operations may be fewer than they were.
            gigaflops: gigaflops.isFinite ? min(max(gigaflops, 0), 1e12) : 0, elapsed: elapsed,
            remaining: status.remainingSeconds)
    }
}
