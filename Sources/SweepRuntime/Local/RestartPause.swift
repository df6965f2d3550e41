/// How soon a process is started in the place of one that died: at once after a single death, later and later after many.
struct RestartPause {
    private var deaths = 0
    private var latest: ContinuousClock.Instant?
    private var next: ContinuousClock.Instant?

    /// So many die without consequences: a person, or the kernel, may have killed them all.
    private static let freeDeaths = 8
    private static let shortest = Duration.milliseconds(100)
    private static let longest = Duration.seconds(2)
    /// After so long without a death it is as if there had been none.
    private static let memory = Duration.seconds(20)

    mutating func noteDeath(at now: ContinuousClock.Instant) {
        if let latest, now - latest > Self.memory { deaths = 0 }
        latest = now
        deaths += 1
        next = max(next ?? now, now + pause)
    }

    /// A process was started; the next one follows after a pause.
    mutating func noteStart(at now: ContinuousClock.Instant) {
        if next != nil { next = now + pause }
    }

    func isOver(at now: ContinuousClock.Instant) -> Bool { next.map { now >= $0 } ?? true }

    private var pause: Duration {
        guard deaths > Self.freeDeaths else { return .zero }
        return min(Self.shortest * (1 << min(deaths - Self.freeDeaths - 1, 5)), Self.longest)
    }
}
