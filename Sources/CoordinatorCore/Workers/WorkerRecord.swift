internal import SweepModel
internal import SweepProtocol

/// What the coordinator knows of one registered worker.
final class WorkerRecord {
    var peer: Peer
    var hello: WorkerHello
    let identity: Identity
    /// Numbers of the leases that it holds, the one it is executing first.
    var leases: [UInt64] = []
    /// The block row of its latest tile.
    var latestRow: (sweep: SweepID, row: Int)?
    /// Models that it surveyed, whose values it may have in memory.
    var surveyed: [SweepID: Set<Int>] = [:]
    /// What it has been told of sweeps.
    var knownSweeps: Set<SweepID> = []
    var knownBlocks: [SweepID: BlockSet] = [:]
    /// Sweeps that it cannot work on.
    var unfit: [SweepID: Complaint] = [:]
    /// When it last gave a sign of life, and when its compute thread last made a step.
    var lastSeen: Duration
    var progress: UInt64 = 0
    var progressedAt: Duration
    /// When it was last done with something: what it is at now began then, or when it was sent.
    var answeredAt: Duration
    /// When it has to be gone.
    var deadline: Duration?
    var condition = Condition.fine
    /// How many threads it was last told to use.
    var allowance: Int
    /// Finish what is held and then stop, as an operator said.
    var isDraining = false
    var failuresInRow = 0
    var failures = 0
    var tilesScored = 0
    /// How long it takes beside the average of all: learned from measured seconds.
    var slowness = 1.0
    /// In which queue for more work it stands.
    var queue = Queue.none

    enum Queue: Hashable {
        case none
        /// Without work.
        case idle
        /// With room for a second lease.
        case spare
    }

    /// Block rows and block columns of one sweep, a bit each.
    struct BlockSet {
        private var words: [UInt64] = []

        /// Puts a block in; false where it was in already.
        mutating func insert(_ block: Int, isColumn: Bool) -> Bool {
            let index = 2 * block + (isColumn ? 1 : 0)
            let (word, bit) = (index / 64, UInt64(1) << UInt64(index % 64))
            while words.count <= word { words.append(0) }
            guard words[word] & bit == 0 else { return false }
            words[word] |= bit
            return true
        }
    }

    enum Condition: Hashable {
        case fine
        /// It goes and takes nothing more.
        case leaving
        /// Alive without progress.
        case hung
        /// It failed too often in a row.
        case setAside
    }

    init(peer: Peer, hello: WorkerHello, identity: Identity, now: Duration) {
        self.peer = peer
        self.hello = hello
        self.identity = identity
        allowance = hello.threads
        lastSeen = now
        progressedAt = now
        answeredAt = now
        deadline = hello.secondsLeft.map { now + .seconds($0) }
    }

    /// Whether it may be given work.
    var isUsable: Bool { condition == .fine && !isDraining }

    /// How a person would name it.
    var title: String { "worker \(hello.processID) on \(hello.host)" }

    /// Takes in how long something took that was expected to take `expected` seconds on an average worker.
    func learn(seconds: Double, expected: Double?) {
        guard let expected, expected > 1e-6, seconds > 0, seconds.isFinite else { return }
        let ratio = min(max(seconds / expected, 0.05), 20)
        slowness += 0.2 * (ratio - slowness)
    }
}
