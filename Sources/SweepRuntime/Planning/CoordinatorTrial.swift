internal import ArtifactStore
internal import CoordinatorCore
internal import Foundation
internal import SweepCost
internal import SweepJournal
internal import SweepModel
internal import SweepProtocol
internal import Synchronization
internal import WorkerCore
internal import ZeroMQ

/// A real coordinator loop, with its journal and its socket, and workers that find everything in no time: what each message and each tile
/// costs its thread.
enum CoordinatorTrial {
    /// Layers along each side of the trial's sweep, in blocks: tiles are half of their square.
    private static let blocks = 60
    private static let workers = 4
    private static let passes = 2
    private static let patience = Duration.seconds(30)
    private static let commits = 5

    /// - Parameter empty: makes an empty folder of a name.
    static func rates(empty: (String) throws -> String) throws -> CoordinatorRates {
        let (name, byte) = try coding()
        // Tiles reported one by one, and as many at a time as a lease has.
        let single = try (0..<passes).map { _ in try run(splits: true, folder: try empty("coordinator")) }
        let joined = try (0..<passes).map { _ in try run(splits: false, folder: try empty("coordinator")) }
        guard let one = single.min(by: { $0.seconds < $1.seconds }),
            let many = joined.min(by: { $0.seconds < $1.seconds })
        else { return CoordinatorRates(message: 0, tile: 0, name: name, byte: byte, commit: 0) }
        // Of one item each; where several tiles come in one, the others cost what is left.
        let message = max(0, one.seconds - Double(one.names) * name) / Double(max(one.messages, 1))
        let rest = many.seconds - Double(many.names) * name - Double(many.messages) * message
        let tile = max(0, rest) / Double(many.tiles)
        return CoordinatorRates(
            message: message, tile: tile, name: name, byte: byte, commit: try commit(folder: try empty("commit")))
    }

    // MARK: A sweep

    private struct Found {
        var seconds = 0.0
        var messages = 0
        var tiles = 0
        var names = 0
    }

    private static func run(splits: Bool, folder: String) throws -> Found {
        let layers = (0..<blocks * TileGrid.edge).map { (index: $0, name: "", width: 1) }
        let plan = SweepPlan(
            sampleCount: 4, models: [(name: "trial", path: "/trial.h5", bytes: 1, layers: layers)], xModels: [0],
            yModels: nil, metrics: [])
        let context = SweepContext(plan: plan, sampleDigest: "", sampleStore: "", clip: .none, normalize: .none)
        let inbox = try LoopInbox()
        let journal = try SweepJournal(directory: "\(folder)/state") { inbox.wakeUp.signal() }
        defer { journal.close() }
        let directory = try ArtifactDirectory(path: "\(folder)/artifacts")
        let artifacts = ArtifactThread(directory, limit: .max, wakeUp: inbox.wakeUp)
        defer { artifacts.stop() }
        var coordinator = Coordinator()
        _ = try coordinator.admit(
            Submission(name: "trial", priority: 0, spec: "", workerBytes: 1, context: context, dossier: []),
            owner: "trial", failsFast: true, wallTime: 0)
        let effects = coordinator.takeEffects()
        let rendezvous = try RendezvousFolder()
        defer { withExtendedLifetime(rendezvous) {} }
        let messaging = try MessagingContext()
        let socket = try Socket(.router, in: messaging, options: LocalSweep.socketOptions, monitoring: [.disconnected])
        try socket.bind(rendezvous.endpoint)
        let host = Host(patience: patience)
        let loop = CoordinatorLoop(
            coordinator, journal: journal, inbox: inbox, artifacts: artifacts, socket: socket,
            admission: OpenAdmission(), signals: nil, host: host)
        try loop.decide { _ in ((), effects) }
        let swarm = TrialSwarm(endpoint: rendezvous.endpoint, workers: workers, plan: plan, splits: splits)
        swarm.start()
        let (_, seconds) = try StageTrials.timed { try loop.run() }
        let counts = swarm.join()
        guard host.isDone else {
            throw Complaint(
                .work, "a trial of the coordinator does not end", at: "calibration", advice: "report this as a bug")
        }
        return Found(
            seconds: seconds, messages: counts.messages, tiles: plan.grid.tileCount, names: counts.names)
    }

    /// Ends the loop with its sweep.
    private final class Host: CoordinatorHost {
        private(set) var isDone = false
        private let clock = ContinuousClock()
        private let deadline: ContinuousClock.Instant

        init(patience: Duration) { deadline = clock.now + patience }

        func note(_ incident: Incident) {}
        func take(signal: Int32, _ loop: CoordinatorLoop) {}

        func ended(_ sweep: SweepID, _ ending: SweepEnding, _ loop: CoordinatorLoop) throws {
            isDone = ending == .done
            try loop.handle(.interrupt)
            loop.stop()
        }

        func turned(_ loop: CoordinatorLoop) { if clock.now > deadline { loop.stop() } }
    }

    // MARK: Parts

    /// Seconds of writing the names of a layer's artifacts, and of reading a byte of scores.
    private static func coding() throws -> (name: Double, byte: Double) {
        let layer = ArtifactNames([.neighbours: String(repeating: "0", count: 32)])
        let names = CoordinatorMessage.names(
            SweepID(1), block: 0, isColumn: false, generation: 0, Array(repeating: layer, count: TileGrid.edge))
        let scores = [UInt8](repeating: 0, count: ProtocolLimits.frameBytes)
        let part = Lease(sweep: SweepID(1), number: 1, work: .tiles(row: 0, columns: 0..<1))
        let frames = try WorkerMessage.outcomes([
            LeaseOutcome(part: part, result: .tiles(scores), seconds: 0, flops: 0)
        ]).encoded()
        func least(_ count: Int, _ body: () throws -> Void) rethrows -> Double {
            try (0..<count).map { _ in try StageTrials.timed(body).seconds }.min() ?? 0
        }
        let name = try least(200) { _ = try names.encoded() } / Double(TileGrid.edge)
        let byte = try least(20) { _ = try PeerMessage(frames: frames) } / Double(scores.count)
        return (name, byte)
    }

    /// Seconds until a few bytes are on the disk that holds `folder`.
    private static func commit(folder: String) throws -> Double {
        let descriptor = open(folder + "/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        let clock = ContinuousClock()
        let times = (0..<commits).map { _ in
            let start = clock.now
            _ = write(descriptor, String(repeating: "0", count: 4096), 4096)
            fsync(descriptor)
            return (clock.now - start).inSeconds
        }
        return times.sorted()[commits / 2]
    }
}

/// Workers on real sockets and one thread, which answer at once.
///
/// What is written is written by that thread alone, before it signals its end, and read by others after.
private final class TrialSwarm: @unchecked Sendable {
    private let endpoint: String
    private let workers: Int
    private let plan: SweepPlan
    /// Whether each tile is answered by itself.
    private let splits: Bool
    private let isOver = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)
    private var counts = (messages: 0, names: 0)

    init(endpoint: String, workers: Int, plan: SweepPlan, splits: Bool) {
        self.endpoint = endpoint
        self.workers = workers
        self.plan = plan
        self.splits = splits
    }

    func start() {
        let thread = Thread { [self] in
            try? work()
            ended.signal()
        }
        thread.start()
    }

    /// Ends the thread; how many messages it sent, and of how many layers it was told the names of artifacts.
    func join() -> (messages: Int, names: Int) {
        isOver.store(true, ordering: .relaxed)
        ended.wait()
        return counts
    }

    private final class Member {
        let socket: Socket
        /// The frames of its introduction.
        let hello: [[UInt8]]

        init(_ socket: consuming Socket, hello: [[UInt8]]) {
            self.socket = socket
            self.hello = hello
        }
    }

    private static let limits = MessageLimits(maxParts: ProtocolLimits.parts, maxBytes: ProtocolLimits.messageBytes)

    private func work() throws {
        let messaging = try MessagingContext()
        let findings = StandInFindings(plan)
        var members: [Member] = []
        for number in 0..<workers {
            let socket = try Socket(.dealer, in: messaging, options: SocketOptions())
            try socket.connect(endpoint)
            let hello = WorkerHello(
                software: "trial", workerID: "\(number)", host: "trial", processID: 0, blasCore: "none",
                memoryBytes: 1 << 40)
            let member = Member(socket, hello: try WorkerMessage.hello(hello).encoded())
            _ = try member.socket.send(member.hello)
            members.append(member)
        }
        let items = members.map { $0.socket.pollItem(.receive) }
        while !isOver.load(ordering: .relaxed) {
            _ = try poll(items, timeout: .milliseconds(100))
            for member in members {
                while let received = try member.socket.receive(limits: Self.limits) {
                    guard case .message(let frames) = received else { continue }
                    switch try CoordinatorMessage(frames: frames) {
                    case .assignments(let given):
                        for part in given.flatMap({ parts(of: $0.lease) }) {
                            counts.messages += 1
                            let outcome = findings.outcome(of: part, seconds: 1e-6 * Double(part.work.count))
                            _ = try member.socket.send(try WorkerMessage.outcomes([outcome]).encoded())
                        }
                    case .names(_, _, _, _, let layers): counts.names += layers.count
                    // On a machine that stood still it was taken for lost.
                    case .introduce: _ = try member.socket.send(member.hello)
                    case .ping(let ticket) where ticket != 0:
                        _ = try member.socket.send(try Pong(ticket: ticket).encoded())
                    default: break
                    }
                }
            }
        }
    }

    private func parts(of lease: Lease) -> [Lease] {
        guard splits, case .tiles(let row, let columns) = lease.work else { return [lease] }
        return columns.map {
            Lease(sweep: lease.sweep, number: lease.number, work: .tiles(row: row, columns: $0..<$0 + 1))
        }
    }
}
