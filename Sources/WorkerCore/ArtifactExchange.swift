internal import ArtifactStore
internal import ContentHash
internal import SweepModel
internal import SweepProtocol

/// Hands artifacts over to the coordinator and fetches what it has, one at a time, on the thread that computes.
///
/// Nothing is trusted to arrive: what gives no news is asked for again, and a new connection begins where the last one ended.
final class ArtifactExchange {
    private let directory: ArtifactDirectory
    private let channel: any ArtifactChannel
    private let patience: ArtifactPatience
    /// Where the coordinator keeps artifacts, in the words of complaints.
    private let place: String
    /// Called with every piece.
    var onStep: () -> Void = {}
    /// Tickets of pieces that have come and are not returned.
    private var tickets: [UInt64] = []

    /// So many pieces are asked for ahead.
    private static let window = 4
    /// A piece that arrives damaged is wanted again so often.
    private static let damageLimit = 3

    init(directory: ArtifactDirectory, channel: any ArtifactChannel, place: String, patience: ArtifactPatience) {
        self.directory = directory
        self.channel = channel
        self.place = place
        self.patience = patience
    }

    /// How a fetch ended.
    enum Fetched {
        /// The artifact is in the directory, or the coordinator has none.
        case whole, absent
        /// The coordinator's is damaged, and has to be made again.
        case damaged
    }

    /// Brings the artifact called `name` into the directory, which `makeRoom` has room made in.
    func fetch(_ name: String, makeRoom: (Int) -> Void) throws(Complaint) -> Fetched {
        guard ArtifactName.isValid(name) else { return .absent }
        var incoming: IncomingArtifact?
        var asked = 0
        var damages = 0
        var news = News(patience)
        func ask(fromStart: Bool) {
            let received = incoming?.receivedBytes ?? 0
            if fromStart { asked = received }
            let end = incoming?.fileBytes ?? 1
            while asked < end, asked - received < Self.window * ProtocolLimits.frameBytes {
                channel.send(.request(name: name, offset: asked, arrived: takeTickets()))
                asked += ProtocolLimits.frameBytes
            }
        }
        ask(fromStart: true)
        while true {
            switch try next(&news, of: name) {
            case .again: ask(fromStart: true)
            case .said(.answer(name, .absent)): return .absent
            case .said(.answer(name, .declined(let complaint))): throw complaint
            case .said(.piece(let piece)) where piece.name == name:
                if incoming == nil, piece.offset == 0 {
                    makeRoom(piece.fileBytes)
                    incoming = try IncomingArtifact(name, fileBytes: piece.fileBytes, in: directory)
                }
                // What was asked for twice comes twice.
                guard let file = incoming, piece.fileBytes == file.fileBytes, piece.offset == file.receivedBytes else {
                    continue
                }
                news.renew()
                onStep()
                let digest = ContentDigest(high: piece.digestHigh, low: piece.digestLow)
                if try !file.append(piece.bytes, digest: digest) {
                    damages += 1
                    guard damages <= Self.damageLimit else { throw damaged(name) }
                    ask(fromStart: true)
                    continue
                }
                guard file.isWhole else {
                    ask(fromStart: false)
                    continue
                }
                channel.send(.receipt(takeTickets()))
                return try file.finish() ? .whole : .damaged
            case .said: continue
            }
        }
    }

    /// Sees to it that the coordinator has the artifact called `name`, which was made under `lease`.
    func publish(_ name: String, lease: UInt64) throws(Complaint) {
        guard let file = OutgoingArtifact(name, in: directory) else { throw unreadable(name) }
        let offer = ArtifactMessage.offer(name: name, fileBytes: file.fileBytes, lease: lease)
        var news = News(patience)
        channel.send(offer)
        while true {
            switch try next(&news, of: name) {
            case .again: channel.send(offer)
            case .said(.request(name, let offset, _)):
                guard offset < file.fileBytes else { continue }
                let end = offset + ArtifactPiece.count(at: offset, of: file.fileBytes)
                guard let bytes = file.read(offset..<end) else { throw unreadable(name) }
                let digest = bytes.withUnsafeBytes { ContentDigest(of: $0) }
                channel.send(
                    .piece(
                        ArtifactPiece(
                            name: name, offset: offset, fileBytes: file.fileBytes, digestHigh: digest.high,
                            digestLow: digest.low, ticket: 0, bytes: bytes)))
                news.renew()
                onStep()
            case .said(.answer(name, .stored)): return
            case .said(.answer(name, .declined(let complaint))): throw complaint
            case .said(.answer(name, .waiting)):
                news.renew()
                onStep()
            case .said: continue
            }
        }
    }

    // MARK: Waiting

    private enum Step {
        case said(ArtifactMessage)
        /// Nothing has come for a while, or whatever comes will be new.
        case again
    }

    private struct News {
        private let clock = ContinuousClock()
        private let patience: ArtifactPatience
        private var latest: ContinuousClock.Instant
        private var asked: ContinuousClock.Instant

        init(_ patience: ArtifactPatience) {
            self.patience = patience
            latest = clock.now
            asked = latest
        }

        mutating func renew() {
            latest = clock.now
            asked = latest
        }

        var isOver: Bool { clock.now - latest > patience.limit }

        mutating func isTimeToAsk() -> Bool {
            guard clock.now - asked > patience.repetition else { return false }
            asked = clock.now
            return true
        }
    }

    private func next(_ news: inout News, of name: String) throws(Complaint) -> Step {
        while true {
            guard channel.isWanted else {
                throw Complaint(.work, "nobody wants the work item any more", at: name, advice: "nothing is to be done")
            }
            switch channel.next(within: .seconds(1)) {
            case .said(let message):
                if case .piece(let piece) = message { tickets.append(piece.ticket) }
                return .said(message)
            case .reconnected:
                tickets = []
                news.renew()
                return .again
            case nil:
                // How long a coordinator may stay away is somebody else's decision.
                if channel.isAway { news.renew() }
                if news.isOver {
                    throw Complaint(
                        .work, "the exchange of artifact \(name) with the coordinator stands still", at: place,
                        advice:
                            "look at the network between this host and the coordinator, and at the coordinator's log",
                        code: .artifactExchange)
                }
                if news.isTimeToAsk() { return .again }
            }
        }
    }

    private func takeTickets() -> [UInt64] {
        let taken = tickets.prefix(ProtocolLimits.tickets)
        tickets.removeFirst(taken.count)
        return Array(taken)
    }

    private func damaged(_ name: String) -> Complaint {
        Complaint(
            .work, "the artifact \(name) arrives damaged again and again", at: place,
            advice: "look at the network and the memory of the hosts", code: .artifactExchange)
    }

    private func unreadable(_ name: String) -> Complaint {
        Complaint(
            .work, "the artifact \(name) cannot be read", at: directory.path,
            advice: "leave the directory alone while a sweep runs", code: .badArtifact)
    }
}
