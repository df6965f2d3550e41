internal import ArtifactStore
internal import ContentHash
internal import CoordinatorCore
internal import SweepModel
internal import SweepProtocol

/// Takes artifacts from workers that do not see the directory, and hands them out: one thread's, without a clock or a socket.
///
/// Everything is asked for by whoever receives it. A peer has a few uploads open and a few pieces under way, and so have all of them
/// together: neither the memory nor, beyond its limit, the directory grows by what a peer says.
final class ArtifactDesk {
    struct Limits {
        /// Bytes of the directory, with everything in it.
        var directoryBytes = Int.max
        /// Uploads that are open at a time, of one peer and of all; others wait.
        var uploadsPerPeer = 2
        var uploads = 16
        /// Pieces that are asked for and not written, of one upload.
        var piecesPerUpload = 4
        /// Pieces that are sent, or wanted, and not returned, of one peer and of all.
        var piecesPerPeer = 8
        var pieces = 128
        /// A piece that arrives damaged is wanted again so often.
        var damages = 3
        /// An upload that gives no sign for so long is dropped, and a piece that is not returned counts no more for all.
        var idleTime = Duration.seconds(30)
    }

    typealias Reply = (peer: Peer, message: ArtifactMessage)

    private struct UploadID: Hashable {
        let peer: Peer
        let name: String
    }

    private struct Upload {
        let file: IncomingArtifact
        /// Pieces before this offset are asked for.
        var asked = 0
        var damages = 0
        var latest: Duration
    }

    private struct Offer {
        let id: UploadID
        let fileBytes: Int
        var latest: Duration
    }

    private struct Download {
        /// When each piece was sent that is not returned, by ticket.
        var sent: [UInt64: Duration] = [:]
        /// Requests that are not served.
        var waiting = 0
    }

    private let directory: ArtifactDirectory
    private let limits: Limits
    private var uploads: [UploadID: Upload] = [:]
    private var offers: [Offer] = []
    private var downloads: [Peer: Download] = [:]
    private var requests: [(peer: Peer, name: String, offset: Int)] = []
    /// Pieces that count for all: sent, not returned and not too old.
    private var piecesOut = 0
    private var usedBytes: Int
    private var replies: [Reply] = []

    init(_ directory: ArtifactDirectory, limits: Limits) {
        self.directory = directory
        self.limits = limits
        usedBytes = directory.usedBytes()
    }

    /// Uploads that are open, and offers that wait.
    var uploadCount: Int { uploads.count }
    var offerCount: Int { offers.count }

    /// Takes in what a worker says; what is to be said in turn.
    func take(_ message: ArtifactMessage, from peer: Peer, now: Duration) -> [Reply] {
        switch message {
        case .offer(let name, let fileBytes, _): take(offer: UploadID(peer: peer, name: name), fileBytes, now)
        case .piece(let piece): take(piece, UploadID(peer: peer, name: piece.name), now)
        case .request(let name, let offset, let arrived):
            noteArrived(arrived, at: peer)
            if outstanding(peer) < limits.piecesPerPeer {
                downloads[peer, default: Download()].waiting += 1
                requests.append((peer, name, offset))
            }
        case .receipt(let arrived): noteArrived(arrived, at: peer)
        case .answer: break
        }
        return settle(now)
    }

    /// The worker at `peer` is gone.
    func forget(_ peer: Peer, now: Duration) -> [Reply] {
        for id in uploads.keys where id.peer == peer { uploads[id] = nil }
        offers.removeAll { $0.id.peer == peer }
        requests.removeAll { $0.peer == peer }
        downloads[peer] = nil
        recount(now)
        return settle(now)
    }

    /// Nobody needs these artifacts any more.
    func discard(_ names: [String]) {
        for name in names { directory.remove(name) }
        // What is still on its way would come after that. Whoever offers it hears whether it is wanted when it asks again.
        for id in uploads.keys where names.contains(id.name) { uploads[id] = nil }
        offers.removeAll { names.contains($0.id.name) }
        usedBytes = directory.usedBytes() - uploads.values.reduce(0) { $0 + $1.file.receivedBytes }
    }

    /// Time has passed.
    func tick(now: Duration) -> [Reply] {
        for (id, upload) in uploads where now - upload.latest > limits.idleTime { uploads[id] = nil }
        offers.removeAll { now - $0.latest > limits.idleTime }
        recount(now)
        return settle(now)
    }

    private func settle(_ now: Duration) -> [Reply] {
        openOffers(now)
        serve(now)
        defer { replies = [] }
        return replies
    }

    // MARK: Uploads

    private func take(offer id: UploadID, _ fileBytes: Int, _ now: Duration) {
        if let upload = uploads[id], upload.file.fileBytes == fileBytes {
            // The worker has heard nothing for a while: what was asked for may be lost.
            uploads[id]?.latest = now
            uploads[id]?.asked = upload.file.receivedBytes
            return ask(id)
        }
        uploads[id] = nil
        if let index = offers.firstIndex(where: { $0.id == id }) {
            offers[index].latest = now
        } else if offers.count(where: { $0.id.peer == id.peer }) < limits.uploadsPerPeer {
            offers.append(Offer(id: id, fileBytes: fileBytes, latest: now))
        }
        openOffers(now)
        if offers.contains(where: { $0.id == id }) { reply(id, .waiting) }
    }

    private func openOffers(_ now: Duration) {
        var index = 0
        while index < offers.count, uploads.count < limits.uploads {
            let offer = offers[index]
            guard uploads.keys.count(where: { $0.peer == offer.id.peer }) < limits.uploadsPerPeer else {
                index += 1
                continue
            }
            offers.remove(at: index)
            open(offer, now)
        }
    }

    private func open(_ offer: Offer, _ now: Duration) {
        if directory.isIntact(offer.id.name) { return reply(offer.id, .stored) }
        if !hasRoom(offer.fileBytes) {
            // Workers that see the directory write to it as well, and people delete from it.
            usedBytes = directory.usedBytes() - uploads.values.reduce(0) { $0 + $1.file.receivedBytes }
            guard hasRoom(offer.fileBytes) else { return decline(offer.id, full) }
        }
        do {
            let file = try IncomingArtifact(offer.id.name, fileBytes: offer.fileBytes, in: directory)
            uploads[offer.id] = Upload(file: file, latest: now)
            ask(offer.id)
        } catch {
            decline(offer.id, error)
        }
    }

    private func hasRoom(_ bytes: Int) -> Bool {
        let reserved = uploads.values.reduce(0) { $0 + $1.file.fileBytes }
        return bytes <= limits.directoryBytes - usedBytes - reserved
    }

    private func ask(_ id: UploadID) {
        guard let upload = uploads[id] else { return }
        let window = limits.piecesPerUpload * ProtocolLimits.frameBytes
        var asked = upload.asked
        while asked < upload.file.fileBytes, asked - upload.file.receivedBytes < window {
            replies.append((id.peer, .request(name: id.name, offset: asked, arrived: [])))
            asked += ProtocolLimits.frameBytes
        }
        uploads[id]?.asked = asked
    }

    private func take(_ piece: ArtifactPiece, _ id: UploadID, _ now: Duration) {
        // What nobody asked for, or was asked for twice, goes nowhere.
        guard let upload = uploads[id], piece.fileBytes == upload.file.fileBytes,
            piece.offset == upload.file.receivedBytes, piece.offset < upload.asked
        else { return }
        uploads[id]?.latest = now
        do {
            guard
                try upload.file.append(
                    piece.bytes, digest: ContentDigest(high: piece.digestHigh, low: piece.digestLow))
            else {
                uploads[id]?.damages += 1
                guard upload.damages < limits.damages else { return decline(id, damaged(id.name)) }
                uploads[id]?.asked = piece.offset
                return ask(id)
            }
            guard upload.file.isWhole else { return ask(id) }
            guard try upload.file.finish() else { return decline(id, damaged(id.name)) }
            usedBytes += upload.file.fileBytes
            uploads[id] = nil
            reply(id, .stored)
        } catch {
            decline(id, error)
        }
    }

    private func decline(_ id: UploadID, _ complaint: Complaint) {
        uploads[id] = nil
        reply(id, .declined(complaint))
    }

    private func reply(_ id: UploadID, _ answer: ArtifactAnswer) {
        replies.append((id.peer, .answer(name: id.name, answer)))
    }

    private var full: Complaint {
        Complaint(
            .work, "the coordinator's artifact directory is full: it may hold \(limits.directoryBytes.bytesInWords)",
            at: directory.path,
            advice: "start the coordinator with a larger --artifacts-limit, or once it serves no sweep start it again")
    }

    private func damaged(_ name: String) -> Complaint {
        Complaint(
            .work, "the artifact \(name) arrived damaged at the coordinator", at: directory.path,
            advice: "look at the network and the memory of the hosts")
    }

    // MARK: Downloads

    private func outstanding(_ peer: Peer) -> Int { downloads[peer].map { $0.sent.count + $0.waiting } ?? 0 }

    private func noteArrived(_ tickets: [UInt64], at peer: Peer) {
        for ticket in tickets where downloads[peer]?.sent.removeValue(forKey: ticket) != nil {
            // One that was too old to count is counted anew at the next tick.
            piecesOut = max(0, piecesOut - 1)
        }
        if outstanding(peer) == 0 { downloads[peer] = nil }
    }

    private func recount(_ now: Duration) {
        piecesOut = downloads.values.reduce(0) { sum, download in
            sum + download.sent.values.count { now - $0 <= limits.idleTime }
        }
    }

    private func serve(_ now: Duration) {
        var served = 0
        for request in requests {
            guard piecesOut < limits.pieces else { break }
            served += 1
            downloads[request.peer]?.waiting -= 1
            guard let file = OutgoingArtifact(request.name, in: directory) else {
                replies.append((request.peer, .answer(name: request.name, .absent)))
                continue
            }
            guard request.offset < file.fileBytes, request.offset.isMultiple(of: ProtocolLimits.frameBytes) else {
                continue
            }
            let end = request.offset + ArtifactPiece.count(at: request.offset, of: file.fileBytes)
            guard let bytes = file.read(request.offset..<end) else {
                replies.append((request.peer, .answer(name: request.name, .absent)))
                continue
            }
            let digest = bytes.withUnsafeBytes { ContentDigest(of: $0) }
            let ticket = UInt64.random(in: 1 ... .max)
            downloads[request.peer]?.sent[ticket] = now
            piecesOut += 1
            replies.append(
                (
                    request.peer,
                    .piece(
                        ArtifactPiece(
                            name: request.name, offset: request.offset, fileBytes: file.fileBytes,
                            digestHigh: digest.high, digestLow: digest.low, ticket: ticket, bytes: bytes))
                ))
        }
        requests.removeFirst(served)
    }
}
