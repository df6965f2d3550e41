internal import SweepModel

extension WireArtifactMessage {
    /// The control frame's part of `message`; a piece goes to `bulk`.
    init(_ message: ArtifactMessage, bulk: inout BulkWriter) throws(ProtocolError) {
        self.init()
        switch message {
        case .offer(let name, let fileBytes, let lease):
            offer.name = try Checked.artifact(name)
            offer.fileBytes = UInt64(try Checked.fileBytes(UInt64(clamping: fileBytes)))
            offer.lease = lease
        case .request(let name, let offset, let arrived):
            request.name = try Checked.artifact(name)
            request.offset = UInt64(clamping: offset)
            request.arrived = try Checked.tickets(arrived)
        case .piece(let sent):
            piece.name = try Checked.artifact(sent.name)
            piece.offset = UInt64(clamping: sent.offset)
            piece.fileBytes = UInt64(clamping: sent.fileBytes)
            piece.digestHigh = sent.digestHigh
            piece.digestLow = sent.digestLow
            piece.ticket = sent.ticket
            piece.pieceBytes = UInt64(sent.bytes.count)
            bulk.append(sent.bytes)
        case .answer(let name, let said):
            answer.name = try Checked.artifact(name)
            switch said {
            case .stored: answer.stored = WireStored()
            case .waiting: answer.waiting = WireWaiting()
            case .absent: answer.absent = WireAbsent()
            case .declined(let complaint): answer.declined = WireFailure(complaint)
            }
        case .receipt(let arrived): receipt.arrived = try Checked.tickets(arrived)
        }
    }
}

extension ArtifactMessage {
    init(_ message: WireArtifactMessage, bulk: inout BulkReader) throws(ProtocolError) {
        switch message.message {
        case .offer(let offer):
            self = .offer(
                name: try Checked.artifact(offer.name), fileBytes: try Checked.fileBytes(offer.fileBytes),
                lease: offer.lease)
        case .request(let request):
            guard request.offset < ProtocolLimits.artifactBytes else {
                throw ProtocolError("an artifact has no byte \(request.offset)")
            }
            self = .request(
                name: try Checked.artifact(request.name), offset: Int(request.offset),
                arrived: try Checked.tickets(request.arrived))
        case .piece(let piece): self = .piece(try ArtifactPiece(piece, bulk: &bulk))
        case .answer(let answer):
            self = .answer(name: try Checked.artifact(answer.name), try ArtifactAnswer(answer))
        case .receipt(let receipt): self = .receipt(try Checked.tickets(receipt.arrived))
        case nil: throw saysNothing
        }
    }
}

extension ArtifactPiece {
    fileprivate init(_ message: WireArtifactPiece, bulk: inout BulkReader) throws(ProtocolError) {
        let fileBytes = try Checked.fileBytes(message.fileBytes)
        guard let offset = Int(exactly: message.offset), offset < fileBytes,
            offset.isMultiple(of: ProtocolLimits.frameBytes),
            message.pieceBytes == Self.count(at: offset, of: fileBytes)
        else {
            throw ProtocolError(
                "\(message.pieceBytes) bytes from \(message.offset) on are no piece of \(fileBytes) bytes")
        }
        self.init(
            name: try Checked.artifact(message.name), offset: offset, fileBytes: fileBytes,
            digestHigh: message.digestHigh, digestLow: message.digestLow, ticket: message.ticket,
            bytes: try bulk.take(message.pieceBytes))
    }
}

extension ArtifactAnswer {
    fileprivate init(_ message: WireArtifactAnswer) throws(ProtocolError) {
        switch message.answer {
        case .stored: self = .stored
        case .waiting: self = .waiting
        case .absent: self = .absent
        case .declined(let failure): self = .declined(try Complaint(failure))
        case nil: throw saysNothing
        }
    }
}
