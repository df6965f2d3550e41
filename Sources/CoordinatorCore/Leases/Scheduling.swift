internal import SweepCost
internal import SweepModel
internal import SweepProtocol

/// Who gets what next.
extension Coordinator {
    /// Puts a worker that has room into the queue for more.
    mutating func enqueue(_ slot: Int) {
        guard let worker = workers[slot], worker.isUsable else { return }
        if worker.leases.isEmpty {
            guard worker.queue != .idle else { return }
            workers[slot]?.queue = .idle
            idle.append(slot)
        } else if worker.leases.count == 1, worker.queue == .none {
            workers[slot]?.queue = .spare
            spare.append(slot)
        }
    }

    private var hasReady: Bool { active.contains { (sweeps[$0]?.readyCount ?? 0) > 0 } }

    mutating func distribute(_ now: Duration) {
        guard !active.isEmpty else { return }
        for sweep in active { sweeps[sweep]?.openNullTiles() }
        if !idle.isEmpty { serve(.idle, now) }
        // A second lease while there is plenty, so that no worker waits for the network.
        if !spare.isEmpty {
            let ready = active.reduce(0) { $0 + (sweeps[$1]?.readyCount ?? 0) }
            if ready > 4 * workerCount { serve(.spare, now) }
        }
        if !idle.isEmpty, now >= nextRelief { relieve(now) }
    }

    mutating func serveIdle(_ now: Duration) { serve(.idle, now) }

    private mutating func serve(_ queue: WorkerRecord.Queue, _ now: Duration) {
        guard hasReady else { return }
        let waiting = queue == .idle ? idle : spare
        var kept: [Int] = []
        if queue == .idle { idle = [] } else { spare = [] }
        for (position, slot) in waiting.enumerated() {
            guard let worker = workers[slot], worker.queue == queue else { continue }
            workers[slot]?.queue = .none
            guard worker.isUsable, worker.leases.count < (queue == .idle ? 1 : 2) else {
                enqueue(slot)
                continue
            }
            if give(slot, now) {
                enqueue(slot)
            } else {
                workers[slot]?.queue = queue
                kept.append(slot)
            }
            guard hasReady else {
                kept += waiting[(position + 1)...]
                break
            }
        }
        if queue == .idle { idle = kept + idle } else { spare = kept + spare }
    }

    /// Whether the worker in `slot` may work on a sweep at all; the reason where it may not.
    func obstacle(_ worker: WorkerRecord, _ state: SweepState) -> Obstacle? {
        if let complaint = worker.unfit[state.id] { return .unfit(complaint) }
        if worker.hello.memoryBytes < state.workerBytes {
            return .memory(worker.hello.memoryBytes, needed: state.workerBytes)
        }
        if let core = state.ledger.blasCores.first, core != worker.hello.blasCore {
            return .core(worker.hello.blasCore, sweep: core)
        }
        return nil
    }

    /// Gives the worker in `slot` the first work that it can do; false where there is none.
    private mutating func give(_ slot: Int, _ now: Duration) -> Bool {
        for sweep in active {
            guard let worker = workers[slot], let state = sweeps[sweep], state.readyCount > 0,
                obstacle(worker, state) == nil
            else { continue }
            if let work = nextWork(of: sweep, for: slot, now) {
                lease(work, of: sweep, to: slot, now)
                return true
            }
        }
        return false
    }

    private mutating func nextWork(of sweep: SweepID, for slot: Int, _ now: Duration) -> LeasedWork? {
        guard let worker = workers[slot] else { return nil }
        if let item = takeTroubled(of: sweep, for: worker, kills: false) { return LeasedWork(item) }
        let isRefused = sweeps[sweep]?.refusal != nil
        let divides = sweeps[sweep].map(division) ?? { _ in false }
        if let item = sweeps[sweep]?.preparation.take(
            keeping: worker.surveyed[sweep] ?? [], divides: divides, surveysAlone: isRefused)
        {
            if fits(item, of: sweep, worker, now) { return LeasedWork(item) }
            sweeps[sweep]?.putBack(item)
        }
        if isRefused { return nil }
        if let tiles = nextTiles(of: sweep, for: slot, worker, now) { return tiles }
        guard let item = takeTroubled(of: sweep, for: worker, kills: true) else { return nil }
        if fits(item, of: sweep, worker, now) { return LeasedWork(item) }
        sweeps[sweep]?.putBack(item)
        return nil
    }

    /// Seconds of work of an ordinary core that are never one lease: whoever dies at it would lose too much.
    private static let mostSeconds = 600.0

    /// Which layers are divided, when their turn comes: the longest always, and any that is worth it where there are more workers than
    /// surveys and layers that are still in one piece, so that some would soon have nothing to do unless they share a layer.
    ///
    /// Workers on one host that can use each other's cores count as one: threads share a layer better than steps do.
    private func division(_ state: SweepState) -> (Int) -> Bool {
        guard state.preparation.isDivisible, state.preparation.waitingCount > 0 else { return { _ in false } }
        var (able, hosts) = (0, Set<String>())
        for case let worker? in workers where worker.isUsable && obstacle(worker, state) == nil {
            let isAlone = worker.hello.processors <= worker.hello.threads
            if isAlone || hosts.insert(worker.hello.host).inserted { able += 1 }
        }
        let hasHelpers = state.preparation.wholeCount < able
        let (plan, work) = (state.plan, state.work)
        return { layer in
            work.layers[layer] > Self.mostSeconds
                || hasHelpers
                    && NeighbourSteps.areWorthIt(sampleCount: plan.sampleCount, width: plan.layers[layer].width)
                    && !plan.isReference(model: plan.layers[layer].model)
        }
    }

    /// An item that failed, or one that `kills`, for a worker that has not failed it while there are such.
    private mutating func takeTroubled(of sweep: SweepID, for worker: WorkerRecord, kills: Bool) -> WorkItem? {
        guard let state = sweeps[sweep], !state.troubled.isEmpty else { return nil }
        for index in state.troubled.indices where !state.troubled[index].isOut && state.troubled[index].kills == kills {
            let trouble = state.troubled[index]
            if trouble.workers.contains(worker.hello.workerID) {
                let isElsewhere = workers.contains {
                    $0.map {
                        $0.isUsable && !trouble.workers.contains($0.hello.workerID) && obstacle($0, state) == nil
                    } ?? false
                }
                if isElsewhere { continue }
            }
            sweeps[sweep]?.troubled[index].isOut = true
            return trouble.item
        }
        return nil
    }

    /// Expected seconds of `item` on `worker`; nil while nothing like it is done.
    func prediction(_ item: WorkItem, of sweep: SweepID, _ worker: WorkerRecord) -> Double? {
        sweeps[sweep]?.costs.seconds(item).map { $0 * worker.slowness }
    }

    /// Whether `item` can be done before the worker has to be gone.
    private func fits(_ item: WorkItem, of sweep: SweepID, _ worker: WorkerRecord, _ now: Duration) -> Bool {
        guard let deadline = worker.deadline else { return true }
        let left = (deadline - now).inSeconds
        return left > 0 && (prediction(item, of: sweep, worker).map { 1.5 * $0 + 1 <= left } ?? true)
    }

    private mutating func nextTiles(
        of sweep: SweepID, for slot: Int, _ worker: WorkerRecord, _ now: Duration
    ) -> LeasedWork? {
        let preferred = worker.latestRow.flatMap { $0.sweep == sweep ? $0.row : nil }
        while let state = sweeps[sweep], state.tiles.readyCount > 0 {
            let hasDonors = state.donors?.isEmpty == false
            let limit = hasDonors ? 1 : leaseLength(state, worker, now)
            guard limit > 0, let (row, columns) = sweeps[sweep]?.tiles.take(preferring: preferred, atMost: limit)
            else { return nil }
            let first = WorkItem.tile(row: row, column: columns.lowerBound)
            if hasDonors, let source = state.donors?.source(row: row, column: columns.lowerBound, of: state) {
                sweeps[sweep]?.reusing += 1
                effects.append(.reuse(sweep, row: row, column: columns.lowerBound, source))
                continue
            }
            guard fits(first, of: sweep, worker, now) else {
                sweeps[sweep]?.tiles.putBack(row: row, columns: columns)
                return nil
            }
            move(slot, to: row, of: sweep)
            return .tiles(row: row, columns: columns)
        }
        return nil
    }

    private mutating func move(_ slot: Int, to row: Int, of sweep: SweepID) {
        if let latest = workers[slot]?.latestRow {
            if latest.sweep == sweep, latest.row == row { return }
            sweeps[latest.sweep]?.tiles.leave(row: latest.row)
        }
        sweeps[sweep]?.tiles.enter(row: row)
        workers[slot]?.latestRow = (sweep, row)
    }

    /// So many tiles that a lease lasts about half a second, no worker is left without at the end, and its scores fit into memory;
    /// one while nothing is known of how long a tile takes, and of permutations, which are long enough by themselves.
    private func leaseLength(_ state: SweepState, _ worker: WorkerRecord, _ now: Duration) -> Int {
        let plan = state.plan
        guard state.tiles.doneScores + state.ledger.failedTiles < plan.grid.scoreTileCount,
            let perTile = prediction(.tile(row: 0, column: 0), of: state.id, worker)
        else { return 1 }
        var length = min(settings.leaseTiles, state.tiles.readyCount / (2 * workerCount))
        if perTile > 0 {
            var seconds = settings.leaseSeconds
            if let deadline = worker.deadline { seconds = min(seconds, (deadline - now).inSeconds / 2) }
            length = Int(min(Double(length), max(seconds, 0) / perTile))
        }
        let bytes = 8 * plan.tileValueCount(row: 0, column: 0)
        if bytes > 0 { length = min(length, settings.leaseBytes / bytes) }
        return max(length, 1)
    }
}

/// Why a worker cannot work on a sweep: asked for at every lease, and put into words for people alone.
enum Obstacle: CustomStringConvertible {
    case unfit(Complaint)
    /// Bytes that it may use, and those that the largest work item needs.
    case memory(UInt64, needed: UInt64)
    /// The kernels of the worker, and those that the sweep is computed with.
    case core(String, sweep: String)

    var description: String {
        switch self {
        case .unfit(let complaint): "it cannot work on the sweep: \(complaint)"
        case .memory(let bytes, let needed):
            "it may use \(bytes.bytesInWords), and the largest work item needs \(needed.bytesInWords)"
        case .core(let core, let other):
            "it computes with the kernels for \(core), the sweep with those for \(other)"
        }
    }
}
