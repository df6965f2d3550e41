internal import SweepModel
internal import SweepProtocol

/// Workers that come, come back and go.
extension Coordinator {
    mutating func receive(_ message: WorkerMessage, from peer: Peer, _ identity: Identity, _ now: Duration) {
        guard identity.mayWork else {
            return send(
                .refusal("the key '\(identity.name)' is a \(identity.role.rawValue)'s, not a worker's"), to: peer)
        }
        if case .hello(let hello) = message { return register(hello, peer, identity, now) }
        guard let slot = slotOfPeer[peer] else {
            if case .goodbye = message { return }
            // It was lost, or this coordinator is a new one.
            return send(isStopping ? .shutdown : .introduce, to: peer)
        }
        workers[slot]?.lastSeen = now
        switch message {
        case .hello: break
        case .heartbeat(let progress, let held): heartbeat(slot, progress, Set(held), now)
        case .outcomes(let outcomes): take(outcomes, from: slot, now)
        case .unfit(let sweep, let complaint): note(unfit: complaint, for: sweep, slot, now)
        case .leaving(let executing): leave(slot, executing: executing)
        case .artifact(let message): exchange(message, slot, peer)
        case .goodbye:
            if let worker = workers[slot] { report("worker-left", "\(worker.title) left", worker: worker) }
            remove(slot)
        }
    }

    private mutating func register(_ hello: WorkerHello, _ peer: Peer, _ identity: Identity, _ now: Duration) {
        if let reason = refusal(hello) {
            report("worker-refused", "a worker was refused: \(reason)", isWarning: true, host: hello.host)
            return send(.refusal(reason), to: peer)
        }
        guard !isStopping else { return send(.shutdown, to: peer) }
        // Another process now speaks over this connection.
        if let other = slotOfPeer[peer], workers[other]?.hello.workerID != hello.workerID { remove(other) }
        let isReconnected: Bool
        let slot: Int
        if let known = slotOfWorker[hello.workerID], let worker = workers[known], worker.identity == identity {
            isReconnected = worker.peer != peer
            slot = known
            if isReconnected { effects.append(.endExchange(with: worker.peer)) }
            slotOfPeer[worker.peer] = nil
            slotOfPeer[peer] = slot
            workers[slot]?.peer = peer
            workers[slot]?.hello = hello
            workers[slot]?.lastSeen = now
            workers[slot]?.deadline = hello.secondsLeft.map { now + .seconds($0) }
        } else {
            guard workerCount < settings.workerLimit, slotOfWorker[hello.workerID] == nil else {
                return send(.refusal("there are \(workerCount) workers already"), to: peer)
            }
            isReconnected = false
            slot = freeSlots.popLast() ?? workers.count
            if slot == workers.count { workers.append(nil) }
            let worker = WorkerRecord(peer: peer, hello: hello, identity: identity, now: now)
            workers[slot] = worker
            slotOfPeer[peer] = slot
            slotOfWorker[hello.workerID] = slot
            workerCount += 1
            report("worker-joined", "\(worker.title) joined", worker: worker)
        }
        workers[slot]?.knownSweeps = []
        workers[slot]?.knownBlocks = [:]
        workers[slot]?.allowance = hello.threads
        lendingIsStale = true
        send(
            .welcome(
                Welcome(
                    artifactDirectory: settings.artifactDirectory, artifactToken: settings.artifactToken,
                    busyHeartbeat: settings.busyHeartbeat, idleHeartbeat: settings.idleHeartbeat)), to: peer)
        // What was under way on a connection that broke is lost with it; on one that stands it may still arrive.
        let held = Set(hello.held.map(\.number))
        takeBackUndelivered(slot, held: held, isCertain: isReconnected, now)
        for lease in hello.held where leases[lease.number] == nil { adopt(lease, slot, now) }
        enqueue(slot)
    }

    private func refusal(_ hello: WorkerHello) -> String? {
        if hello.protocolVersion != protocolVersion {
            "the worker speaks protocol version \(hello.protocolVersion), the coordinator \(protocolVersion)"
        } else if hello.algorithmVersion != algorithmVersion {
            "the worker computes by algorithm version \(hello.algorithmVersion), the coordinator's sweeps by \(algorithmVersion)"
        } else {
            nil
        }
    }

    /// Takes over what a worker already has in hand, from this coordinator's predecessor or from before it was thought lost:
    /// as far as nobody else has it.
    private mutating func adopt(_ lease: Lease, _ slot: Int, _ now: Duration) {
        let isOurs = (settings.firstEpoch...settings.epoch).contains(lease.number >> 32)
        guard isOurs, let worker = workers[slot], let state = sweeps[lease.sweep], state.isActive,
            lease.number >= state.fence, state.contains(lease.work.firstItem), worker.isUsable
        else { return drop(lease.number, slot) }
        var open: [Int] = []
        switch lease.work {
        case .survey, .layer, .step:
            guard sweeps[lease.sweep]?.claim(lease.work.firstItem) == true else { return drop(lease.number, slot) }
        case .tiles(let row, let columns):
            for column in columns where sweeps[lease.sweep]?.claim(.tile(row: row, column: column)) == true {
                open.append(column)
            }
            guard !open.isEmpty else { return drop(lease.number, slot) }
        }
        leases[lease.number] = LeaseRecord(lease, worker: slot, open: OpenColumns(open), sentAt: now)
        workers[slot]?.leases.append(lease.number)
        sweeps[lease.sweep]?.leaseCount += 1
        if sweeps[lease.sweep]?.startedAt == nil { sweeps[lease.sweep]?.startedAt = now }
    }

    private mutating func drop(_ lease: UInt64, _ slot: Int) {
        if let worker = workers[slot] { send(.shrink(lease: lease, end: 0), to: worker.peer) }
    }

    /// A host and an OpenBLAS core take part in a sweep; a sweep has one core only.
    mutating func participate(_ slot: Int, in sweep: SweepID) {
        guard let hello = workers[slot]?.hello else { return }
        if sweeps[sweep]?.ledger.note(host: hello.host, blasCore: hello.blasCore) == true {
            persist(.participant(sweep, host: hello.host, blasCore: hello.blasCore))
        }
    }

    private mutating func note(unfit complaint: Complaint, for sweep: SweepID, _ slot: Int, _ now: Duration) {
        guard let worker = workers[slot], let state = sweeps[sweep], worker.unfit[sweep] == nil else { return }
        workers[slot]?.unfit[sweep] = complaint
        report(
            "worker-unfit", "\(worker.title) cannot work on it: \(complaint)", isWarning: true, sweep: sweep,
            worker: worker)
        for number in worker.leases where leases[number]?.sweep == sweep { takeBack(number) }
        if state.failsFast { end(sweep, .refused(complaint), now) }
        enqueue(slot)
    }

    // MARK: Signs of life

    private mutating func heartbeat(_ slot: Int, _ progress: UInt64, _ held: Set<UInt64>, _ now: Duration) {
        // A compute thread that is at nothing does not hang.
        if workers[slot]?.progress != progress || held.isEmpty { noteProgress(slot, progress, now) }
        takeBackUndelivered(slot, held: held, isCertain: false, now)
        enqueue(slot)
    }

    mutating func noteProgress(_ slot: Int, _ progress: UInt64?, _ now: Duration) {
        if let progress { workers[slot]?.progress = progress }
        workers[slot]?.progressedAt = now
        guard workers[slot]?.condition == .hung, let worker = workers[slot] else { return }
        workers[slot]?.condition = .fine
        report("worker-recovered", "\(worker.title) makes progress again", worker: worker)
        enqueue(slot)
    }

    /// Leases that the worker does not name have not arrived, unless they are still on their way.
    private mutating func takeBackUndelivered(_ slot: Int, held: Set<UInt64>, isCertain: Bool, _ now: Duration) {
        guard let worker = workers[slot], !worker.leases.isEmpty else { return }
        for number in worker.leases where !held.contains(number) {
            guard let record = leases[number], isCertain || now - record.sentAt > settings.deliveryLimit else {
                continue
            }
            sweeps[record.sweep]?.ledger.noteRetry(record.itemCount)
            workers[slot]?.knownSweeps.remove(record.sweep)
            workers[slot]?.knownBlocks[record.sweep] = nil
            takeBack(number)
        }
    }

    // MARK: Going

    /// It finishes what it is at; everything else goes to others.
    private mutating func leave(_ slot: Int, executing: UInt64?) {
        guard let worker = workers[slot], worker.condition != .leaving else { return }
        workers[slot]?.condition = .leaving
        lendingIsStale = true
        report("worker-leaving", "\(worker.title) is leaving", worker: worker)
        takeBackQueued(slot, executing: executing)
    }

    /// Takes back everything that `slot` holds but the tile, layer or survey that it is at.
    mutating func takeBackQueued(_ slot: Int, executing: UInt64?) {
        guard let worker = workers[slot] else { return }
        for number in worker.leases {
            if number == executing, let first = leases[number]?.open.first {
                cut(number, at: first + 1)
            } else if number != executing {
                takeBack(number)
                send(.shrink(lease: number, end: 0), to: worker.peer)
            }
        }
    }

    /// Forgets a worker; what it holds goes to others.
    mutating func remove(_ slot: Int) {
        guard let worker = workers[slot] else { return }
        for number in worker.leases { takeBack(number) }
        if let latest = worker.latestRow { sweeps[latest.sweep]?.tiles.leave(row: latest.row) }
        slotOfPeer[worker.peer] = nil
        effects.append(.endExchange(with: worker.peer))
        slotOfWorker[worker.hello.workerID] = nil
        workers[slot] = nil
        idle.removeAll { $0 == slot }
        spare.removeAll { $0 == slot }
        freeSlots.append(slot)
        workerCount -= 1
        lendingIsStale = true
        keepSomebodyUsable()
    }

    /// Where all that could work on a sweep were set aside, they are better than nobody.
    mutating func keepSomebodyUsable() {
        for id in active {
            guard let state = sweeps[id] else { continue }
            func isAble(_ worker: WorkerRecord?) -> Bool { worker.map { obstacle($0, state) == nil } ?? false }
            if workers.contains(where: { $0?.isUsable == true && isAble($0) }) { continue }
            for slot in workers.indices where workers[slot]?.condition == .setAside && isAble(workers[slot]) {
                workers[slot]?.condition = .fine
                workers[slot]?.failuresInRow = 0
                enqueue(slot)
            }
        }
    }
}
