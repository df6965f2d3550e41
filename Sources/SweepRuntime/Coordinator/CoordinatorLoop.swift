internal import CoordinatorCore
internal import Foundation
internal import SweepJournal
internal import SweepModel
internal import SweepProtocol
internal import ZeroMQ

/// Binds a `Coordinator` to a ROUTER socket, a journal, the clock and signals, on the thread that calls `run`.
final class CoordinatorLoop {
    private(set) var coordinator: Coordinator
    let journal: SweepJournal
    private let socket: Socket
    private let signals: SignalInbox?
    private let inbox: LoopInbox
    private let artifacts: ArtifactThread
    private let admission: any Admission
    private weak var host: (any CoordinatorHost)?
    private let watch: CoordinatorWatch?
    /// What happened since the start, for whoever watches.
    private(set) var totals = WorkTotals()
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var commits: CommitQueue
    private var incidents = IncidentFolder()
    private var descriptors: DescriptorWatch
    private var outbox = Outbox()
    /// When everybody is pinged, after a connection ended.
    private var rollCalls = RollCalls()
    private var isStopped = false

    private static let tickInterval = Duration.milliseconds(500)
    private static let limits = MessageLimits(
        maxParts: ProtocolLimits.parts, maxBytes: ProtocolLimits.messageBytes)
    private static let messagesPerTurn = 1_000

    /// - Parameters:
    ///   - coordinator: with everything of the journal replayed.
    ///   - watch: whoever looks on from other threads.
    init(
        _ coordinator: Coordinator, journal: SweepJournal, inbox: LoopInbox, artifacts: ArtifactThread,
        socket: consuming Socket, admission: any Admission, signals: SignalInbox?, host: any CoordinatorHost,
        watch: CoordinatorWatch? = nil
    ) {
        self.coordinator = coordinator
        self.journal = journal
        self.inbox = inbox
        self.artifacts = artifacts
        self.socket = socket
        self.admission = admission
        self.signals = signals
        self.host = host
        self.watch = watch
        commits = CommitQueue(journal)
        start = clock.now
        descriptors = DescriptorWatch(now: start)
    }

    /// Time since the loop was made.
    var now: Duration { clock.now - start }

    /// Ends `run` after the present turn.
    func stop() {
        isStopped = true
        watch?.leave()
    }

    /// Runs until `stop()`; everything that happened is durable then. Throws where the journal cannot be written any more.
    func run() throws {
        var nextTick = clock.now
        if !isStopped { watch?.attach(inbox, journal) }
        while !isStopped {
            var items = [
                socket.pollItem(commits.isOverfull ? [] : .receive), socket.monitorPollItem(), inbox.wakeUp.pollItem,
            ]
            if let signals { items.append(signals.wakeUp.pollItem) }
            let isWaiting = outbox.isIdle && !commits.isOverfull
            let next = min(nextTick, rollCalls.next ?? nextTick)
            _ = try poll(items, timeout: isWaiting ? max(.zero, next - clock.now) : .milliseconds(5))
            try outbox.sendAgain(through: socket)
            let isDrained = commits.isOverfull ? false : try receive()
            try watchConnections()
            // Before connections that ended: the system knows how a process died.
            for signal in signals?.take() ?? [] { try host?.take(signal: signal, self) }
            if isDrained { for peer in outbox.takeUnreachable() { try handle(.unreachable(peer)) } }
            for incident in outbox.takeIncidents() { tell(incident) }
            for task in inbox.take() { try task(self) }
            for (peer, message) in artifacts.takeOutgoing() { try send(.artifact(message), to: peer) }
            if clock.now >= nextTick {
                nextTick = clock.now + Self.tickInterval
                try tick()
            }
            try host?.turned(self)
            watch?.turned()
            commits.flush()
            try sendCommitted()
        }
        try settle()
    }

    private func tick() throws {
        let revoked = admission.revokedNames()
        if !revoked.isEmpty { try handle(.revoked(revoked)) }
        for incident in admission.incidents() { tell(incident) }
        outbox.tick(at: now)
        if let warning = descriptors.warning(now: clock.now) { tell(warning) }
        try handle(.tick)
        for incident in incidents.due(now: clock.now) { record(incident) }
        watch?.scores.tick(self)
    }

    /// Waits until what happened is durable, and sends what waited for it.
    private func settle() throws {
        commits.flush()
        while !commits.isEmpty {
            _ = try poll([inbox.wakeUp.pollItem], timeout: .milliseconds(100))
            for task in inbox.take() { try task(self) }
            try sendCommitted()
            commits.flush()
        }
        try outbox.sendAgain(through: socket)
    }

    // MARK: Receiving

    /// Everything that has arrived, so that nobody is declared lost whose words are already here; whether that is all.
    private func receive() throws -> Bool {
        for _ in 0..<Self.messagesPerTurn {
            guard let (received, sender) = try socket.receiveAuthenticated(limits: Self.limits) else { return true }
            switch received {
            case .message(let frames):
                guard let routingID = frames.first else { continue }
                let peer = Peer(routingID: routingID)
                guard outbox.hears(peer, sender) else { continue }
                guard let identity = admission.identity(of: sender.userID) else {
                    try send(.refusal("the key is not valid any more"), to: peer)
                    continue
                }
                try take(Array(frames.dropFirst()), from: peer, as: identity)
            case .oversized(let routingID, let parts, let bytes):
                guard let routingID else { continue }
                let peer = Peer(routingID: routingID)
                guard outbox.hears(peer, sender) else { continue }
                try handle(.unreadable(from: peer, reason: "the message has \(parts) frames of \(bytes) bytes"))
            }
        }
        return false
    }

    private func take(_ frames: [[UInt8]], from peer: Peer, as identity: Identity) throws {
        let message: PeerMessage
        do {
            message = try PeerMessage(frames: frames)
        } catch {
            return try handle(.unreadable(from: peer, reason: error.description))
        }
        switch message {
        case .worker(let message): try handle(.message(from: peer, as: identity, message))
        case .pong(let pong): outbox.returned(pong, by: peer)
        case .client(let number, let request):
            guard outbox.admits(number, from: peer) else { return }
            try handle(
                .request(
                    from: peer, as: identity, number: number, request, wallTime: Date().timeIntervalSince1970))
        }
    }

    /// A connection that ended has no name, so everybody is pinged: whoever is gone cannot be reached.
    private func watchConnections() throws {
        var somebodyLeft = false
        while let event = try socket.receiveEvent() {
            if event.kind == .disconnected { somebodyLeft = true }
        }
        if somebodyLeft { rollCalls.schedule(peers: coordinator.workerCount, now: clock.now) }
        guard rollCalls.isDue(clock.now) else { return }
        try outbox.callRoll(of: coordinator.peers, through: socket)
    }

    // MARK: Deciding

    func handle(_ event: CoordinatorEvent) throws {
        for effect in coordinator.handle(event, now: now) { try perform(effect) }
    }

    /// Calls into the coordinator beside its events, such as to submit a sweep.
    func decide<Result>(_ body: (inout Coordinator) throws -> (Result, [CoordinatorEffect])) throws -> Result {
        let (result, effects) = try body(&coordinator)
        for effect in effects { try perform(effect) }
        return result
    }

    private func perform(_ effect: CoordinatorEffect) throws {
        switch effect {
        case .send(let message, let peer): try send(message, to: peer)
        case .sendAfterCommit(let message, let peer): commits.add(.send(message, peer))
        case .persist(let fact):
            commits.add(fact)
            totals.count(fact)
            watch?.scores.note(fact)
        case .confirm(let sweep): commits.add(.confirm(sweep))
        case .report(let incident): tell(incident)
        case .exchange(let message, let peer): artifacts.take(message, from: peer)
        case .endExchange(let peer): artifacts.forget(peer)
        case .discard(let names): artifacts.discard(names)
        case .block(let peer): outbox.block(peer)
        case .ended(let sweep, let ending):
            outbox.forget(sweep)
            try host?.ended(sweep, ending, self)
        case .compare(let sweep, let scores, let host): compare(sweep, scores, host)
        case .reuse(let sweep, let row, let column, let source): reuse(sweep, row, column, source)
        case .readFindings(let findings, let number, let peer): answer(findings, number, peer)
        case .readScores(let sweep, let cursor, let number, let peer):
            journal.readScores(of: sweep, after: cursor, maxBytes: Self.scoreBytes) { [inbox] result in
                inbox.post { loop in
                    let reply: ClientReply =
                        switch result {
                        case .success(let found): .scores(found.blocks, next: found.next)
                        case .failure(let complaint): .refused(complaint)
                        }
                    try loop.send(.reply(number: number, reply), to: peer)
                }
            }
        case .readEvents(let after, let number, let peer):
            journal.readIncidents(after: after, limit: 1_000) { [inbox] result in
                inbox.post { loop in
                    let reply: ClientReply =
                        switch result {
                        case .success(let found): .events(found)
                        case .failure(let complaint): .refused(complaint)
                        }
                    try loop.send(.reply(number: number, reply), to: peer)
                }
            }
        }
    }

    /// Bytes of scores in one message to a client.
    private static let scoreBytes = 16 << 20

    private func answer(_ findings: SweepFindings, _ number: UInt64, _ peer: Peer) {
        journal.readRecord(of: findings.status.id) { [inbox] result in
            inbox.post { loop in
                var reply: ClientReply
                switch result {
                case .success(let record):
                    var whole = findings
                    whole.dossier = record?.dossier ?? []
                    reply = .findings(whole)
                case .failure(let complaint): reply = .refused(complaint)
                }
                try loop.send(.reply(number: number, reply), to: peer)
            }
        }
    }

    private func compare(_ sweep: SweepID, _ scores: TileScores, _ host: String) {
        guard let plan = coordinator.plan(of: sweep) else { return }
        commits.flush()
        let (row, column) = (scores.row, scores.columns.lowerBound)
        journal.readScores(of: sweep, row: row, column: column) { [inbox] result in
            guard case .success(let block?) = result else { return }
            if block.part(scores.columns, of: plan) == scores { return }
            inbox.post { loop in try loop.handle(.mismatch(sweep, row: row, column: column, host: host)) }
        }
    }

    private func reuse(_ sweep: SweepID, _ row: Int, _ column: Int, _ source: TileSource) {
        guard let plan = coordinator.plan(of: sweep), let donor = coordinator.plan(of: source.donor) else {
            return inbox.post { loop in try loop.handle(.reused(sweep, row: row, column: column, scores: nil)) }
        }
        commits.flush()
        let assembly = TileReuse(plan: plan, row: row, column: column, donor: donor, source: source)
        assembly.read(from: journal) { [inbox] scores in
            inbox.post { loop in try loop.handle(.reused(sweep, row: row, column: column, scores: scores)) }
        }
    }

    // MARK: Telling

    private func tell(_ incident: Incident) {
        totals.count(incident)
        guard incidents.admit(incident, now: clock.now) else { return }
        record(incident)
    }

    private func record(_ incident: Incident) {
        commits.add(.incident(incident))
        host?.note(incident)
    }

    // MARK: Sending

    private func sendCommitted() throws {
        for consequence in try commits.due() {
            switch consequence {
            case .send(let message, let peer): try send(message, to: peer)
            case .confirm(let sweep): try handle(.durable(sweep))
            }
        }
    }

    func send(_ message: CoordinatorMessage, to peer: Peer) throws {
        try outbox.send(message, to: peer, through: socket, at: now)
    }
}
