internal import SweepModel
internal import SweepProtocol

/// Decides who does what in any number of sweeps: a state machine over events and the time at which they come.
///
/// It has no clock, no socket and no disk. Execution is at least once, and every result is committed exactly once: lease numbers
/// fence off answers to leases that were taken back, and nothing is acknowledged before it is durable. Whatever is lost on the way
/// (a message, a worker, the coordinator itself) is found missing from what a worker says that it holds, and handed out anew.
package struct Coordinator {
    package let settings: CoordinatorSettings
    var sweeps: [SweepID: SweepState] = [:]
    /// Sweeps that are not over, in the order in which they are served.
    var active: [SweepID] = []
    var nextSweep = SweepID(1)

    /// Registered workers by slot; a slot is used again when its worker is gone.
    var workers: [WorkerRecord?] = []
    var freeSlots: [Int] = []
    var slotOfPeer: [Peer: Int] = [:]
    var slotOfWorker: [String: Int] = [:]
    package internal(set) var workerCount = 0
    /// Slots of workers without work, and of those with room for a second lease.
    var idle: [Int] = []
    var spare: [Int] = []

    var leases: [UInt64: LeaseRecord] = [:]
    var nextLease: UInt64

    /// Requests that changed something, by name and number, and how they were answered.
    var answered: [RequestKey: ClientReply] = [:]
    var answeredInOrder: [RequestKey] = []
    /// Unreadable messages by peer, since when.
    var offences: [Peer: (count: Int, since: Duration)] = [:]
    var isStopping = false
    /// What was handed out again of sweeps that are forgotten.
    var forgottenRetries = 0
    var lastTick: Duration?
    /// Whether somebody has begun or ended something since threads were lent.
    var lendingIsStale = false
    /// Whether some worker may use more threads than its own.
    var isLending = false
    /// When threads may next be lent.
    var nextLending = Duration.zero
    /// When idle workers may next be given what others hold.
    var nextRelief = Duration.zero

    // What the event that is being handled leads to.
    var effects: [CoordinatorEffect] = []
    var assignments: [(slot: Int, assignment: Assignment)] = []

    struct RequestKey: Hashable {
        let name: String
        let number: UInt64
    }

    package init(settings: CoordinatorSettings = CoordinatorSettings()) {
        self.settings = settings
        // Numbers of this coordinator, its predecessors and its successors never meet.
        nextLease = settings.epoch << 32
    }

    /// The peers that are registered as workers, in the order of their slots.
    package var peers: [Peer] { workers.compactMap { $0?.peer } }

    /// Whether some sweep is not over.
    package var isBusy: Bool { sweeps.values.contains(where: \.isActive) }

    /// Takes in one event and returns what is to be done, in order.
    package mutating func handle(_ event: CoordinatorEvent, now: Duration) -> [CoordinatorEffect] {
        switch event {
        case .message(let peer, let identity, let message): receive(message, from: peer, identity, now)
        case .request(let peer, let identity, let number, let request, let wallTime):
            answer(request, RequestKey(name: identity.name, number: number), identity, peer, wallTime, now)
        case .unreadable(let peer, let reason): note(offence: reason, of: peer, now)
        case .unreachable(let peer):
            if let slot = slotOfPeer[peer] { lose(slot, because: "its connection is gone", now) }
        case .revoked(let names):
            for slot in workers.indices {
                guard let worker = workers[slot], names.contains(worker.identity.name) else { continue }
                send(.refusal("the key '\(worker.identity.name)' was revoked"), to: worker.peer)
                lose(slot, because: "its key '\(worker.identity.name)' was revoked", isDeath: false, now)
            }
        case .processEnded(let processID, let ending):
            for slot in workers.indices where workers[slot]?.hello.processID == processID {
                lose(slot, because: "its process ended (\(ending))", ending: ending, now)
            }
        case .mismatch(let sweep, let row, let column, let host):
            report(
                "duplicate-differs",
                "tile (\(row), \(column)) came a second time, from \(host), with other scores; the first ones stay",
                isWarning: true, sweep: sweep, host: host)
        case .reused(let sweep, let row, let column, let scores): reuse(sweep, row, column, scores, now)
        case .durable(let sweep):
            if sweeps[sweep]?.isActive == true, !active.contains(sweep) { activate(sweep) }
        case .tick: tick(now)
        case .interrupt:
            isStopping = true
            for peer in peers { send(.shutdown, to: peer) }
        }
        if !isStopping { distribute(now) }
        flushAssignments()
        if !isStopping { lend(now) }
        defer { effects = [] }
        return effects
    }

    // MARK: Effects

    mutating func send(_ message: CoordinatorMessage, to peer: Peer) { effects.append(.send(message, to: peer)) }

    mutating func persist(_ entry: JournalEntry) { effects.append(.persist(entry)) }

    mutating func report(
        _ kind: String, _ text: String, isWarning: Bool = false, sweep: SweepID? = nil, worker: WorkerRecord? = nil,
        host: String? = nil
    ) {
        let incident = Incident(
            kind, text, isWarning: isWarning, sweep: sweep, worker: worker?.hello.workerID,
            host: host ?? worker?.hello.host)
        effects.append(.report(incident))
    }

    /// What one worker is given in one event goes in one message.
    private mutating func flushAssignments() {
        guard !assignments.isEmpty else { return }
        var bySlot: [Int: [Assignment]] = [:]
        var order: [Int] = []
        for (slot, assignment) in assignments {
            if bySlot[slot] == nil { order.append(slot) }
            bySlot[slot, default: []].append(assignment)
        }
        for slot in order {
            if let worker = workers[slot], let given = bySlot[slot] { send(.assignments(given), to: worker.peer) }
        }
        assignments = []
    }

    // MARK: Offences

    private mutating func note(offence reason: String, of peer: Peer, _ now: Duration) {
        var record = offences[peer] ?? (0, now)
        if now - record.since > .seconds(60) { record = (0, now) }
        record.count += 1
        if record.count == 1 { report("unreadable", "a message was refused: \(reason)", isWarning: true) }
        if record.count <= settings.offenceLimit { send(.refusal(reason), to: peer) }
        if record.count == settings.offenceLimit {
            report(
                "blocked", "a peer sent \(record.count) unreadable messages and is not heard any more", isWarning: true)
            effects.append(.block(peer))
        }
        if offences[peer] != nil || offences.count < settings.offenderLimit { offences[peer] = record }
        if let slot = slotOfPeer[peer] { lose(slot, because: "it sent a message that cannot be read: \(reason)", now) }
    }
}
