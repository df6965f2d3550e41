internal import CoordinatorCore
internal import SweepCost
internal import SweepModel
internal import SweepProtocol
internal import WorkerCore

/// One worker of a simulation: the real `WorkerSession` and `JobQueue`, and instead of a `TaskRunner` a list of what it waits for.
final class WorkerModel {
    /// What takes time, one after the other.
    enum Phase {
        /// A store, or shared artifacts, from the host's disk; and artifacts written to it.
        case read(Int)
        case write(Int)
        /// Artifacts that are not at hand, through the coordinator; `blocks` are at hand then.
        case fetch(Int, blocks: [Int])
        case publish(Int)
        case compute(Double)
    }

    /// What is computed in one go: a survey, a layer, a step or a run of tiles.
    struct Unit {
        let job: WorkerSession.Job
        /// The part of the lease that it is about.
        let part: Lease
        /// Seconds of computing, for the coordinator to learn from.
        let seconds: Double
    }

    let peer: Peer
    /// All hosts have the same kernels, and memory enough.
    let hello: WorkerHello
    let host: HostModel
    var session: WorkerSession
    var jobs = JobQueue()
    var unit: Unit?
    /// What is left of the unit, the next one last, and the phase that is under way since then.
    var phases: [Phase] = []
    var present: (phase: Phase, since: Double)?
    var kept = KeptBlocks()
    /// The layer whose rows it went through last, and the tile of permutations.
    var streamedLayer: Int?
    var square: [Range<Int>] = []
    var spent = ClusterRun.Spent()
    /// Since when it has had nothing to do, when the coordinator was done with what it said last, and when what it does next was given.
    var freeSince = 0.0
    var answeredAt = 0.0
    var givenAt = 0.0

    init(_ number: Int, on host: HostModel) {
        self.host = host
        peer = Self.peer(number)
        hello = WorkerHello(
            software: "platonic 0.1.0", workerID: "00000000-0000-0000-0000-\(number)", host: "node",
            processID: Int64(number), blasCore: "SkylakeX", memoryBytes: 1 << 40)
        session = WorkerSession(hello, limits: .init(reconnectTimeout: .seconds(60), grace: .seconds(1)), now: .zero)
    }

    private static func peer(_ number: Int) -> Peer {
        Peer(routingID: (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    }

    /// The number of the worker at `peer`.
    static func number(of peer: Peer) -> Int { peer.routingID.reversed().reduce(0) { $0 << 8 | Int($1) } }

    // MARK: Where the time goes

    /// The phase under way, or nothing to do, ends at `now`.
    func account(_ phase: Phase, _ seconds: Double) {
        switch phase {
        case .read, .write: spent.disks += seconds
        case .fetch, .publish: spent.transfers += seconds
        case .compute:
            switch unit?.part.work {
            case .survey: spent.surveys += seconds
            case .layer, .step: spent.layers += seconds
            case .tiles, nil: spent.tiles += seconds
            }
        }
    }

    /// It goes on at `now`, with what it was given at `givenAt`: nothing was to be had before that, but for the time in which its last
    /// words reached the coordinator.
    func accountGap(_ now: Double) {
        let idle = max(0, min(givenAt, now) - max(answeredAt, freeSince))
        spent.idle += idle
        spent.coordination += now - freeSince - idle
    }

    /// All is over at `end`.
    func close(_ end: Double) {
        if let (phase, since) = present {
            account(phase, max(0, end - since))
        } else {
            spent.idle += max(0, end - freeSince)
        }
    }
}
