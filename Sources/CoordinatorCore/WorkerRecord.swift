internal import SweepModel
internal import SweepProtocol

/// What the coordinator knows of one registered worker.
struct WorkerRecord {
    let hello: WorkerHello
    /// What it was given and has not answered, the one it is executing first.
    var assigned: [Attempt] = []
    /// The block row of its latest tile.
    var latestRow: Int?
    /// Models that it surveyed, whose values it may have in memory.
    var surveyed: Set<Int> = []
    /// When it last gave a sign of life.
    var lastSeen: Duration
}
