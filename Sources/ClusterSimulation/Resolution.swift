internal import CoordinatorCore
internal import SweepCost

/// How finely a simulation looks: as finely as the real thing where that is few enough events, and coarser where sweeps are so long that
/// nobody would see the difference.
struct Resolution {
    /// Seconds between heartbeats of a busy worker, and between the coordinator's looks at its workers.
    let heartbeat: Double
    let tick: Double
    /// Tiles of one lease are computed in one go up to so many seconds.
    let run: Double
    /// The seconds of work that a lease is.
    let lease: Double

    private static let heartbeats = 50_000.0
    private static let ticks = 1_000.0
    private static let runs = 100_000.0
    /// Nothing is so coarse that fewer than so many of it make a sweep.
    private static let least = 200.0
    private static let ownTick = 0.5
    private static let ownRun = 0.02

    /// - Parameter longest: seconds of the longest work items that wait for each other.
    init(_ costs: ItemCosts, workers: Int, longest: Double) {
        let settings = CoordinatorSettings()
        let span = max(costs.all / Double(workers), longest)
        heartbeat = max(settings.busyHeartbeat, span * Double(workers) / Self.heartbeats)
        tick = max(Self.ownTick, span / Self.ticks)
        run = max(Self.ownRun, min(costs.allTiles / Self.runs, span / Self.least))
        lease = max(settings.leaseSeconds, 4 * run)
    }

    /// The settings of a coordinator that is asked as often as that.
    var settings: CoordinatorSettings {
        var settings = CoordinatorSettings()
        let times = lease / settings.leaseSeconds
        settings.leaseSeconds = lease
        settings.leaseTiles = Int(Double(settings.leaseTiles) * times)
        settings.leaseBytes = Int(Double(settings.leaseBytes) * times)
        settings.idleHeartbeat *= heartbeatsEach
        settings.silenceLimit = settings.silenceLimit * heartbeatsEach
        settings.idleSilenceLimit = settings.idleSilenceLimit * heartbeatsEach
        // Progress is told by heartbeats.
        settings.stallLimit = max(settings.stallLimit, .seconds(4 * heartbeat))
        settings.busyHeartbeat = heartbeat
        settings.ownStallLimit = settings.ownStallLimit * ticksEach
        return settings
    }

    /// How many heartbeats, leases and looks stand for one that is simulated.
    var heartbeatsEach: Double { heartbeat / CoordinatorSettings().busyHeartbeat }
    var ticksEach: Double { tick / Self.ownTick }
}
