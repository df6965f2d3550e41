/// When a coordinator pings everybody after a connection ended.
///
/// libzmq reports the end before it takes the queue to the peer away, and until then the peer seems to be there: so it is asked for
/// several times. Whoever connects and hangs up all the time cannot keep the coordinator busy with it.
struct RollCalls {
    private var due: [ContinuousClock.Instant] = []
    private var latest: ContinuousClock.Instant?

    private static let delays: [Duration] = [.zero, .milliseconds(50), .milliseconds(250), .milliseconds(700)]
    /// The least time between two calls, so that the pings take a small share of the coordinator's time.
    private static let rest = Duration.milliseconds(40)
    private static let restPerPeer = Duration.microseconds(100)

    /// When the next one is due.
    var next: ContinuousClock.Instant? { due.first }

    /// A connection ended, where there are so many peers.
    mutating func schedule(peers: Int, now: ContinuousClock.Instant) {
        let rest = Self.rest + Self.restPerPeer * peers
        let earliest = latest.map { $0 + rest } ?? now
        for delay in Self.delays {
            let moment = max(now + delay, earliest)
            // Calls that are close to each other are one, the later.
            due.removeAll { $0 <= moment && moment - $0 < rest && $0 > now }
            if !due.contains(where: { $0 > moment && $0 - moment < rest }) { due.append(moment) }
        }
        due.sort()
    }

    /// Whether one is due, which then is done.
    mutating func isDue(_ now: ContinuousClock.Instant) -> Bool {
        guard let first = due.first, first <= now else { return false }
        due.removeAll { $0 <= now }
        latest = now
        return true
    }
}
