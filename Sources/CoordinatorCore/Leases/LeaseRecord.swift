internal import SweepModel
internal import SweepProtocol

/// A lease that a worker holds.
struct LeaseRecord {
    let sweep: SweepID
    let number: UInt64
    /// The worker's slot.
    let worker: Int
    let kind: Kind
    /// Of a run of tiles those that are not answered.
    var open: OpenColumns
    /// When it was sent, and when it or a part of it was last answered.
    let sentAt: Duration
    var answeredAt: Duration
    /// Whether it was given to two workers, because the first one is slow.
    var isSpeculative = false

    enum Kind: Hashable {
        case survey(Int)
        case layer(Int)
        case step(layer: Int, index: Int)
        case tiles(row: Int)
    }

    init(_ lease: Lease, worker: Int, open: OpenColumns? = nil, sentAt: Duration) {
        sweep = lease.sweep
        number = lease.number
        self.worker = worker
        self.sentAt = sentAt
        answeredAt = sentAt
        switch lease.work {
        case .survey(let model):
            kind = .survey(model)
            self.open = OpenColumns(0..<0)
        case .layer(let layer):
            kind = .layer(layer)
            self.open = OpenColumns(0..<0)
        case .step(let layer, let index):
            kind = .step(layer: layer, index: index)
            self.open = OpenColumns(0..<0)
        case .tiles(let row, let columns):
            kind = .tiles(row: row)
            self.open = open ?? OpenColumns(columns)
        }
    }

    /// What the worker is at if it executes this lease.
    var currentItem: WorkItem {
        switch kind {
        case .survey(let model): .survey(model: model)
        case .layer(let layer): .layer(layer)
        case .step(let layer, let index): .step(layer: layer, index: index)
        case .tiles(let row): .tile(row: row, column: open.first ?? 0)
        }
    }

    /// Every work item that is left of it.
    var items: [WorkItem] {
        switch kind {
        case .survey(let model): [.survey(model: model)]
        case .layer(let layer): [.layer(layer)]
        case .step(let layer, let index): [.step(layer: layer, index: index)]
        case .tiles(let row): open.ranges.flatMap { range in range.map { .tile(row: row, column: $0) } }
        }
    }

    var itemCount: Int { if case .tiles = kind { open.count } else { 1 } }
}
