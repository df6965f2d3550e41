internal import CoordinatorCore
internal import Foundation
internal import SweepAnalysis
internal import SweepModel
internal import SweepProtocol
internal import ZeroMQ

/// Binds a `SweepCoordinator` to a ROUTER socket, the clock, signals and worker processes, on the thread that calls `run`.
final class CoordinatorLoop {
    private var coordinator: SweepCoordinator
    private let plan: SweepPlan
    private let socket: Socket
    private let signals: SignalInbox
    private let observer: any SweepObserver
    private let pool: WorkerProcessPool
    private(set) var table: ScoreTable
    private(set) var ending: SweepEnding?
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    /// Messages that found a peer's queue full.
    private var unsent: [(peer: Peer, frames: [[UInt8]])] = []

    /// Peers that could not be reached. They are lost only once everything that has arrived is read: a goodbye may be among it.
    private var unreachable: [Peer] = []

    private static let tickInterval = Duration.milliseconds(500)
    /// The largest honest message is the scores of one tile.
    private static let limits = MessageLimits(maxParts: 1 << 11, maxBytes: 1 << 30)
    private static let messagesPerTurn = 1_000
    private static let unsentLimit = 10_000

    /// Binds `endpoint`; the socket belongs to the calling thread.
    init(
        context sweep: SweepContext, endpoint: String, messaging: borrowing MessagingContext, pool: WorkerProcessPool,
        signals: SignalInbox, observer: any SweepObserver
    ) throws {
        coordinator = SweepCoordinator(context: sweep)
        plan = sweep.plan
        table = ScoreTable(plan: sweep.plan)
        socket = try Socket(.router, in: messaging, monitoring: [.disconnected])
        self.pool = pool
        self.signals = signals
        self.observer = observer
        start = clock.now
        try socket.bind(endpoint)
    }

    var ledger: SweepLedger { coordinator.ledger }
    var elapsed: Double {
        let elapsed = (clock.now - start).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    }

    /// Runs the sweep to its end.
    func run() throws -> SweepEnding {
        try pool.fill()
        var nextTick = clock.now
        while true {
            let items = [socket.pollItem(.receive), socket.monitorPollItem(), signals.wakeUp.pollItem]
            let isWaiting = unsent.isEmpty && unreachable.isEmpty
            _ = try poll(items, timeout: isWaiting ? max(.zero, nextTick - clock.now) : .milliseconds(5))
            try sendAgain()
            let isDrained = try receive()
            try watchConnections()
            if isDrained { try loseUnreachable() }
            try takeSignals()
            if clock.now >= nextTick {
                try handle(.tick)
                nextTick = clock.now + Self.tickInterval
            }
            observer.progress(SweepProgress(coordinator, plan: plan, elapsed: elapsed))
            if let ending {
                try sendAgain()
                return ending
            }
        }
    }

    /// Everything that has arrived, so that nobody is declared lost whose words are already here; whether that is all.
    private func receive() throws -> Bool {
        for _ in 0..<Self.messagesPerTurn {
            guard let received = try socket.receive(limits: Self.limits) else { return true }
            switch received {
            case .message(let frames):
                guard let routingID = frames.first else { continue }
                let peer = Peer(routingID: routingID)
                do {
                    try handle(.message(from: peer, try WorkerMessage(frames: Array(frames.dropFirst()))))
                } catch let error as ProtocolError {
                    try handle(.unreadable(from: peer, reason: error.description))
                }
            case .oversized(let routingID, let parts, let bytes):
                guard let routingID else { continue }
                try handle(
                    .unreadable(
                        from: Peer(routingID: routingID), reason: "the message has \(parts) frames of \(bytes) bytes"))
            }
        }
        return false
    }

    private func loseUnreachable() throws {
        let gone = unreachable
        unreachable = []
        for peer in gone { try handle(.unreachable(peer)) }
    }

    /// A connection that ended has no name, so everybody is pinged: whoever is gone cannot be reached.
    private func watchConnections() throws {
        var somebodyLeft = false
        while let event = try socket.receiveEvent() {
            if event.kind == .disconnected { somebodyLeft = true }
        }
        guard somebodyLeft else { return }
        for peer in coordinator.peers { try send(.ping, to: peer) }
    }

    private func takeSignals() throws {
        for signal in signals.take() {
            switch signal {
            case SIGCHLD:
                for process in try pool.reap() { try handle(.processEnded(Int64(process))) }
                if ending == nil { try pool.fill() }
            case SIGINT, SIGTERM:
                if ending == nil { try handle(.interrupt) }
            default: break
            }
        }
    }

    private func handle(_ event: CoordinatorEvent) throws {
        for effect in coordinator.handle(event, now: clock.now - start) {
            switch effect {
            case .send(let message, let peer): try send(message, to: peer)
            case .commit(let row, let column, let scores): table.put(row: row, column: column, values: scores.values)
            case .report(let report):
                if case .workerJoined = report { pool.noteJoined() }
                observer.note(Self.words(for: report), isWarning: Self.isWarning(report))
            case .finish(let ending): self.ending = ending
            }
        }
    }

    private func send(_ message: CoordinatorMessage, to peer: Peer) throws {
        try send([peer.routingID] + (try message.encoded()), to: peer)
    }

    /// Sends now or, where the peer's queue is full, later.
    private func send(_ frames: [[UInt8]], to peer: Peer) throws {
        do {
            if try socket.send(frames) { return }
        } catch {
            guard error.code == .hostUnreachable else { throw error }
            unreachable.append(peer)
            return
        }
        guard unsent.count < Self.unsentLimit else {
            unreachable.append(peer)
            return
        }
        unsent.append((peer, frames))
    }

    private func sendAgain() throws {
        let waiting = unsent
        unsent = []
        for (peer, frames) in waiting { try send(frames, to: peer) }
    }

    private static func isWarning(_ report: CoordinatorEffect.Report) -> Bool {
        if case .workerJoined = report { false } else { true }
    }

    private static func words(for report: CoordinatorEffect.Report) -> String {
        switch report {
        case .workerJoined(let host, let processID): "worker \(processID) on \(host) joined"
        case .workerLost(let host, let processID, let reason, let returned):
            "worker \(processID) on \(host) is lost: \(reason); \(returned) work items go to others"
        case .workerRefused(let reason): "a worker was refused: \(reason)"
        case .attemptFailed(let item, let complaint): "the \(item) failed: \(complaint)"
        case .unreadable(let reason): "a message was refused: \(reason)"
        }
    }
}
