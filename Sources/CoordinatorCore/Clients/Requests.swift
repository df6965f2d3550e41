package import SweepModel
package import SweepProtocol

/// What clients ask.
extension Coordinator {
    mutating func answer(
        _ request: ClientRequest, _ key: RequestKey, _ identity: Identity, _ peer: Peer, _ wallTime: Double,
        _ now: Duration
    ) {
        func reply(_ reply: ClientReply) {
            effects.append(.sendAfterCommit(.reply(number: key.number, reply), to: peer))
        }
        guard identity.mayLook else {
            return reply(.refused(Self.forbidden("the key '\(identity.name)' is a worker's", "use a client's key")))
        }
        // A request that comes again was answered, and the answer was lost.
        if let known = answered[key] { return reply(known) }
        switch request {
        case .status(let id):
            if let id {
                guard let state = sweeps[id] else { return reply(.refused(Self.unknown(id))) }
                reply(.statuses([status(of: state, now)]))
            } else {
                reply(.statuses(sweeps.keys.sorted().compactMap { sweeps[$0].map { status(of: $0, now) } }))
            }
        case .workers: reply(.workers(workers.compactMap { $0.map { status(of: $0, now) } }))
        case .backlog: reply(.backlog(backlog))
        case .explain(let id, let item):
            if let id {
                guard let state = sweeps[id] else { return reply(.refused(Self.unknown(id))) }
                if let item, !state.contains(item) { return reply(.refused(Self.unknown(item, state))) }
            }
            reply(.explanation(explain(id, item, now)))
        case .events(let number): effects.append(.readEvents(after: number, number: key.number, to: peer))
        case .findings(let id):
            guard let state = sweeps[id] else { return reply(.refused(Self.unknown(id))) }
            effects.append(.readFindings(findings(of: state, now), number: key.number, to: peer))
        case .scores(let id, let cursor):
            guard sweeps[id] != nil else { return reply(.refused(Self.unknown(id))) }
            effects.append(.readScores(id, after: cursor, number: key.number, to: peer))
        case .submit, .cancel, .retry, .forget, .drain:
            let answer = change(request, identity, wallTime, now)
            remember(answer, key)
            reply(answer)
        }
    }

    private mutating func remember(_ reply: ClientReply, _ key: RequestKey) {
        answered[key] = reply
        answeredInOrder.append(key)
        if answeredInOrder.count > settings.requestLimit { answered[answeredInOrder.removeFirst()] = nil }
    }

    private mutating func change(
        _ request: ClientRequest, _ identity: Identity, _ wallTime: Double, _ now: Duration
    ) -> ClientReply {
        guard identity.maySubmit else {
            return .refused(Self.forbidden("the key '\(identity.name)' is an observer's", "use a client's key"))
        }
        switch request {
        case .submit(let submission):
            do {
                return .accepted(try admit(submission, owner: identity.name, failsFast: false, wallTime: wallTime))
            } catch { return .refused(error) }
        case .drain(let name):
            guard identity.role == .admin else {
                return .refused(Self.forbidden("only an admin drains workers", "use an admin's key"))
            }
            return drain(name)
        case .cancel(let id), .retry(let id), .forget(let id):
            guard let state = sweeps[id] else { return .refused(Self.unknown(id)) }
            guard identity.role == .admin || identity.name == state.owner else {
                return .refused(
                    Self.forbidden("sweep \(id) is \(state.owner)'s", "ask \(state.owner), or use an admin's key"))
            }
            switch request {
            case .cancel: return cancel(state, by: identity.name, now)
            case .retry: return retry(state)
            default: return forget(state)
            }
        default: return .done
        }
    }

    // MARK: Submitting

    /// Takes a sweep in. Throws where it cannot be one.
    package mutating func admit(
        _ submission: Submission, owner: String, failsFast: Bool, wallTime: Double
    ) throws(Complaint) -> SweepID {
        guard submission.algorithmVersion == algorithmVersion else {
            throw Complaint(
                .request,
                "the sweep is for algorithm version \(submission.algorithmVersion), the coordinator's is \(algorithmVersion)",
                at: "submit", advice: "use the same release of platonic everywhere")
        }
        let grid = submission.context.plan.grid
        guard grid.blockRows > 0, grid.tileRows <= TileLimits.columns, grid.blockColumns <= TileLimits.columns,
            grid.blockColumns > 0, grid.tileCount <= TileLimits.tiles
        else {
            throw Complaint(
                .request, "a sweep of \(grid.rows) x \(grid.columns) layers cannot be planned", at: "submit",
                advice:
                    "name at least one layer on each side, no more than 268 million tiles of 64 x 64 layers, and fewer permutations"
            )
        }
        let record = SweepRecord(
            id: nextSweep, name: submission.name, owner: owner, priority: submission.priority, spec: submission.spec,
            algorithmVersion: submission.algorithmVersion, workerBytes: submission.workerBytes, failsFast: failsFast,
            submitted: wallTime, context: submission.context.encoded(), dossier: submission.dossier)
        nextSweep = SweepID(nextSweep.number + 1)
        persist(.submitted(record))
        take(record, submission.context)
        report("sweep-submitted", "\(owner) submitted sweep \(record.id) (\(record.name))", sweep: record.id)
        return record.id
    }

    mutating func take(_ record: SweepRecord, _ context: SweepContext) {
        let state = SweepState(record, context: context)
        state.donors = ScoreDonors(for: state, among: Array(sweeps.values))
        sweeps[record.id] = state
        effects.append(.confirm(record.id))
    }

    mutating func activate(_ id: SweepID) {
        active.append(id)
        active.sort { a, b in
            let (p, q) = (sweeps[a]?.priority ?? 0, sweeps[b]?.priority ?? 0)
            return p != q ? p > q : a < b
        }
    }

    // MARK: Changing

    private mutating func cancel(_ state: SweepState, by name: String, _ now: Duration) -> ClientReply {
        guard state.isActive else { return .refused(Self.over(state)) }
        end(state.id, .cancelled(by: name), now)
        return .done
    }

    private mutating func retry(_ state: SweepState) -> ClientReply {
        guard !state.ledger.failures.isEmpty || state.ending.map({ $0 != .done }) ?? false else {
            return .refused(
                Complaint(
                    .request, "nothing of sweep \(state.id) was given up", at: "sweep \(state.id)",
                    advice: "see 'platonic status \(state.id)'"))
        }
        if let complaint = state.otherVersion { return .refused(complaint) }
        report("sweep-retried", "what was given up of sweep \(state.id) is tried again", sweep: state.id)
        again(state)
        return .done
    }

    /// Tries what was given up again.
    mutating func again(_ state: SweepState) {
        state.fence = nextLease
        persist(.retried(state.id, fence: nextLease))
        restart(state, isRetry: true)
    }

    /// Everything that is not done waits again; in a retry also tiles from which layers are missing.
    mutating func restart(_ state: SweepState, isRetry: Bool) {
        let isNew = !state.isActive
        for slot in workers.indices {
            guard let worker = workers[slot] else { continue }
            for number in worker.leases where leases[number]?.sweep == state.id {
                detach(number)
                send(.shrink(lease: number, end: 0), to: worker.peer)
            }
            if worker.latestRow?.sweep == state.id { worker.latestRow = nil }
            worker.unfit[state.id] = nil
            // Layers that were given up have artifacts now, or soon.
            worker.knownBlocks[state.id] = nil
        }
        // No lease has had this number, under this coordinator or an earlier one.
        state.generation = nextLease
        state.restart(isRetry: isRetry)
        state.donors = ScoreDonors(for: state, among: Array(sweeps.values))
        if isNew { activate(state.id) }
    }

    private mutating func forget(_ state: SweepState) -> ClientReply {
        guard !state.isActive else {
            return .refused(
                Complaint(
                    .request, "sweep \(state.id) is not over", at: "sweep \(state.id)",
                    advice: "cancel it first: 'platonic cancel \(state.id)'"))
        }
        sweeps[state.id] = nil
        forgottenRetries += state.ledger.retries
        persist(.forgotten(state.id))
        report("sweep-forgotten", "sweep \(state.id) (\(state.name)) is forgotten", sweep: state.id)
        return .done
    }

    private mutating func drain(_ name: String) -> ClientReply {
        let slots = workers.indices.filter { workers[$0]?.hello.workerID == name || workers[$0]?.hello.host == name }
        guard !slots.isEmpty else {
            return .refused(
                Complaint(
                    .request, "there is no worker and no host '\(name)'", at: "drain",
                    advice: "'platonic workers' lists them"))
        }
        for slot in slots {
            guard let worker = workers[slot], !worker.isDraining else { continue }
            worker.isDraining = true
            report("worker-draining", "\(worker.title) finishes what it is at and stops", worker: worker)
            if worker.leases.isEmpty { send(.shutdown, to: worker.peer) }
            takeBackQueued(slot, executing: worker.leases.first)
        }
        return .done
    }

    // MARK: Complaints

    private static func unknown(_ id: SweepID) -> Complaint {
        Complaint(.request, "there is no sweep \(id)", at: "sweep \(id)", advice: "'platonic status' lists them")
    }

    private static func unknown(_ item: WorkItem, _ state: SweepState) -> Complaint {
        let grid = state.plan.grid
        let there =
            switch item {
            case .survey: "models are counted from 0 to \(state.plan.models.count - 1)"
            case .layer: "layers are counted from 0 to \(state.plan.layers.count - 1)"
            case .step:
                state.preparation.steps.map { "steps of a layer are counted from 0 to \($0.count - 1)" }
                    ?? "layers of so few samples are prepared in one piece"
            case .tile(let row, _) where (0..<grid.tileRows).contains(row):
                "the columns of row \(row) are counted from \(grid.tileColumns(ofRow: row).lowerBound) to \(grid.tileColumns(ofRow: row).upperBound - 1)"
            case .tile: "rows are counted from 0 to \(grid.tileRows - 1)"
            }
        return Complaint(.request, "sweep \(state.id) has no \(item)", at: "sweep \(state.id)", advice: there)
    }

    private static func over(_ state: SweepState) -> Complaint {
        Complaint(
            .request, "sweep \(state.id) is over already", at: "sweep \(state.id)",
            advice: "see 'platonic status \(state.id)'")
    }

    private static func forbidden(_ what: String, _ advice: String) -> Complaint {
        Complaint(.request, what, at: "key", advice: advice)
    }
}
