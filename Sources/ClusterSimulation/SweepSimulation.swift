internal import CoordinatorCore
package import SweepCost
internal import SweepModel
internal import SweepProtocol
internal import WorkerCore

/// Plays a sweep on a cluster: the real `Coordinator`, the real `WorkerSession`s, messages that take their time, and work that takes the
/// time that it was measured to take instead of being done.
///
/// Nothing is lost and nobody dies. The same input gives the same numbers: what the coordinator's thread takes goes by `CoordinatorRates`
/// and not by a clock.
package final class SweepSimulation {
    private enum Event {
        /// A worker connects, or looks at the clock.
        case join(Int)
        case look(Int)
        /// What a worker said is there; `tiles` of it, in so many messages.
        case arrival(Int, WorkerMessage)
        /// What the coordinator said, when it said it.
        case hear(Int, [CoordinatorMessage], givenAt: Double)
        /// A phase of a worker's work is over.
        case phase(Int)
        case tick
        case durable(SweepID)
        /// What the coordinator says once all is on disk.
        case committed(Int, [CoordinatorMessage])
    }

    private let sweep: SimulatedSweep
    private let shape: ClusterShape
    private let rates: CoordinatorRates
    private let resolution: Resolution
    /// By what factor work slows down on a host with several workers.
    private let slowdown: Double
    private let findings: StandInFindings
    private var coordinator: CoordinatorModel
    private let hosts: [HostModel]
    private let workers: [WorkerModel]
    private var queue = EventQueue<Double, Event>()
    private var now = 0.0
    private var events = 0
    /// Work items that were computed, and the number of the event at which the latest was.
    private var finished = 0
    private var latest = 0
    private var traffic = ClusterRun.Traffic()
    private var done = (surveys: 0.0, layers: 0.0, tiles: 0.0)
    private var ended: (at: Double, ending: SweepEnding)?
    /// Layers that workers shared.
    private var divided: Set<Int> = []

    /// Seconds of processor time for each registered worker when the coordinator looks at all of them.
    private static let lookSeconds = 1e-7
    /// Outcomes that are nearer to each other go in one message.
    private static let messageInterval = 2e-4
    /// Seconds that a message may wait for the coordinator: long before that its workers would be taken for lost.
    private static let patience = 60.0
    /// So many events for each worker while nothing is done mean that nothing ever will be.
    private static let idleEvents = 10_000
    /// Pieces of artifacts that are under way to or from a worker.
    private static let piecesUnderWay = 4

    /// - Parameter workers: how many of the cluster's workers take part; hosts fill up one after the other.
    package init(
        _ sweep: SimulatedSweep, on shape: ClusterShape, workers count: Int, contention: Double,
        coordinator rates: CoordinatorRates
    ) {
        self.sweep = sweep
        self.shape = shape
        self.rates = rates
        slowdown = min(count, shape.workersPerHost) > 1 ? max(1, contention) : 1
        findings = StandInFindings(sweep.plan)
        resolution = Resolution(sweep.costs, workers: count, longest: sweep.longestChain)
        coordinator = CoordinatorModel(
            Coordinator(settings: resolution.settings), rates, shape, contextBytes: sweep.contextBytes)
        let hosts = (0..<shape.hosts(of: count)).map { _ in HostModel(shape) }
        self.hosts = hosts
        workers = (0..<count).map { WorkerModel($0, on: hosts[$0 / shape.workersPerHost]) }
    }

    /// Plays it to its end.
    /// - Parameters:
    ///   - before: seconds before workers ask for work.
    ///   - after: seconds after the last score.
    package func run(before: Double, after: Double) throws -> ClusterRun {
        let submission = Submission(
            name: "plan", priority: 0, spec: "", workerBytes: 1, context: sweep.context, dossier: [])
        take(try coordinator.admit(submission))
        // Nobody knows in which order processes of many hosts come up: it is drawn, once and for all.
        var order = SplitMix64(seed: UInt64(workers.count))
        for worker in workers.indices.shuffled(using: &order) { queue.add(.join(worker), at: 0) }
        queue.add(.tick, at: resolution.tick)
        while ended == nil, let (time, event) = queue.take() {
            now = time
            events += 1
            handle(event)
            try checkItGoesOn()
        }
        guard let ended, ended.ending == .done else {
            throw Complaint(
                .work,
                "the simulated sweep ends without its results: \(ended.map { "\($0.ending)" } ?? "it never does")",
                at: "\(workers.count) workers",
                advice: "report this as a bug")
        }
        var spent = ClusterRun.Spent()
        for worker in workers {
            worker.close(ended.at)
            spent.add(worker.spent)
        }
        return ClusterRun(
            workers: workers.count, hosts: hosts.count, makespan: before + ended.at + after, before: before,
            after: after, surveysDone: done.surveys, layersDone: done.layers, tilesDone: done.tiles, spent: spent,
            traffic: traffic, coordinator: coordinator.load, events: events)
    }

    /// Throws where a coordinator and its workers would never come to an end.
    private func checkItGoesOn() throws {
        guard coordinator.load.longestWait < Self.patience else {
            throw Complaint(
                .work,
                "a coordinator cannot keep up with so many workers: what they say waits for longer than a minute",
                at: "\(workers.count) workers", advice: "plan for fewer workers, or for links with more bandwidth")
        }
        guard finished <= 3 * sweep.itemCount + 1_000, events - latest < Self.idleEvents * (workers.count + 100) else {
            throw Complaint(
                .work, "what the coordinator hands out arrives so late that it takes it back, over and over",
                at: "\(workers.count) workers", advice: "plan for less latency, or for links with more bandwidth")
        }
    }

    private func handle(_ event: Event) {
        switch event {
        case .join(let worker):
            workers[worker].session.connected(time)
            settle(worker)
            queue.add(.look(worker), at: now + resolution.heartbeat)
        case .look(let index):
            let worker = workers[index]
            // Whoever computes goes on.
            if worker.unit != nil { worker.jobs.step() }
            worker.session.tick(
                time, progress: worker.jobs.progress, executing: worker.jobs.executing?.number)
            settle(index)
            queue.add(.look(index), at: now + resolution.heartbeat)
        case .arrival(let worker, let message): arrive(message, from: worker)
        case .hear(let worker, let messages, let givenAt):
            for message in messages {
                if case .assignments = message { workers[worker].givenAt = givenAt }
                workers[worker].session.receive(message, time)
            }
            settle(worker)
        case .phase(let worker): finishPhase(of: worker)
        case .tick:
            let seconds = Self.lookSeconds * Double(workers.count) * resolution.ticksEach
            take(coordinator.handle(.tick, at: now, seconds: seconds))
            queue.add(.tick, at: now + resolution.tick)
        case .committed(let worker, let messages): send(messages, to: worker, at: now)
        case .durable(let sweep): take(coordinator.handle(.durable(sweep), at: now, seconds: rates.message))
        }
    }

    private var time: Duration { .seconds(now) }

    // MARK: The coordinator

    private func arrive(_ message: WorkerMessage, from worker: Int) {
        var (messages, tiles, bytes) = (1.0, 0, 0)
        switch message {
        case .heartbeat: messages = resolution.heartbeatsEach
        case .outcomes(let outcomes):
            messages = outcomes.reduce(0) { $0 + Self.messages($1) }
            for outcome in outcomes {
                if case .tiles(let scores) = outcome.result { bytes += scores.count }
                if case .tiles(_, let columns) = outcome.part.work { tiles += columns.count }
            }
        default: break
        }
        coordinator.note(messages: Int(messages))
        let reaction = coordinator.handle(
            .message(from: workers[worker].peer, as: .local, message), at: now,
            seconds: messages * rates.message + Double(tiles) * rates.tile + Double(bytes) * rates.byte)
        if case .heartbeat = message {} else { workers[worker].answeredAt = reaction.end }
        if case .outcomes(let outcomes) = message {
            for outcome in outcomes { note(outcome, at: reaction.end) }
        }
        take(reaction)
    }

    /// In how many messages an outcome would have come: tiles are reported as they are done.
    private static func messages(_ outcome: LeaseOutcome) -> Double {
        guard case .tiles(_, let columns) = outcome.part.work else { return 1 }
        return max(1, min(Double(columns.count), outcome.seconds / messageInterval))
    }

    private func note(_ outcome: LeaseOutcome, at time: Double) {
        switch outcome.part.work {
        case .survey: done.surveys = time
        case .layer, .step: done.layers = time
        case .tiles: done.tiles = time
        }
    }

    private func take(_ reaction: CoordinatorModel.Reaction) {
        for (worker, messages) in reaction.said { send(messages, to: worker, at: reaction.end) }
        let durable = reaction.end + rates.commit
        for (worker, messages) in reaction.committed { queue.add(.committed(worker, messages), at: durable) }
        for sweep in reaction.confirmed { queue.add(.durable(sweep), at: durable) }
        if let ending = reaction.ending { ended = (durable, ending) }
    }

    // MARK: The network

    private func send(_ messages: [CoordinatorMessage], to worker: Int, at departure: Double) {
        let bytes = messages.reduce(0) { $0 + MessageSize.of($1, contextBytes: sweep.contextBytes) }
        traffic.fromCoordinator += bytes
        let left = coordinator.up.slip(bytes, departure)
        let arrival = max(left, workers[worker].host.down.slip(bytes, departure)) + shape.latency
        queue.add(.hear(worker, messages, givenAt: departure), at: arrival)
    }

    private func send(_ message: WorkerMessage, from worker: Int) {
        let bytes = MessageSize.of(message)
        traffic.toCoordinator += bytes
        let left = workers[worker].host.up.slip(bytes, now)
        let arrival = max(left, coordinator.down.slip(bytes, now)) + shape.latency
        queue.add(.arrival(worker, message), at: arrival)
    }

    /// Artifacts between a worker and the coordinator, piece by piece; when all are there.
    private func transfer(_ bytes: Int, of worker: WorkerModel, isUp: Bool) -> Double {
        let links =
            isUp
            ? (worker.host.up.carry(bytes, now), coordinator.down.carry(bytes, now))
            : (coordinator.up.carry(bytes, now), worker.host.down.carry(bytes, now))
        // A few pieces are asked for at a time.
        let window = Double(Self.piecesUnderWay * ProtocolLimits.frameBytes)
        let roundTrips = max(1, (Double(bytes) / window).rounded(.up)) * 2 * shape.latency
        let passed = coordinator.pass(bytes, at: now)
        return max(links.0, links.1, passed, now + roundTrips) + 2 * shape.latency
    }

    // MARK: Workers

    /// Does what the worker's session wants.
    private func settle(_ index: Int) {
        let worker = workers[index]
        for effect in worker.session.takeEffects() {
            switch effect {
            case .send(let message): send(message, from: index)
            case .open(let sweep, let context): worker.jobs.open(sweep, context)
            case .close(let sweep): worker.jobs.close(sweep)
            case .compute(let job): worker.jobs.add(job)
            case .cut(let lease, let end): worker.jobs.cut(lease, end: end)
            // Threads are not lent here: every worker is one.
            case .allow, .answer, .deliver, .end: break
            }
        }
        guard worker.unit == nil, !worker.session.isFull, let (job, _) = worker.jobs.begin() else { return }
        worker.accountGap(now)
        begin(job, worker)
        startPhase(of: index)
    }

    private func finishPhase(of index: Int) {
        let worker = workers[index]
        guard let (phase, since) = worker.present else { return }
        worker.account(phase, now - since)
        worker.present = nil
        if case .fetch(_, let blocks) = phase { worker.host.blocks.formUnion(blocks) }
        startPhase(of: index)
    }

    /// Goes on with the next phase that takes time, or ends the unit.
    private func startPhase(of index: Int) {
        let worker = workers[index]
        while let phase = worker.phases.popLast() {
            let end: Double
            switch phase {
            case .compute(let seconds): end = now + seconds
            case .read(let bytes):
                traffic.diskRead += bytes
                end = worker.host.disk.carry(bytes, now)
            case .write(let bytes):
                traffic.diskWritten += bytes
                end = worker.host.disk.carry(bytes, now)
            case .fetch(let bytes, _):
                traffic.artifactsDown += bytes
                end = transfer(bytes, of: worker, isUp: false)
            case .publish(let bytes):
                traffic.artifactsUp += bytes
                end = transfer(bytes, of: worker, isUp: true)
            }
            worker.present = (phase, now)
            return queue.add(.phase(index), at: end)
        }
        finishUnit(of: index)
    }

    private func finishUnit(of index: Int) {
        let worker = workers[index]
        guard let unit = worker.unit else { return }
        worker.unit = nil
        worker.jobs.step()
        finished += unit.part.work.count
        latest = events
        if case .tiles(_, let columns) = unit.part.work,
            case .tiles(let row, let all) = unit.job.assignment.lease.work, all.contains(columns.upperBound),
            worker.jobs.wants(column: columns.upperBound)
        {
            beginTiles(unit.job, row, columns.upperBound..<all.upperBound, worker)
        } else {
            worker.jobs.finish()
            worker.freeSince = now
        }
        worker.session.finish([findings.outcome(of: unit.part, seconds: unit.seconds)], time)
        settle(index)
        if worker.unit != nil, worker.present == nil { startPhase(of: index) }
    }

    // MARK: Work

    private func begin(_ job: WorkerSession.Job, _ worker: WorkerModel) {
        let (costs, plan) = (sweep.costs, sweep.plan)
        let lease = job.assignment.lease
        switch lease.work {
        case .tiles(let row, let columns): return beginTiles(job, row, columns, worker)
        case .survey(let model):
            let isKnown = sweep.known.models.contains(model)
            let layers = plan.models[model].layers
            let missed = isKnown ? 0 : layers.reduce(0) { $0 + missingBytes(ofLayer: $1, worker) }
            // Layers that take no part are read as well.
            let others = plan.models[model].bytes - layers.reduce(0) { $0 + sweep.storedBytes[$1] }
            begin(
                job, lease, costs.surveys[model], worker,
                reading: missed > 0 ? missed + max(0, others) : 0, leaving: [])
        case .layer(let layer):
            let isKnown = sweep.known.layers.contains(layer)
            let isJoined = divided.contains(layer)
            let seconds = isJoined ? costs.joining : costs.layers[layer]
            begin(
                job, lease, seconds, worker,
                reading: isKnown || isJoined ? 0 : missingBytes(ofLayer: layer, worker),
                leaving: isKnown && shape.sharesArtifacts ? [] : [leave(sweep.artifactBytes[layer])])
        case .step(let layer, let index):
            divided.insert(layer)
            let candidates = sweep.steps?.candidateCount ?? 0
            let isNew = worker.streamedLayer != layer
            worker.streamedLayer = layer
            // Whoever comes to a layer looks at all of its rows once.
            let checking = isNew ? costs.readingByte * Double(sweep.storedBytes[layer]) : 0
            begin(
                job, lease, costs.step(index, of: layer) + checking, worker,
                reading: isNew ? missingBytes(ofLayer: layer, worker) : 0,
                fetching: index < candidates ? 0 : sweep.candidatesOfLists,
                leaving: [leave(index < candidates ? sweep.candidateBytes : sweep.listBytes)])
        }
    }

    private func begin(
        _ job: WorkerSession.Job, _ part: Lease, _ seconds: Double, _ worker: WorkerModel, reading: Int = 0,
        fetching: Int = 0, leaving: [WorkerModel.Phase]
    ) {
        let seconds = seconds * slowdown
        worker.unit = WorkerModel.Unit(job: job, part: part, seconds: seconds)
        // The last one first.
        worker.phases = leaving + [.compute(seconds)]
        if fetching > 0 { worker.phases.append(fetch(fetching, blocks: [])) }
        if reading > 0 { worker.phases.append(.read(reading)) }
    }

    private func missingBytes(ofLayer layer: Int, _ worker: WorkerModel) -> Int {
        let bytes = sweep.storedBytes[layer]
        return worker.host.misses(layer: layer, bytes: bytes) ? bytes : 0
    }

    private func leave(_ bytes: Int) -> WorkerModel.Phase { shape.sharesArtifacts ? .write(bytes) : .publish(bytes) }

    private func fetch(_ bytes: Int, blocks: [Int]) -> WorkerModel.Phase {
        shape.sharesArtifacts ? .read(bytes) : .fetch(bytes, blocks: blocks)
    }

    // MARK: Tiles

    /// The first of `columns` and as many of those behind it as are computed in one go: nothing has to come for them from elsewhere.
    private func beginTiles(_ job: WorkerSession.Job, _ row: Int, _ columns: Range<Int>, _ worker: WorkerModel) {
        let (bytes, blocks) = absent(row, columns.lowerBound, worker.host)
        if shape.sharesArtifacts { worker.host.blocks.formUnion(blocks) }
        var seconds = 0.0
        var end = columns.lowerBound
        repeat {
            seconds += loading(row, end, worker) + sweep.costs.tile(row: row, column: end)
            end += 1
        } while end < columns.upperBound && seconds < resolution.run && worker.jobs.wants(column: end)
            && absent(row, end, worker.host).blocks.isEmpty
        let lease = job.assignment.lease
        let part = Lease(
            sweep: lease.sweep, number: lease.number, work: .tiles(row: row, columns: columns.lowerBound..<end))
        begin(job, part, seconds, worker, leaving: [])
        if bytes > 0 { worker.phases.append(fetch(bytes, blocks: blocks)) }
    }

    /// A block of layers as the worker's memory and the host's disk know it: of a symmetric sweep one and the same as row and as column.
    private func key(_ block: Int, isColumn: Bool) -> Int {
        2 * block + (isColumn && !sweep.plan.isSymmetric ? 1 : 0)
    }

    private func blocks(_ row: Int, _ column: Int) -> [(key: Int, layers: ArraySlice<Int>)] {
        let (plan, grid) = (sweep.plan, sweep.plan.grid)
        let rows = grid.rowBlocks(row).map { (key($0, isColumn: false), plan.xLayers[grid.rows(ofBlock: $0)]) }
        let columns = grid.columnBlocks(column, ofRow: row).map {
            (key($0, isColumn: true), plan.yLayers[grid.columns(ofBlock: $0)])
        }
        return rows + columns
    }

    /// The blocks of a tile whose artifacts are not all at hand on the host, and their bytes.
    private func absent(_ row: Int, _ column: Int, _ host: HostModel) -> (bytes: Int, blocks: [Int]) {
        var (bytes, keys) = (0, [Int]())
        for (key, layers) in blocks(row, column) where !host.blocks.contains(key) && !keys.contains(key) {
            keys.append(key)
            bytes += layers.reduce(0) { $0 + sweep.artifactBytes[$1] }
        }
        return (bytes, keys)
    }

    /// Seconds in which what is not in the worker's memory of a tile's artifacts is read into it.
    private func loading(_ row: Int, _ column: Int, _ worker: WorkerModel) -> Double {
        let grid = sweep.plan.grid
        let needed = blocks(row, column)
        guard grid.isOfScores(row) else {
            // The layers of a square stay for all its runs of permutations.
            let square = [grid.rowBlocks(row), grid.columnBlocks(column, ofRow: row)]
            guard worker.square != square else { return 0 }
            worker.square = square
            let layers = needed.reduce(0) { $0 + $1.layers.count }
            return sweep.readers.reduce(0) { $0 + sweep.costs.loads[$1] * Double(layers) }
        }
        var seconds = 0.0
        for (position, part) in sweep.readers.enumerated() {
            let each = sweep.costs.loads[part]
            for (index, (key, layers)) in needed.enumerated() {
                // On the diagonal of a symmetric sweep rows and columns are the same.
                if index > 0, key == needed[0].key, !sweep.isStreamed[position] { continue }
                let isMissing =
                    sweep.isStreamed[position]
                    || worker.kept.misses(
                        key * sweep.readers.count + position, bytes: sweep.blockBytes[position],
                        limit: sweep.memory.limit)
                if isMissing { seconds += each * Double(layers.count) }
            }
        }
        return seconds
    }
}

extension ClusterRun.Spent {
    fileprivate mutating func add(_ other: Self) {
        surveys += other.surveys
        layers += other.layers
        tiles += other.tiles
        disks += other.disks
        transfers += other.transfers
        coordination += other.coordination
        idle += other.idle
    }
}
