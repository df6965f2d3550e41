import SweepModel
import SweepProtocol

@testable import CoordinatorCore

/// A journal in memory: facts become durable some time after they are handed over, and those that are not are lost with the
/// coordinator. It complains when a tile is committed twice or with scores that nobody should have found.
struct SimulatedJournal {
    private(set) var committed: [JournalEntry] = []
    /// The latest number of a sweep, also of one that was forgotten.
    private(set) var lastSweep: UInt32 = 0
    private var pending: [Item] = []
    private var plans: [SweepID: SweepPlan] = [:]
    private var done: [SweepID: Set<WorkItem>] = [:]
    /// Tiles from whose scores layers are missing, and those of which the coordinator says so.
    private var partial: [SweepID: Set<WorkItem>] = [:]
    private var marked: [SweepID: Set<WorkItem>] = [:]
    private(set) var complaints: [String] = []

    private enum Item {
        case fact(JournalEntry)
        case message(CoordinatorMessage, Peer)
        case confirmation(SweepID)
    }

    mutating func add(_ fact: JournalEntry) { pending.append(.fact(fact)) }

    mutating func add(_ message: CoordinatorMessage, to peer: Peer) { pending.append(.message(message, peer)) }

    mutating func confirm(_ sweep: SweepID) { pending.append(.confirmation(sweep)) }

    /// Makes everything so far durable, and returns what waited for it.
    mutating func commit() -> (messages: [(message: CoordinatorMessage, peer: Peer)], confirmed: [SweepID]) {
        var messages: [(CoordinatorMessage, Peer)] = []
        var confirmed: [SweepID] = []
        for item in pending {
            switch item {
            case .message(let message, let peer): messages.append((message, peer))
            case .confirmation(let sweep): confirmed.append(sweep)
            case .fact(let fact): commit(fact)
            }
        }
        pending = []
        return (messages, confirmed)
    }

    /// What is not durable is lost.
    mutating func crash() { pending = [] }

    private mutating func commit(_ fact: JournalEntry) {
        var fact = fact
        switch fact {
        case .submitted(let record):
            if plans[record.id] != nil { complaints.append("sweep \(record.id) is given twice") }
            lastSweep = max(lastSweep, record.id.number)
            plans[record.id] = try? SweepContext(encoded: record.context).plan
        case .tiles(let sweep, let scores, let seconds, let flops, let isPartial):
            let (row, columns) = (scores.row, scores.columns)
            if scores.bytes.contains(HonestWork.partial) { partial[sweep, default: []].formUnion(items(row, columns)) }
            if isPartial { marked[sweep, default: []].formUnion(items(row, columns)) }
            for column in columns
            where done[sweep, default: []].insert(.tile(row: row, column: column)).inserted == false {
                complaints.append("tile (\(row), \(column)) of sweep \(sweep) is committed twice")
            }
            if let plan = plans[sweep], scores.bytes.count != HonestWork.scores(plan, row: row, columns: columns).count
            {
                complaints.append("tiles of sweep \(sweep) have \(scores.bytes.count) bytes")
            }
            fact = .tiles(
                sweep, TileScores(row: row, columns: columns, bytes: []), seconds: seconds, flops: flops,
                isPartial: isPartial)
        case .retried(let sweep, _):
            done[sweep]?.subtract(marked[sweep] ?? [])
            partial[sweep]?.subtract(marked[sweep] ?? [])
            marked[sweep] = nil
        case .survey(let sweep, let model, _, _):
            if done[sweep, default: []].insert(.survey(model: model)).inserted == false {
                complaints.append("model \(model) of sweep \(sweep) is surveyed twice")
            }
        case .forgotten(let sweep):
            done[sweep] = nil
            partial[sweep] = nil
            marked[sweep] = nil
            plans[sweep] = nil
            committed.removeAll { $0.sweep == sweep }
        default: break
        }
        committed.append(fact)
    }

    private func items(_ row: Int, _ columns: Range<Int>) -> [WorkItem] { columns.map { .tile(row: row, column: $0) } }

    /// Durable tiles from whose scores layers are missing.
    func partialTiles(of sweep: SweepID) -> Set<WorkItem> { partial[sweep] ?? [] }

    /// Tiles that are durable.
    func tiles(of sweep: SweepID) -> Set<WorkItem> {
        (done[sweep] ?? []).filter { if case .tile = $0 { true } else { false } }
    }
}

extension JournalEntry {
    /// The sweep that it is about.
    var sweep: SweepID? {
        switch self {
        case .submitted(let record): record.id
        case .participant(let id, _, _), .survey(let id, _, _, _), .layer(let id, _, _, _, _),
            .tiles(let id, _, _, _, _), .failure(let id, _, _), .retried(let id, _), .ended(let id, _),
            .forgotten(let id):
            id
        case .incident: nil
        }
    }
}
