internal import SweepModel
internal import SwiftProtobuf

extension ClientRequest {
    /// The frames on the wire; throws on what has no place in a message.
    package func encoded(number: UInt64) throws(ProtocolError) -> [[UInt8]] {
        var request = WireRequest()
        var bulk = BulkWriter()
        request.protocolVersion = protocolVersion
        request.number = number
        switch self {
        case .submit(let submission): request.submit = try WireSubmission(submission, bulk: &bulk)
        case .status(let sweep): request.status = try WireScope(sweep, nil)
        case .cancel(let sweep): request.cancel = sweep.number
        case .retry(let sweep): request.retry = sweep.number
        case .forget(let sweep): request.forget = sweep.number
        case .findings(let sweep): request.findings = sweep.number
        case .scores(let sweep, let after):
            request.scores = .with {
                $0.sweep = sweep.number
                if let after { $0.after = after }
            }
        case .workers: request.workers = WireWorkers()
        case .backlog: request.backlog = WireBacklogQuestion()
        case .drain(let workers): request.drain = workers
        case .explain(let sweep, let item): request.explain = try WireScope(sweep, item)
        case .events(let after): request.events = after
        }
        var message = WireToCoordinator()
        message.request = request
        return try framed(message, bulk)
    }

    /// The request in `message`, with `bulk` behind it.
    init(_ message: WireRequest, bulk: inout BulkReader) throws(ProtocolError) {
        guard message.protocolVersion == protocolVersion else {
            throw otherVersion("the client", message.protocolVersion, "this coordinator")
        }
        switch message.request {
        case .submit(let submission): self = .submit(try Submission(submission, bulk: &bulk))
        case .status(let scope):
            let (sweep, item) = try scope.content()
            guard item == nil else { throw ProtocolError("the status of a work item is asked for") }
            self = .status(sweep)
        case .cancel(let number): self = .cancel(try Checked.sweep(number))
        case .retry(let number): self = .retry(try Checked.sweep(number))
        case .forget(let number): self = .forget(try Checked.sweep(number))
        case .findings(let number): self = .findings(try Checked.sweep(number))
        case .scores(let scores):
            self = .scores(
                try Checked.sweep(scores.sweep),
                after: scores.hasAfter ? try Checked.cursor(scores.after, "a cursor") : nil)
        case .workers: self = .workers
        case .backlog: self = .backlog
        case .drain(let workers):
            guard !workers.isEmpty else { throw ProtocolError("no worker and no host is named") }
            self = .drain(try Checked.name(workers, "a worker's id"))
        case .explain(let scope):
            let (sweep, item) = try scope.content()
            self = .explain(sweep, item)
        case .events(let after): self = .events(after: try Checked.cursor(after, "an incident's number"))
        case nil: throw saysNothing
        }
    }
}

extension WireScope {
    fileprivate init(_ sweep: SweepID?, _ item: WorkItem?) throws(ProtocolError) {
        if let sweep { self.sweep = sweep.number }
        switch item {
        case .survey(let model): survey = try Checked.position(model, "a model", below: ProtocolLimits.layers)
        case .layer(let layer): self.layer = try Checked.position(layer, "a layer", below: ProtocolLimits.layers)
        case .step(let layer, let index): step = try WireLayerStep(layer, index)
        case .tile(let row, let column):
            var tile = WireTile()
            tile.row = try Checked.position(row, "a block row", below: ProtocolLimits.blocks)
            tile.column = try Checked.position(column, "a block column", below: ProtocolLimits.blocks)
            self.tile = tile
        case nil: break
        }
    }

    fileprivate func content() throws(ProtocolError) -> (SweepID?, WorkItem?) {
        let item: WorkItem?
        switch self.item {
        case .survey(let model):
            item = .survey(model: try Checked.position(model, "a model", below: ProtocolLimits.layers))
        case .layer(let layer): item = .layer(try Checked.position(layer, "a layer", below: ProtocolLimits.layers))
        case .step(let step): item = .step(layer: try step.content().layer, index: try step.content().index)
        case .tile(let tile):
            item = .tile(
                row: try Checked.position(tile.row, "a block row", below: ProtocolLimits.blocks),
                column: try Checked.position(tile.column, "a block column", below: ProtocolLimits.blocks))
        case nil: item = nil
        }
        return (hasSweep ? try Checked.sweep(sweep) : nil, item)
    }
}
