import SweepModel
import SweepProtocol

@testable import CoordinatorCore

/// What has to hold after every event, and of everything that a coordinator says.
struct Invariants {
    private var leases: Set<UInt64> = []
    private var told: [Peer: Set<SweepID>] = [:]
    private var starvingSince: Duration?
    /// At once, since the coordinator started: the slots of workers that left stay for others.
    private var mostWorkers = 0

    /// Another coordinator has taken over.
    mutating func restart() {
        told = [:]
        starvingSince = nil
        mostWorkers = 0
    }

    /// Looks at what is to be done; what is wrong with it.
    mutating func note(_ effect: CoordinatorEffect) -> String? {
        guard case .send(let message, let peer) = effect else { return nil }
        switch message {
        case .welcome: told[peer] = []
        case .sweep(let id, _): told[peer, default: []].insert(id)
        case .assignments(let assignments):
            for assignment in assignments {
                let lease = assignment.lease
                if !leases.insert(lease.number).inserted { return "lease \(lease.number) is given again" }
                if told[peer]?.contains(lease.sweep) != true { return "a worker gets work of an unknown sweep" }
            }
        default: break
        }
        return nil
    }

    /// Looks at the state; what is wrong with it.
    mutating func check(_ coordinator: Coordinator, now: Duration, isCalm: Bool) -> [String] {
        var wrong: [String] = []
        let held = coordinator.workers.reduce(0) { $0 + ($1?.leases.count ?? 0) }
        if held != coordinator.leases.count {
            wrong.append("\(held) leases are held, \(coordinator.leases.count) are known")
        }
        if coordinator.leases.count > 4 * coordinator.workerCount + 4 {
            wrong.append("\(coordinator.leases.count) leases")
        }
        mostWorkers = max(mostWorkers, coordinator.workerCount)
        if coordinator.workers.count > 200 + 3 * mostWorkers { wrong.append("slots are not used again") }
        if coordinator.workers.count != coordinator.workerCount + coordinator.freeSlots.count {
            wrong.append("a slot is lost")
        }
        var tiles: [SweepID: Int] = [:]
        var others: [SweepID: Int] = [:]
        for (number, record) in coordinator.leases {
            if coordinator.workers[record.worker]?.leases.contains(number) != true {
                wrong.append("lease \(number) is nobody's")
            }
            if case .tiles = record.kind {
                tiles[record.sweep, default: 0] += record.open.count
                if record.open.isEmpty { wrong.append("lease \(number) is empty") }
            } else {
                others[record.sweep, default: 0] += 1
            }
        }
        for id in coordinator.active {
            guard let state = coordinator.sweeps[id] else {
                wrong.append("sweep \(id) is active and unknown")
                continue
            }
            if !state.isActive { wrong.append("sweep \(id) is over and active") }
            wrong += check(state, tiles[id] ?? 0, others[id] ?? 0)
        }
        for id in Set(tiles.keys).union(others.keys) where !coordinator.active.contains(id) {
            wrong.append("leases of sweep \(id), which is over")
        }
        if isCalm { checkStarvation(coordinator, now, &wrong) }
        return wrong
    }

    /// Every work item is in exactly one place.
    private func check(_ state: SweepState, _ leasedTiles: Int, _ leasedOthers: Int) -> [String] {
        func isTile(_ item: WorkItem) -> Bool { if case .tile = item { true } else { false } }
        var wrong: [String] = []
        let plan = state.plan
        let waiting = state.troubled.filter { !$0.isOut }.map(\.item)
        let twice = state.doubled.keys
        let placed =
            state.tiles.waitingCount + state.tiles.doneCount + state.ledger.failedTiles + state.reusing + leasedTiles
            - twice.count(where: isTile) + waiting.count(where: isTile)
        if placed != plan.grid.tileCount {
            wrong.append(
                "sweep \(state.id) has \(placed) of \(plan.grid.tileCount) tiles: waiting \(state.tiles.waitingCount), done \(state.tiles.doneCount), failed \(state.ledger.failedTiles), reusing \(state.reusing), leased \(leasedTiles), twice \(twice.count(where: isTile)), troubled \(waiting.count(where: isTile))"
            )
        }
        var hidden = 0
        for model in plan.models.indices where state.ledger.surveys[model] == nil {
            hidden += plan.models[model].layers.count {
                state.ledger.failures[.layer($0)] == nil && state.ledger.layers[$0] == nil
            }
        }
        let failedOthers = state.ledger.failures.count - state.ledger.failedTiles
        let others =
            state.preparation.waitingCount + state.ledger.surveysDone + state.ledger.layersDone + failedOthers + hidden
            + leasedOthers - twice.count { !isTile($0) } + waiting.count { !isTile($0) }
        // Of a divided layer the steps of the present phase are to be found, and the layer itself once they are done.
        let more = state.preparation.divided.values.reduce(0) { $0 + $1.left.count - ($1.phase == .layer ? 0 : 1) }
        let expected = plan.models.count + plan.layers.count + more
        if others != expected {
            wrong.append("sweep \(state.id) has \(others) of \(expected) surveys, layers and steps")
        }
        for (layer, progress) in state.preparation.divided where progress.left.isEmpty != (progress.phase == .layer) {
            wrong.append("sweep \(state.id) has no steps left of layer \(layer) and does not go on")
        }
        return wrong
    }

    /// Somebody who has nothing to do and could do something must get it soon.
    private mutating func checkStarvation(_ coordinator: Coordinator, _ now: Duration, _ wrong: inout [String]) {
        let isStarving = coordinator.active.contains { id in
            guard let state = coordinator.sweeps[id], state.readyCount > 0, state.troubled.isEmpty else { return false }
            return coordinator.workers.contains { worker in
                guard let worker else { return false }
                return worker.isUsable && worker.leases.isEmpty && worker.deadline == nil
                    && coordinator.obstacle(worker, state) == nil
            }
        }
        guard isStarving else { return starvingSince = nil }
        let since = starvingSince ?? now
        starvingSince = since
        if now - since > .seconds(2) { wrong.append("a worker starves beside ready work") }
    }
}

extension CoordinatorEvent {
    /// In a few words, for a trace.
    var brief: String {
        switch self {
        case .message(let peer, _, let message): "\(peer.routingID) \(message)".prefix(200).description
        case .request(_, _, let number, let request, _): "request \(number) \(request)".prefix(120).description
        default: "\(self)".prefix(200).description
        }
    }
}

extension CoordinatorMessage {
    /// In a few words, for a trace.
    var brief: String {
        switch self {
        case .sweep(let id, _): "sweep \(id)"
        case .names(let id, let block, let isColumn, let generation, _):
            "names \(id) \(block) \(isColumn) \(generation)"
        default: "\(self)".prefix(300).description
        }
    }
}
