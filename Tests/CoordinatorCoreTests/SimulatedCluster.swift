import SweepModel
import SweepProtocol
import SweepTestSupport

@testable import CoordinatorCore

/// Workers, a network and a clock around a `Desk`, all driven by one seed.
///
/// The network delays, repeats and reorders; what is under way on a connection is lost with it. Workers join, die with or without
/// a trace, freeze, come back, leave politely, fail and answer nonsense. After `calmStep` only honest work goes on.
struct SimulatedCluster {
    private struct Worker {
        let processID: Int64
        var peer: Peer
        /// What it was given and has not done.
        var queue: [Assignment] = []
        var isRegistered = false
        /// Sends and hears nothing until then.
        var frozenUntil = Duration.zero
    }

    private(set) var desk: Desk
    private var generator: SeededGenerator
    private var workers: [Worker] = []
    /// Messages on their way to the coordinator, in the order in which they were sent.
    private var inFlight: [(peer: Peer, event: CoordinatorEvent)] = []
    private var delivered: [(peer: Peer, event: CoordinatorEvent)] = []
    private var seen = 0
    private var nextPeer: UInt32 = 0
    private var nextTick = Duration.zero
    private var isCalm = false
    private let wanted: Int

    private static let calmStep = 400
    private static let lastStep = 20_000

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let models = Int.random(in: 1...4, using: &generator)
        let layers = (0..<models).map { _ in Int.random(in: 1...50, using: &generator) }
        let isSymmetric = Bool.random(using: &generator)
        let sides = Array(0..<models)
        let x = isSymmetric ? sides : sides.shuffled(using: &generator)
        let y = isSymmetric ? nil : Array(sides.prefix(Int.random(in: 1...models, using: &generator)))
        let metrics = [Metric(kind: .cka), Metric(kind: .cycleKNN, k: 3), Metric(kind: .mutualKNN, k: 10)]
        desk = Desk(
            .fixture(
                layers: layers, bytes: layers, x: x, y: y,
                metrics: metrics.filter { _ in Bool.random(using: &generator) } + [Metric(kind: .rsa)],
                curves: Bool.random(using: &generator) ? [MetricCurve(kind: .cknna, ks: [1, 2])] : []))
        wanted = Int.random(in: 1...6, using: &generator)
        self.generator = generator
    }

    /// Runs to the end; false if there is none.
    mutating func run() -> Bool {
        for step in 0..<Self.lastStep where desk.ending == nil {
            isCalm = step >= Self.calmStep
            desk.now += .milliseconds(Int.random(in: 1...60, using: &generator))
            if desk.now >= nextTick { tick() }
            if workers.count < wanted, chance(isCalm ? 0.5 : 0.1) { start() }
            if chance(0.6) { deliver() }
            if chance(0.6) { compute() }
            if !isCalm { disturb() }
            distribute()
        }
        return desk.ending != nil
    }

    // MARK: Honest work

    private mutating func start() {
        workers.append(Worker(processID: Int64(nextPeer) + 100, peer: freshPeer()))
        hello(workers.count - 1)
    }

    private mutating func freshPeer() -> Peer {
        nextPeer += 1
        return Peer(routingID: withUnsafeBytes(of: nextPeer.bigEndian) { Array($0) })
    }

    private mutating func hello(_ index: Int) {
        workers[index].isRegistered = true
        workers[index].queue = []
        send(.hello(.fixture(processID: workers[index].processID)), from: workers[index].peer)
    }

    private mutating func send(_ message: WorkerMessage, from peer: Peer) {
        inFlight.append((peer, .message(from: peer, message)))
    }

    /// Delivers a message that is no later than any other of its peer.
    private mutating func deliver() {
        guard let peer = inFlight.randomElement(using: &generator)?.peer,
            let index = inFlight.firstIndex(where: { $0.peer == peer })
        else { return }
        let message = inFlight.remove(at: index)
        if case .message(_, .outcome) = message.event { delivered.append(message) }
        desk.handle(message.event)
    }

    private mutating func compute() {
        let busy = workers.indices.filter { !workers[$0].queue.isEmpty && workers[$0].frozenUntil <= desk.now }
        guard let index = busy.randomElement(using: &generator) else { return }
        let attempt = workers[index].queue.removeFirst().attempt
        var result = desk.honestResult(of: attempt.item)
        if !isCalm, chance(0.02) { result = .failure(.work("accident \(generator.next())")) }
        if !isCalm, chance(0.01), case .tile = attempt.item {
            result = .tile(TileScores(matrices: 1, rows: 1, columns: 65, values: Array(repeating: 0, count: 65)))
        }
        send(
            .outcome(AttemptOutcome(attempt: attempt, result: result, seconds: 1, flops: 1)), from: workers[index].peer)
    }

    /// Hands what the coordinator has sent to whoever still listens at that address.
    private mutating func distribute() {
        for (peer, message) in desk.sent[seen...] {
            guard let index = workers.firstIndex(where: { $0.peer == peer }) else { continue }
            switch message {
            case .assignment(let assignment): workers[index].queue.append(assignment)
            // The process ends, and the pool starts another.
            case .shutdown, .refusal: end(index, announced: true)
            case .welcome, .acknowledgement, .ping: break
            }
        }
        seen = desk.sent.count
    }

    private mutating func tick() {
        nextTick = desk.now + .milliseconds(500)
        for worker in workers where worker.isRegistered && worker.frozenUntil <= desk.now {
            send(.heartbeat(progress: 1), from: worker.peer)
        }
        // The coordinator drains its socket before it declares anyone lost.
        if chance(0.7) { while !inFlight.isEmpty { deliver() } }
        desk.handle(.tick)
    }

    // MARK: Trouble

    private mutating func disturb() {
        guard chance(0.12) else { return }
        let index = workers.indices.randomElement(using: &generator)
        switch (Int.random(in: 0..<9, using: &generator), index) {
        case (0, let index?): end(index, announced: true)
        case (1, let index?): end(index, announced: false)
        case (2, let index?):
            // The connection breaks; the process comes back under another name.
            let old = workers[index].peer
            inFlight.removeAll { $0.peer == old }
            workers[index].peer = freshPeer()
            if chance(0.5) { inFlight.append((old, .unreachable(old))) }
            hello(index)
        case (3, let index?): hello(index)
        case (4, let index?):
            workers[index].frozenUntil = desk.now + .seconds(Int.random(in: 1...30, using: &generator))
        case (5, let index?):
            send(.goodbye, from: workers[index].peer)
            workers.remove(at: index)
        case (6, _):
            let stranger = freshPeer()
            inFlight.append((stranger, .unreadable(from: stranger, reason: "noise")))
        case (7, _): desk.now += .seconds(Int.random(in: 1...40, using: &generator))
        default:
            // Late and repeated, from whoever sent it then or from a stranger.
            guard let late = delivered.randomElement(using: &generator) else { return }
            desk.handle(late.event)
        }
    }

    private mutating func end(_ index: Int, announced: Bool) {
        let worker = workers.remove(at: index)
        if chance(0.5) { inFlight.removeAll { $0.peer == worker.peer } }
        guard announced else { return }
        let event: CoordinatorEvent = chance(0.5) ? .processEnded(worker.processID) : .unreachable(worker.peer)
        inFlight.append((worker.peer, event))
    }

    private mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &generator) < probability
    }
}
