import SweepModel
import SweepProtocol
import Testing

@testable import CoordinatorCore

/// A coordinator, a manual clock, and notes of everything that it wanted done.
struct Desk {
    var coordinator: Coordinator
    var now = Duration.zero
    private(set) var effects: [CoordinatorEffect] = []
    /// Everything durable so far.
    private(set) var facts: [JournalEntry] = []
    private var requests: UInt64 = 0

    static let client: Peer = 9_000
    static let nodes = Identity(name: "nodes", role: .worker)

    init(_ settings: CoordinatorSettings = CoordinatorSettings()) { coordinator = Coordinator(settings: settings) }

    /// What the last event led to.
    @discardableResult
    mutating func handle(_ event: CoordinatorEvent) -> [CoordinatorEffect] {
        effects = coordinator.handle(event, now: now)
        for case .confirm(let id) in effects { effects += coordinator.handle(.durable(id), now: now) }
        for case .persist(let fact) in effects { facts.append(fact) }
        return effects
    }

    func messages(to peer: Peer) -> [CoordinatorMessage] {
        effects.compactMap { effect in
            switch effect {
            case .send(let message, peer), .sendAfterCommit(let message, peer): message
            default: nil
            }
        }
    }

    func leases(to peer: Peer) -> [Lease] {
        messages(to: peer).flatMap { message -> [Lease] in
            if case .assignments(let assignments) = message { assignments.map(\.lease) } else { [] }
        }
    }

    var reports: [Incident] { effects.compactMap { if case .report(let incident) = $0 { incident } else { nil } } }
    var kinds: [String] { reports.map(\.kind) }

    // MARK: Clients

    @discardableResult
    mutating func ask(
        _ request: ClientRequest, as identity: Identity = Identity(name: "ann", role: .client), number: UInt64? = nil
    ) -> ClientReply? {
        requests += 1
        handle(
            .request(from: Self.client, as: identity, number: number ?? requests, request, wallTime: 0))
        for case .reply(_, let reply) in messages(to: Self.client) { return reply }
        return nil
    }

    mutating func submit(_ plan: SweepPlan, priority: Int32 = 0, workerBytes: UInt64 = 1) -> SweepID {
        let reply = ask(.submit(.fixture(plan, priority: priority, workerBytes: workerBytes)))
        guard case .accepted(let id)? = reply else {
            Issue.record("not accepted: \(String(describing: reply))")
            return SweepID(0)
        }
        return id
    }

    // MARK: Workers

    mutating func join(_ peer: Peer, _ hello: WorkerHello? = nil) {
        say(.hello(hello ?? .fixture("worker \(peer.routingID)", host: "host \(peer.routingID)")), peer)
    }

    mutating func say(_ message: WorkerMessage, _ peer: Peer, as identity: Identity = Desk.nodes) {
        handle(.message(from: peer, as: identity, message))
    }

    /// The worker answers `lease` honestly, or as said.
    mutating func answer(_ lease: Lease, _ peer: Peer, _ result: LeaseOutcome.Result? = nil, seconds: Double = 0.1) {
        guard let plan = coordinator.plan(of: lease.sweep) else { return }
        var outcome = HonestWork.outcome(lease, plan, seconds: seconds)
        if let result { outcome = LeaseOutcome(part: lease, result: result, seconds: seconds, flops: 1) }
        say(.outcomes([outcome]), peer)
    }

    /// The worker is the only one and answers until it gets nothing more; returns all leases that it answered.
    @discardableResult
    mutating func work(_ peer: Peer, until isEnough: (Lease) -> Bool = { _ in false }) -> [Lease] {
        var queue = held(by: peer)
        var done: [Lease] = []
        while !queue.isEmpty {
            let lease = queue.removeFirst()
            if isEnough(lease) { return done }
            answer(lease, peer)
            done.append(lease)
            queue = held(by: peer)
        }
        return done
    }

    /// What the worker holds as the coordinator knows it.
    func held(by peer: Peer) -> [Lease] {
        guard let slot = coordinator.slotOfPeer[peer], let worker = coordinator.workers[slot] else { return [] }
        return worker.leases.compactMap { number in
            coordinator.leases[number].map { record in
                let work: LeasedWork =
                    switch record.kind {
                    case .survey(let model): .survey(model: model)
                    case .layer(let layer): .layer(layer)
                    case .step(let layer, let index): .step(layer: layer, index: index)
                    case .tiles(let row): .tiles(row: row, columns: record.open.ranges[0])
                    }
                return Lease(sweep: record.sweep, number: number, work: work)
            }
        }
    }

    func isDone(_ id: SweepID) -> Bool { coordinator.sweeps[id]?.ending == .done }
    func worker(_ peer: Peer) -> WorkerRecord? { coordinator.slotOfPeer[peer].flatMap { coordinator.workers[$0] } }
}
