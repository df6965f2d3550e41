import ClusterSimulation
import SweepModel
import SweepProtocol
import SweepTestSupport
import WorkerCore

@testable import CoordinatorCore

/// A coordinator, its journal, workers, clients and a network, all driven by one seed.
///
/// Messages are lost, late, repeated, reordered and damaged in both directions; workers are slow, hang, fail, lie, leave, are cut off
/// and die; the coordinator is killed at any moment, its disk fails, and another one goes on with what was durable. After a while only
/// honest work goes on, and everything has to end.
struct SimulatedCluster {
    private enum Event {
        case toCoordinator(Peer, life: Int, CoordinatorEvent)
        case toWorker(Int, Peer, CoordinatorMessage)
        case connect(Int)
        case disconnect(Int, Peer)
        case worker(Int)
        case computed(Int, generation: Int)
        case tick(life: Int)
        case commit(life: Int)
        case trouble
        case restart
        case client
        case reused(life: Int, CoordinatorEvent)
    }

    struct Scale {
        var workers = 1...16
        var troubleSeconds = 1...12
        /// Invariants are looked at after every so many events.
        var checkInterval = 1
    }

    let seed: UInt64
    var trace: ((String) -> Void)?
    private(set) var violations: [String] = []
    private(set) var events = 0
    private(set) var crashes = 0
    private(set) var coordinator: Coordinator?
    private(set) var journal = SimulatedJournal()
    private var generator: SeededGenerator
    /// The fate of what is offered, apart from everything else's.
    private var offerGenerator: SeededGenerator
    private var queue = EventQueue<Duration, Event>()
    private var now = Duration.zero
    private var life = 0
    private var workers: [SimulatedWorker] = []
    private var nextPeer: UInt32 = 0
    private var wanted: Int
    private let calmAt: Duration
    private let scale: Scale
    private var submissions: [(submission: Submission, failsFast: Bool, number: UInt64)] = []
    private(set) var accepted: [SweepID] = []
    private var forgotten: Set<SweepID> = []
    private var broken: [WorkItem: Complaint] = [:]
    /// Of the first sweep's work, what kills whoever is at it.
    private let isDeadly: (WorkItem) -> Bool
    private var invariants = Invariants()
    private var isDown = false

    private static let lastTime = Duration.seconds(900)
    private static let client: Peer = 4_000_000_000

    init(seed: UInt64, scale: Scale = Scale()) {
        self.seed = seed
        self.scale = scale
        generator = SeededGenerator(seed: seed)
        offerGenerator = SeededGenerator(seed: ~seed)
        isDeadly =
            switch seed % 100 {
            case 7: { if case .layer = $0 { true } else { false } }
            case 27: { if case .tile = $0 { true } else { false } }
            case 57: { if case .layer(let layer) = $0 { layer % 3 == 0 } else { false } }
            case 77: { if case .survey = $0 { true } else { false } }
            default: { _ in false }
            }
        calmAt = .seconds(Int.random(in: scale.troubleSeconds, using: &generator))
        wanted = Int.random(in: scale.workers, using: &generator)
        for number in 0..<Int.random(in: 1...3, using: &generator) {
            let models = Int.random(in: 1...4, using: &generator)
            let layers = (0..<models).map { _ in Int.random(in: 1...100, using: &generator) }
            let isSymmetric = Bool.random(using: &generator)
            let kinds = [Metric(kind: .cka), Metric(kind: .cycleKNN, k: 3), Metric(kind: .mutualKNN, k: 10)]
            let chosen = kinds.filter { _ in Bool.random(using: &generator) }
            // Lists that are looked at one permutation at a time make many small tiles.
            let drawn = chosen.indices.filter { chosen[$0].k != nil && chance(0.3) }
            let plan = SweepPlan.fixture(
                layers: layers, bytes: layers,
                // Layers of so many samples are shared where there are more workers than layers.
                samples: (seed + UInt64(number)) % 3 == 0 ? 70_000 : 100,
                y: isSymmetric ? nil : Array(0..<Int.random(in: 1...models, using: &generator)),
                metrics: chosen,
                permutations: drawn.isEmpty ? nil : PermutationPlan(count: 40, metrics: drawn, seed: 1))
            let priority = Int32.random(in: -1...1, using: &generator)
            submissions.append(
                (.fixture(plan, name: "sweep \(number)", priority: priority), false, UInt64(number) + 1))
        }
        if chance(0.3) { broken[.survey(model: Int.random(in: 0..<4, using: &generator))] = .request() }
        if chance(0.3) { broken[.layer(Int.random(in: 0..<20, using: &generator))] = .work("it never works") }
        if chance(0.2) {
            let step = Int.random(in: 0..<44, using: &generator)
            broken[.step(layer: Int.random(in: 0..<8, using: &generator), index: step)] = .work("a step never works")
        }
        if chance(0.3) { broken[.tile(row: 0, column: 0)] = .work("it never works either") }
        if chance(0.2) { broken[.tile(row: 2, column: 0)] = .work("nor does it work when permuted") }
    }

    private mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &generator) < probability
    }

    private var isCalm: Bool { now >= calmAt }

    private mutating func later(_ range: ClosedRange<Int>) -> Duration {
        now + .milliseconds(Int.random(in: range, using: &generator))
    }

    // MARK: Running

    /// Runs to the end, or until something is wrong.
    mutating func run() {
        restart()
        for _ in 0..<wanted { start() }
        queue.add(.client, at: .milliseconds(1))
        queue.add(.trouble, at: .milliseconds(20))
        while violations.isEmpty, let (time, event) = queue.take() {
            now = time
            events += 1
            guard now < Self.lastTime else {
                violations.append("it never ends: \(unfinished())")
                break
            }
            handle(event)
            if journal.complaints.first != nil { violations += journal.complaints }
            if isOver { break }
        }
        if violations.isEmpty { checkEnd() }
    }

    private var isOver: Bool {
        isCalm && !isDown && submissions.isEmpty && coordinator?.active.isEmpty == true
            && accepted.allSatisfy { id in
                forgotten.contains(id) || coordinator?.sweeps[id]?.ending != nil
            }
    }

    private func unfinished() -> String {
        guard let coordinator else { return "there is no coordinator" }
        return coordinator.active.map { "sweep \($0): \(coordinator.explain($0, nil, now))" }.joined(separator: "; ")
    }

    private mutating func handle(_ event: Event) {
        switch event {
        case .toCoordinator(_, let life, let event): if life == self.life { tell(event) }
        case .toWorker(let index, let peer, let message):
            guard workers[index].isAlive, workers[index].peer == peer, now >= workers[index].cutUntil else { return }
            trace?("\(now) worker \(index) hears \(message.brief)")
            workers[index].session.receive(message, now)
            settle(index)
        case .connect(let index): connect(index)
        case .disconnect(let index, let peer):
            guard workers[index].isAlive, workers[index].peer == peer else { return }
            workers[index].peer = nil
            workers[index].session.disconnected(now)
            queue.add(.connect(index), at: later(50...2_000))
        case .worker(let index): tick(worker: index)
        case .computed(let index, let generation): computed(index, generation)
        case .tick(let life):
            guard life == self.life else { return }
            tell(.tick)
            queue.add(.tick(life: life), at: now + .milliseconds(500))
        case .commit(let life):
            guard life == self.life else { return }
            if !isCalm, chance(0.002) { return crash("its disk fails") }
            let (messages, confirmed) = journal.commit()
            for (message, peer) in messages { send(message, to: peer) }
            for sweep in confirmed { tell(.durable(sweep)) }
            queue.add(.commit(life: life), at: later(1...20))
        case .trouble:
            guard !isCalm else { return calm() }
            disturb()
            queue.add(.trouble, at: later(5...150))
        case .restart: restart()
        case .client: ask()
        case .reused(let life, let event): if life == self.life { tell(event) }
        }
    }

    // MARK: The coordinator

    private mutating func restart() {
        life += 1
        isDown = false
        var settings = CoordinatorSettings()
        settings.firstEpoch = 1
        settings.epoch = UInt64(life)
        settings.stallLimit = .seconds(5)
        var fresh = Coordinator(settings: settings)
        for fact in journal.committed {
            do { try fresh.replay(fact) } catch { violations.append("replay: \(error)") }
        }
        let keep = isCalm || chance(0.7)
        var lottery = generator
        let effects = fresh.finishReplay(nextSweep: SweepID(journal.lastSweep + 1), now: now) { _ in
            keep || Double.random(in: 0..<1, using: &lottery) < 0.9
        }
        generator = lottery
        coordinator = fresh
        invariants.restart()
        for effect in effects { perform(effect) }
        queue.add(.tick(life: life), at: now + .milliseconds(1))
        queue.add(.commit(life: life), at: now + .milliseconds(5))
        for index in workers.indices where workers[index].isAlive { queue.add(.connect(index), at: later(10...3_000)) }
    }

    private mutating func crash(_ reason: String) {
        guard !isDown else { return }
        trace?("\(now) the coordinator dies: \(reason)")
        crashes += 1
        isDown = true
        life += 1
        coordinator = nil
        journal.crash()
        for index in workers.indices where workers[index].isAlive {
            workers[index].peer = nil
            workers[index].session.disconnected(now)
        }
        queue.add(.restart, at: later(10...3_000))
    }

    private mutating func tell(_ event: CoordinatorEvent) {
        guard coordinator != nil else { return }
        trace?("\(now) coordinator: \(event.brief)")
        let isRightful = isRightful(event)
        let effects = coordinator?.handle(event, now: now) ?? []
        if let isRightful, isRightful != effects.contains(where: { if case .exchange = $0 { true } else { false } }) {
            violations.append("an artifact is \(isRightful ? "declined" : "taken from somebody else")")
        }
        if effects.count > 20_000 { violations.append("\(effects.count) effects of one event") }
        for effect in effects { perform(effect) }
        if events % scale.checkInterval == 0, let coordinator {
            violations += invariants.check(coordinator, now: now, isCalm: isCalm)
        }
    }

    private mutating func perform(_ effect: CoordinatorEffect) {
        if let complaint = invariants.note(effect) { violations.append(complaint) }
        switch effect {
        case .send(let message, let peer): send(message, to: peer)
        case .sendAfterCommit(let message, let peer): journal.add(message, to: peer)
        case .persist(let fact): journal.add(fact)
        case .confirm(let sweep): journal.confirm(sweep)
        case .reuse(let sweep, let row, let column, _):
            var scores: TileScores?
            if let plan = coordinator?.plan(of: sweep), chance(0.9) {
                let columns = column..<column + 1
                scores = TileScores(
                    row: row, columns: columns, bytes: HonestWork.scores(plan, row: row, columns: columns))
            }
            queue.add(.reused(life: life, .reused(sweep, row: row, column: column, scores: scores)), at: later(1...30))
        case .compare(let sweep, let scores, let host):
            if scores.bytes.contains(8) {
                let mismatch = CoordinatorEvent.mismatch(
                    sweep, row: scores.row, column: scores.columns.lowerBound, host: host)
                queue.add(.reused(life: life, mismatch), at: later(1...30))
            }
        case .exchange, .endExchange, .discard, .block, .report, .ended, .readFindings, .readScores, .readEvents: break
        }
    }

    /// Whether what an event offers is of a layer or a tile in its sender's hands; nil where it offers nothing.
    private func isRightful(_ event: CoordinatorEvent) -> Bool? {
        guard case .message(let peer, _, .artifact(.offer(_, _, let number))) = event else { return nil }
        guard let record = coordinator?.leases[number] else { return false }
        switch record.kind {
        case .layer, .step, .tiles: return coordinator?.workers[record.worker]?.peer == peer
        case .survey: return false
        }
    }

    // MARK: The network

    private mutating func send(_ message: CoordinatorMessage, to peer: Peer) {
        if peer == Self.client { return hear(message) }
        // Whoever computes hears it, and is one number here.
        if case .artifact = message { return }
        trace?("\(now) coordinator says \(message.brief)")
        guard let index = workers.firstIndex(where: { $0.peer == peer && $0.isAlive }) else {
            if chance(0.7) { queue.add(.toCoordinator(peer, life: life, .unreachable(peer)), at: later(1...20)) }
            return
        }
        for delay in delays() { queue.add(.toWorker(index, peer, message), at: delay) }
    }

    private mutating func send(_ message: WorkerMessage, from index: Int) {
        guard let peer = workers[index].peer, !isDown, now >= workers[index].cutUntil else { return }
        let identity = Identity(name: "nodes", role: .worker)
        for delay in delays() {
            let event: CoordinatorEvent =
                !isCalm && chance(0.001)
                ? .unreadable(from: peer, reason: "noise") : .message(from: peer, as: identity, message)
            queue.add(.toCoordinator(peer, life: life, event), at: delay)
        }
    }

    /// When a message arrives: once and soon, or never, late or twice.
    private mutating func delays() -> [Duration] {
        if isCalm { return [later(1...5)] }
        switch Double.random(in: 0..<1, using: &generator) {
        case ..<0.02: return []
        case ..<0.04: return [later(1...50), later(1...3_000)]
        case ..<0.06: return [later(50...6_000)]
        default: return [later(1...30)]
        }
    }

    // MARK: Workers

    private mutating func start(core: String? = nil) {
        let index = workers.count
        workers.append(
            SimulatedWorker(number: index + 1, core: core, generator: &generator, isCalm: isCalm, now: now))
        queue.add(.connect(index), at: later(1...200))
        queue.add(.worker(index), at: now + .milliseconds(5))
    }

    private mutating func connect(_ index: Int) {
        guard workers[index].isAlive, workers[index].peer == nil, !isDown else { return }
        nextPeer += 1
        workers[index].peer = Peer(number: nextPeer)
        workers[index].session.connected(now)
        settle(index)
    }

    private mutating func tick(worker index: Int) {
        guard workers[index].isAlive else { return }
        let executing = workers[index].executing?.job.assignment.lease.number
        workers[index].session.tick(now, progress: workers[index].jobs.progress, executing: executing)
        settle(index)
        guard workers[index].isAlive else { return }
        queue.add(.worker(index), at: max(workers[index].session.nextTick(now), now + .milliseconds(20)))
    }

    /// Does what the worker's session wants.
    private mutating func settle(_ index: Int) {
        for effect in workers[index].session.takeEffects() {
            switch effect {
            case .send(let message): send(message, from: index)
            case .open(let sweep, let context): workers[index].jobs.open(sweep, context)
            case .close(let sweep): workers[index].jobs.close(sweep)
            case .compute(let job):
                if case .layer(let layer) = job.assignment.lease.work,
                    workers[index].jobs.context(of: job.assignment.lease.sweep)?.plan.layers.indices.contains(layer)
                        != true
                {
                    violations.append("worker \(index) gets a layer that its sweep does not have")
                    continue
                }
                workers[index].jobs.add(job)
            case .cut(let lease, let end): workers[index].jobs.cut(lease, end: end)
            case .deliver, .answer, .allow: break
            case .end:
                trace?("\(now) worker \(index) ends")
                workers[index].isAlive = false
                replace()
            }
        }
        begin(index)
    }

    private mutating func begin(_ index: Int) {
        guard let slowness = workers[index].begin(), workers[index].character != .hung || isCalm else { return }
        schedule(index, slowness)
    }

    private mutating func schedule(_ index: Int, _ slowness: Double) {
        let milliseconds = max(1, Int(Double(Int.random(in: 5...60, using: &generator)) * slowness))
        queue.add(
            .computed(index, generation: workers[index].generation), at: now + .milliseconds(milliseconds))
    }

    private mutating func computed(_ index: Int, _ generation: Int) {
        guard workers[index].isAlive, workers[index].generation == generation,
            let lease = workers[index].executing?.job.assignment.lease
        else { return }
        let isFirst = lease.sweep == accepted.first
        if isFirst, workers[index].item.map(isDeadly) == true { return die(index) }
        guard let (outcome, isMore) = workers[index].finish(broken: { isFirst ? broken[$0] : nil }) else {
            return begin(index)
        }
        switch lease.work {
        case .layer, .step: offer(lease.number, from: index)
        case .survey, .tiles: break
        }
        workers[index].session.finish([outcome], now)
        settle(index)
        if isMore, workers[index].isAlive { schedule(index, workers[index].slowness) } else { begin(index) }
    }

    /// Its process ends, and either the process table or the transport says so.
    private mutating func die(_ index: Int) {
        trace?("\(now) worker \(index) dies of its work")
        workers[index].isAlive = false
        if index.isMultiple(of: 2) {
            let event = CoordinatorEvent.processEnded(workers[index].processID, .killed(signal: 11))
            queue.add(.reused(life: life, event), at: now + .milliseconds(5))
        } else if let peer = workers[index].peer {
            queue.add(.toCoordinator(peer, life: life, .unreachable(peer)), at: now + .milliseconds(5))
        }
        // A sweep goes on with one kind of kernels only: another one like it comes in its place.
        start(core: workers[index].core)
    }

    /// As a worker that does not see the directory hands over what it has made: late, twice or never, like everything that is said.
    private mutating func offer(_ lease: UInt64, from index: Int) {
        guard let peer = workers[index].peer, !isDown, now >= workers[index].cutUntil else { return }
        let message = WorkerMessage.artifact(
            .offer(name: String(repeating: "a", count: 32), fileBytes: 1, lease: lease))
        let event = CoordinatorEvent.message(from: peer, as: Identity(name: "nodes", role: .worker), message)
        for _ in 0..<Int.random(in: 0...2, using: &offerGenerator) {
            let delay = Duration.milliseconds(Int.random(in: 1...2_000, using: &offerGenerator))
            queue.add(.toCoordinator(peer, life: life, event), at: now + delay)
        }
    }

    private mutating func replace() {
        if workers.count(where: \.isAlive) < wanted { start() }
    }

    // MARK: Trouble

    private mutating func disturb() {
        let alive = workers.indices.filter { workers[$0].isAlive }
        guard let index = alive.randomElement(using: &generator) else { return start() }
        switch Int.random(in: 0..<14, using: &generator) {
        case 0:
            // Killed; the transport tells, or the process table, or nobody does.
            trace?("\(now) worker \(index) is killed")
            workers[index].isAlive = false
            if let peer = workers[index].peer, chance(0.5) {
                queue.add(.toCoordinator(peer, life: life, .unreachable(peer)), at: later(1...50))
            } else if chance(0.5) {
                let process = workers[index].processID
                queue.add(.reused(life: life, .processEnded(process, .killed(signal: 9))), at: later(1...50))
            }
            replace()
        case 1:
            if let peer = workers[index].peer {
                queue.add(.disconnect(index, peer), at: now)
                if chance(0.5) { queue.add(.toCoordinator(peer, life: life, .unreachable(peer)), at: later(1...100)) }
            }
        case 2: workers[index].cutUntil = later(100...15_000)
        case 3:
            let executing = workers[index].executing?.job.assignment.lease.number
            workers[index].session.leave("told", executing: executing, now)
            settle(index)
        case 4: crash("killed")
        case 5 where workers.count(where: \.isAlive) < 2 * wanted: start()
        case 6 where chance(0.3): queue.add(.reused(life: life, .revoked(["nodes"])), at: now)
        case 7: change()
        default: break
        }
    }

    /// From here on only honest work.
    private mutating func calm() {
        trace?("\(now) calm")
        for index in workers.indices where workers[index].isAlive && workers[index].character != .honest {
            workers[index].isAlive = false
            if let peer = workers[index].peer {
                queue.add(.toCoordinator(peer, life: life, .unreachable(peer)), at: later(1...50))
            }
        }
        // A sweep that has results of one kind of kernels goes on with that kind only.
        wanted = max(wanted, 4)
        for core in ["Haswell", "Zen", "Haswell", "Zen"] { start(core: core) }
        if !isDown { for index in workers.indices where workers[index].isAlive { workers[index].cutUntil = now } }
    }

    // MARK: Clients

    /// Submits one sweep after the other, each until it is accepted.
    private mutating func ask() {
        guard let next = submissions.first else { return }
        if !isDown {
            let identity = Identity(name: "somebody", role: .client)
            tell(.request(from: Self.client, as: identity, number: next.number, .submit(next.submission), wallTime: 0))
        }
        queue.add(.client, at: later(200...1_500))
    }

    private mutating func hear(_ message: CoordinatorMessage) {
        guard case .reply(let number, .accepted(let id)) = message, submissions.first?.number == number else { return }
        trace?("\(now) sweep \(id) is accepted")
        submissions.removeFirst()
        accepted.append(id)
    }

    private mutating func change() {
        guard !isDown, let id = accepted.randomElement(using: &generator) else { return }
        let identity = Identity(name: "somebody", role: .client)
        let request: ClientRequest =
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: .cancel(id)
            case 1, 2: .retry(id)
            case 3: .forget(id)
            default: .drain("host \(Int.random(in: 0..<5, using: &generator))")
            }
        if case .forget = request, coordinator?.sweeps[id]?.isActive == false { forgotten.insert(id) }
        let number = UInt64.random(in: 100 ... .max, using: &generator)
        let role = Identity(name: "root", role: .admin)
        if case .drain = request {
            tell(.request(from: Self.client, as: role, number: number, request, wallTime: 0))
        } else {
            tell(.request(from: Self.client, as: identity, number: number, request, wallTime: 0))
        }
    }

    // MARK: The end

    private mutating func checkEnd() {
        for (message, peer) in journal.commit().messages { send(message, to: peer) }
        violations += journal.complaints
        guard let coordinator else { return violations.append("there is no coordinator") }
        if !coordinator.leases.isEmpty { violations.append("\(coordinator.leases.count) leases are left") }
        for id in accepted where !forgotten.contains(id) {
            guard let state = coordinator.sweeps[id] else {
                violations.append("sweep \(id) was accepted and is gone")
                continue
            }
            guard state.ending == .done else { continue }
            let grid = state.plan.grid
            let durable = journal.tiles(of: id)
            if state.ledger.failures.isEmpty, let tile = journal.partialTiles(of: id).min() {
                violations.append("\(tile) of sweep \(id) was scored without layers that were not given up")
            }
            for row in 0..<grid.tileRows {
                for column in grid.tileColumns(ofRow: row) {
                    let tile = WorkItem.tile(row: row, column: column)
                    if durable.contains(tile) == (state.ledger.failures[tile] != nil) {
                        violations.append("\(tile) of sweep \(id) is neither done nor given up, or both")
                    }
                }
            }
        }
    }
}
