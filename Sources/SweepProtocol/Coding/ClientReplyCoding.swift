internal import SweepModel

extension WireReply {
    /// The control frame's part of `reply`; what may be large goes to `bulk`.
    init(_ reply: ClientReply, number: UInt64, bulk: inout BulkWriter) throws(ProtocolError) {
        self.number = number
        switch reply {
        case .accepted(let sweep): accepted = sweep.number
        case .done: done = WireDone()
        case .refused(let complaint): refused = WireFailure(complaint)
        case .statuses(let statuses): statusesBytes = bulk.append(json: try JSONDocument.bytes(statuses))
        case .workers(let workers): workersBytes = bulk.append(json: try JSONDocument.bytes(workers))
        case .backlog(let backlog): backlogBytes = bulk.append(json: try JSONDocument.bytes(backlog))
        case .explanation(let explanation): explanationBytes = bulk.append(json: try JSONDocument.bytes(explanation))
        case .events(let events): eventsBytes = bulk.append(json: try JSONDocument.bytes(events))
        case .findings(let findings): self.findings = try WireFindings(findings, bulk: &bulk)
        case .scores(let blocks, let next): scores = try WireScores(blocks, next: next, bulk: &bulk)
        }
    }
}

extension ClientReply {
    /// The reply in `message`, with `bulk` behind it.
    init(_ message: WireReply, bulk: inout BulkReader) throws(ProtocolError) {
        switch message.answer {
        case .accepted(let number): self = .accepted(try Checked.sweep(number))
        case .done: self = .done
        case .refused(let failure): self = .refused(try Complaint(failure))
        case .statusesBytes(let count): self = .statuses(try JSONDocument.value(try bulk.take(count)))
        case .workersBytes(let count): self = .workers(try JSONDocument.value(try bulk.take(count)))
        case .backlogBytes(let count): self = .backlog(try JSONDocument.value(try bulk.take(count)))
        case .explanationBytes(let count): self = .explanation(try JSONDocument.value(try bulk.take(count)))
        case .eventsBytes(let count): self = .events(try JSONDocument.value(try bulk.take(count)))
        case .findings(let findings): self = .findings(try SweepFindings(findings, bulk: &bulk))
        case .scores(let scores):
            self = .scores(
                try TileScores.list(scores, bulk: &bulk),
                next: scores.hasNext ? try Checked.cursor(scores.next, "a cursor") : nil)
        case nil: throw saysNothing
        }
    }
}

extension BulkWriter {
    /// Appends a document; how many bytes it has.
    fileprivate mutating func append(json: [UInt8]) -> UInt64 {
        append(json)
        return UInt64(json.count)
    }
}

extension WireScores {
    fileprivate init(_ blocks: [TileScores], next: Int64?, bulk: inout BulkWriter) throws(ProtocolError) {
        self.blocks.reserveCapacity(try Checked.items(blocks.count))
        for block in blocks {
            var message = WireScoreBlock()
            message.row = try Checked.position(block.row, "a block row", below: ProtocolLimits.blocks)
            (message.firstColumn, message.columnCount) = try Checked.ends(block.columns)
            message.scoresBytes = UInt64(try Checked.scores(block.bytes).count)
            bulk.append(block.bytes)
            self.blocks.append(message)
        }
        if let next { self.next = try Checked.cursor(next, "a cursor") }
    }
}

extension TileScores {
    fileprivate static func list(_ message: WireScores, bulk: inout BulkReader) throws(ProtocolError) -> [TileScores] {
        var list: [TileScores] = []
        list.reserveCapacity(try Checked.items(message.blocks.count))
        for block in message.blocks {
            list.append(
                TileScores(
                    row: try Checked.position(block.row, "a block row", below: ProtocolLimits.blocks),
                    columns: try Checked.columns(block.firstColumn, block.columnCount),
                    bytes: try Checked.scores(try bulk.take(block.scoresBytes))))
        }
        return list
    }
}
