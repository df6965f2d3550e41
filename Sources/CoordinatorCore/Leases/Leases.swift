internal import SweepModel
internal import SweepProtocol

/// Leases given out, answered and taken back.
extension Coordinator {
    /// Gives `work`, which is in no queue any more, to the worker in `slot`.
    @discardableResult
    mutating func lease(_ work: LeasedWork, of sweep: SweepID, to slot: Int, _ now: Duration) -> UInt64 {
        let number = nextLease
        nextLease += 1
        let lease = Lease(sweep: sweep, number: number, work: work)
        leases[number] = LeaseRecord(lease, worker: slot, sentAt: now)
        if workers[slot]?.leases.isEmpty == true { workers[slot]?.progressedAt = now }
        workers[slot]?.leases.append(number)
        lendingIsStale = true
        sweeps[sweep]?.leaseCount += 1
        if sweeps[sweep]?.startedAt == nil { sweeps[sweep]?.startedAt = now }
        tell(slot, about: work, of: sweep)
        let inputs: Assignment.Inputs =
            switch work {
            case .survey: .survey
            case .layer(let layer), .step(let layer, _): layerInputs(layer, of: sweep)
            case .tiles: .tiles(generation: sweeps[sweep]?.generation ?? 0)
            }
        assignments.append((slot, Assignment(lease: lease, inputs: inputs)))
        return number
    }

    private func layerInputs(_ layer: Int, of sweep: SweepID) -> Assignment.Inputs {
        guard let state = sweeps[sweep] else { return .layer(clipThresholds: [], digest: "") }
        let planned = state.plan.layers[layer]
        let survey = state.ledger.surveys[planned.model]
        let position = layer - state.plan.models[planned.model].layers.lowerBound
        return .layer(
            clipThresholds: survey?.clipThresholds(of: planned) ?? [], digest: survey?.layerDigests[position] ?? "")
    }

    /// What a worker has not been told yet and needs for `work`.
    private mutating func tell(_ slot: Int, about work: LeasedWork, of sweep: SweepID) {
        guard let peer = workers[slot]?.peer, let context = sweeps[sweep]?.context else { return }
        if workers[slot]?.knownSweeps.insert(sweep).inserted == true { send(.sweep(sweep, context), to: peer) }
        guard case .tiles(let row, let columns) = work else { return }
        let isSymmetric = context.plan.isSymmetric
        let grid = context.plan.grid
        for block in grid.rowBlocks(row) { tell(slot, peer, block: block, isColumn: false, of: sweep) }
        for column in columns {
            for block in grid.columnBlocks(column, ofRow: row) {
                tell(slot, peer, block: block, isColumn: !isSymmetric, of: sweep)
            }
        }
    }

    private mutating func tell(_ slot: Int, _ peer: Peer, block: Int, isColumn: Bool, of sweep: SweepID) {
        guard workers[slot]?.knownBlocks[sweep, default: .init()].insert(block, isColumn: isColumn) == true,
            let state = sweeps[sweep]
        else { return }
        let plan = state.plan
        let layers =
            isColumn ? plan.yLayers[plan.grid.columns(ofBlock: block)] : plan.xLayers[plan.grid.rows(ofBlock: block)]
        let names = layers.map { ArtifactNames(state.ledger.layers[$0]?.artifacts ?? [:]) }
        send(.names(sweep, block: block, isColumn: isColumn, generation: state.generation, names), to: peer)
    }

    // MARK: Taking back

    /// Voids a lease; what is left of it goes to others.
    mutating func takeBack(_ number: UInt64) {
        guard let record = leases[number] else { return }
        detach(number)
        release(record.items, of: record.sweep, from: number)
    }

    /// Takes tiles at `column` and beyond away from a lease.
    mutating func cut(_ number: UInt64, at column: Int) {
        guard let record = leases[number], case .tiles(let row) = record.kind else { return }
        let removed = leases[number]?.open.remove(column..<max(column, TileLimits.columns)) ?? []
        if let peer = workers[record.worker]?.peer { send(.shrink(lease: number, end: column), to: peer) }
        release(removed.flatMap { range in range.map { .tile(row: row, column: $0) } }, of: record.sweep, from: number)
        if leases[number]?.open.isEmpty == true { detach(number) }
    }

    /// Puts items back into their queue, unless another worker has them too.
    private mutating func release(_ items: [WorkItem], of sweep: SweepID, from number: UInt64) {
        guard sweeps[sweep]?.isActive == true else { return }
        for item in items {
            if let pair = sweeps[sweep]?.doubled.removeValue(forKey: item) {
                if let other = pair.first(where: { $0 != number }) { leases[other]?.isSpeculative = false }
            } else {
                sweeps[sweep]?.putBack(item)
            }
        }
    }

    /// `item` of a lease is answered, or wanted no more; the lease goes with its last item.
    mutating func close(_ item: WorkItem, of number: UInt64) {
        guard let record = leases[number] else { return }
        if case .tile(_, let column) = item { _ = leases[number]?.open.remove(column..<column + 1) }
        if case .tiles = record.kind, leases[number]?.open.isEmpty == false { return }
        detach(number)
    }

    /// Forgets a lease whose items are accounted for.
    mutating func detach(_ number: UInt64) {
        guard let record = leases.removeValue(forKey: number) else { return }
        workers[record.worker]?.leases.removeAll { $0 == number }
        lendingIsStale = true
        sweeps[record.sweep]?.leaseCount -= 1
        enqueue(record.worker)
        dismissIfDrained(record.worker)
    }

    /// If two workers had `item`, the one that is not `number`'s need not go on.
    mutating func settle(_ item: WorkItem, of sweep: SweepID, by number: UInt64) {
        guard let pair = sweeps[sweep]?.doubled.removeValue(forKey: item) else { return }
        for other in pair where other != number {
            guard let record = leases[other] else { continue }
            close(item, of: other)
            if leases[other] == nil, let peer = workers[record.worker]?.peer {
                send(.shrink(lease: other, end: 0), to: peer)
            }
        }
    }

    private mutating func dismissIfDrained(_ slot: Int) {
        guard let worker = workers[slot], worker.isDraining, worker.leases.isEmpty else { return }
        send(.shutdown, to: worker.peer)
    }
}

/// The largest grid: a tile is two bits, so that nobody fills the memory with a plan.
enum TileLimits {
    static let columns = 1 << 20
    static let tiles = 1 << 28
}
