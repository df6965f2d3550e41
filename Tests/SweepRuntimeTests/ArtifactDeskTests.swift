import ArtifactStore
import ContentHash
import CoordinatorCore
import Foundation
import SweepModel
import SweepProtocol
import SweepTestSupport
import Testing

@testable import SweepRuntime

/// What a peer can make the coordinator keep: a few uploads, a few pieces, so many bytes, and nothing but artifacts.
@Suite("The coordinator's side of artifacts")
struct ArtifactDeskTests {
    private static let piece = ProtocolLimits.frameBytes
    private static let honest = Peer(routingID: [1])
    private let here: TemporaryFolder
    private let there: TemporaryFolder
    private let directory: ArtifactDirectory
    private let source: ArtifactDirectory

    init() throws {
        (here, there) = (try TemporaryFolder(), try TemporaryFolder())
        (directory, source) = (try ArtifactDirectory(path: here.path), try ArtifactDirectory(path: there.path))
    }

    /// An artifact of about so many pieces at the worker, and its name.
    private func make(_ number: Int, pieces: Double) throws -> (name: String, fileBytes: Int) {
        let key = ArtifactKey(kind: "test", parts: [("number", "\(number)")])
        var generator = SeededGenerator(seed: UInt64(number))
        let payload = (0..<Int(pieces * Double(Self.piece)) / 8).map { _ in
            UInt64.random(in: 0 ... .max, using: &generator)
        }
        try payload.withUnsafeBytes { try source.write(key, metadata: [1], parts: [$0]) }
        return (key.name, try #require(OutgoingArtifact(key.name, in: source)).fileBytes)
    }

    private func piece(_ name: String, at offset: Int, flip: Bool = false) throws -> ArtifactMessage {
        let file = try #require(OutgoingArtifact(name, in: source))
        var bytes = try #require(file.read(offset..<offset + ArtifactPiece.count(at: offset, of: file.fileBytes)))
        let digest = bytes.withUnsafeBytes { ContentDigest(of: $0) }
        if flip { bytes[bytes.count / 2] ^= 1 }
        return .piece(
            ArtifactPiece(
                name: name, offset: offset, fileBytes: file.fileBytes, digestHigh: digest.high,
                digestLow: digest.low, ticket: 0, bytes: bytes))
    }

    private func offsets(_ replies: [ArtifactDesk.Reply]) -> [Int] {
        replies.compactMap { if case .request(_, let offset, _) = $0.message { offset } else { nil } }
    }

    private func answers(_ replies: [ArtifactDesk.Reply]) -> [ArtifactAnswer] {
        replies.compactMap { if case .answer(_, let answer) = $0.message { answer } else { nil } }
    }

    private func pieces(_ replies: [ArtifactDesk.Reply]) -> [ArtifactPiece] {
        replies.compactMap { if case .piece(let piece) = $0.message { piece } else { nil } }
    }

    private func files() -> [String] {
        let found =
            FileManager.default.enumerator(atPath: here.path).map { Array($0.compactMap { $0 as? String }) } ?? []
        return found.filter { $0.split(separator: "/").count == 3 }
    }

    private func offer(_ artifact: (name: String, fileBytes: Int)) -> ArtifactMessage {
        .offer(name: artifact.name, fileBytes: artifact.fileBytes, lease: 1)
    }

    // MARK: Uploads

    @Test func aFewPiecesAreAskedForAndTheFileAppearsWhole() throws {
        let desk = ArtifactDesk(directory, limits: .init())
        let artifact = try make(1, pieces: 6.5)
        var asked = offsets(desk.take(offer(artifact), from: Self.honest, now: .zero))
        #expect(asked == (0..<4).map { $0 * Self.piece })
        var next = 0
        while next < asked.count {
            #expect(!directory.isIntact(artifact.name))
            let replies = desk.take(try piece(artifact.name, at: asked[next]), from: Self.honest, now: .zero)
            next += 1
            asked += offsets(replies)
            #expect(asked.count - next <= 4)
            if next == 7 { #expect(answers(replies) == [.stored]) }
        }
        #expect(asked == (0..<7).map { $0 * Self.piece })
        #expect(directory.isIntact(artifact.name) && desk.uploadCount == 0)
        // Once more: nothing is asked for.
        let again = desk.take(offer(artifact), from: Peer(routingID: [2]), now: .zero)
        #expect(answers(again) == [.stored] && offsets(again) == [])
    }

    @Test func whatNobodyAskedForGoesNowhere() throws {
        let desk = ArtifactDesk(directory, limits: .init())
        let artifact = try make(1, pieces: 6)
        #expect(desk.take(try piece(artifact.name, at: 0), from: Self.honest, now: .zero).isEmpty)
        #expect(files() == [])
        _ = desk.take(offer(artifact), from: Self.honest, now: .zero)
        for (peer, offset) in [(2, 0), (1, Self.piece), (1, 5 * Self.piece)] as [(UInt8, Int)] {
            let replies = desk.take(try piece(artifact.name, at: offset), from: Peer(routingID: [peer]), now: .zero)
            #expect(replies.isEmpty, "from \(peer) at \(offset)")
        }
        let replies = desk.take(try piece(artifact.name, at: 0), from: Self.honest, now: .zero)
        #expect(offsets(replies) == [4 * Self.piece])
    }

    @Test func aDamagedPieceIsAskedForAgainAFewTimes() throws {
        let desk = ArtifactDesk(directory, limits: .init())
        let artifact = try make(1, pieces: 1.5)
        _ = desk.take(offer(artifact), from: Self.honest, now: .zero)
        for _ in 0..<3 {
            let replies = desk.take(try piece(artifact.name, at: 0, flip: true), from: Self.honest, now: .zero)
            #expect(offsets(replies) == [0, Self.piece])
        }
        let replies = desk.take(try piece(artifact.name, at: 0, flip: true), from: Self.honest, now: .zero)
        guard case .declined(let complaint)? = answers(replies).first else {
            Issue.record("not declined")
            return
        }
        #expect(complaint.what.contains("damaged") && complaint.what.contains(artifact.name))
        #expect(files() == [] && desk.uploadCount == 0)
    }

    /// The digests of the pieces are right, and the file is another one than its name says.
    @Test func aLieThatIsWholeIsNotTaken() throws {
        let desk = ArtifactDesk(directory, limits: .init())
        let artifact = try make(1, pieces: 0.5)
        let other = String(artifact.name.reversed())
        _ = desk.take(.offer(name: other, fileBytes: artifact.fileBytes, lease: 1), from: Self.honest, now: .zero)
        guard case .piece(let sent) = try piece(artifact.name, at: 0) else { return }
        let lie = ArtifactPiece(
            name: other, offset: 0, fileBytes: sent.fileBytes, digestHigh: sent.digestHigh, digestLow: sent.digestLow,
            ticket: 0, bytes: sent.bytes)
        let replies = desk.take(.piece(lie), from: Self.honest, now: .zero)
        guard case .declined? = answers(replies).first else {
            Issue.record("it was taken")
            return
        }
        #expect(files() == [])
    }

    @Test func onePeerHasAFewUploadsAndAllOfThemABitMore() throws {
        var limits = ArtifactDesk.Limits()
        (limits.uploads, limits.uploadsPerPeer) = (3, 2)
        let desk = ArtifactDesk(directory, limits: limits)
        let all = try (0..<6).map { try make($0, pieces: 0.1) }
        for _ in 0..<100 { for artifact in all { _ = desk.take(offer(artifact), from: Self.honest, now: .zero) } }
        #expect(desk.uploadCount == 2 && desk.offerCount == 2)
        #expect(answers(desk.take(offer(all[3]), from: Self.honest, now: .zero)) == [.waiting])
        let second = Peer(routingID: [2])
        #expect(offsets(desk.take(offer(all[4]), from: second, now: .zero)) == [0])
        #expect(answers(desk.take(offer(all[5]), from: second, now: .zero)) == [.waiting])
        // Whoever ends one makes place for the next, in order.
        let replies = desk.take(try piece(all[4].name, at: 0), from: second, now: .zero)
        #expect(answers(replies) == [.stored] && offsets(replies) == [0] && desk.uploadCount == 3)
        _ = desk.forget(Self.honest, now: .zero)
        _ = desk.forget(second, now: .zero)
        #expect(desk.uploadCount == 0 && desk.offerCount == 0)
        #expect(files().count == 1, "what was half there is gone: \(files())")
    }

    @Test func anUploadThatStandsStillIsDropped() throws {
        let desk = ArtifactDesk(directory, limits: .init())
        let artifact = try make(1, pieces: 2)
        _ = desk.take(offer(artifact), from: Self.honest, now: .zero)
        _ = desk.take(try piece(artifact.name, at: 0), from: Self.honest, now: .seconds(20))
        _ = desk.tick(now: .seconds(45))
        #expect(desk.uploadCount == 1 && files().count == 1)
        _ = desk.tick(now: .seconds(51))
        #expect(desk.uploadCount == 0 && files() == [])
    }

    /// A worker that has heard nothing says so, and is asked again for what has not come.
    @Test func whatNobodyNeedsDoesNotArriveAfterwards() throws {
        let desk = ArtifactDesk(directory, limits: .init(uploadsPerPeer: 1))
        let (open, waiting) = (try make(1, pieces: 1.5), try make(2, pieces: 1.5))
        _ = desk.take(offer(open), from: Self.honest, now: .zero)
        _ = desk.take(offer(waiting), from: Self.honest, now: .zero)
        _ = desk.take(try piece(open.name, at: 0), from: Self.honest, now: .zero)
        desk.discard([open.name, waiting.name])
        #expect(desk.uploadCount == 0 && desk.offerCount == 0)
        #expect(desk.take(try piece(open.name, at: Self.piece), from: Self.honest, now: .zero).isEmpty)
        #expect(files() == [])
    }

    @Test func anOfferThatIsRepeatedGoesOnWhereItWas() throws {
        let desk = ArtifactDesk(directory, limits: .init())
        let artifact = try make(1, pieces: 2.5)
        _ = desk.take(offer(artifact), from: Self.honest, now: .zero)
        _ = desk.take(try piece(artifact.name, at: 0), from: Self.honest, now: .zero)
        #expect(offsets(desk.take(offer(artifact), from: Self.honest, now: .zero)) == [Self.piece, 2 * Self.piece])
    }

    @Test func theDirectoryKeepsToItsLimit() throws {
        var limits = ArtifactDesk.Limits()
        limits.directoryBytes = 3 * Self.piece
        let desk = ArtifactDesk(directory, limits: limits)
        let (first, second) = (try make(1, pieces: 2), try make(2, pieces: 1.5))
        _ = desk.take(offer(first), from: Self.honest, now: .zero)
        // What is announced counts before it is there.
        let replies = desk.take(offer(second), from: Peer(routingID: [2]), now: .zero)
        guard case .declined(let complaint)? = answers(replies).first else {
            Issue.record("not declined")
            return
        }
        #expect(complaint.what.contains("full") && complaint.advice.contains("--artifacts-limit"))
        _ = desk.forget(Self.honest, now: .zero)
        #expect(offsets(desk.take(offer(second), from: Peer(routingID: [2]), now: .zero)).count == 2)
        _ = desk.take(.offer(name: first.name, fileBytes: 1 << 50, lease: 1), from: Self.honest, now: .zero)
        #expect(desk.uploadCount == 1)
    }

    // MARK: Downloads

    @Test func whoReturnsNoTicketIsSentNoMore() throws {
        let desk = ArtifactDesk(source, limits: .init())
        let artifact = try make(1, pieces: 3.5)
        var sent: [ArtifactPiece] = []
        for turn in 0..<100 {
            let offset = turn % 4 * Self.piece
            sent += pieces(
                desk.take(.request(name: artifact.name, offset: offset, arrived: [7]), from: Self.honest, now: .zero))
        }
        #expect(sent.count == 8)
        #expect(Set(sent.map(\.ticket)).count == 8 && !sent.contains { $0.ticket == 0 })
        _ = desk.take(.receipt(sent.map(\.ticket)), from: Self.honest, now: .zero)
        let more = desk.take(.request(name: artifact.name, offset: 0, arrived: []), from: Self.honest, now: .zero)
        #expect(pieces(more).count == 1)
        // A ticket is good once.
        _ = desk.take(.receipt(sent.map(\.ticket)), from: Self.honest, now: .zero)
    }

    @Test func thoseWhoReadNothingDoNotKeepOthersWaitingForLong() throws {
        var limits = ArtifactDesk.Limits()
        limits.pieces = 8
        let desk = ArtifactDesk(source, limits: limits)
        let artifact = try make(1, pieces: 1)
        let request = ArtifactMessage.request(name: artifact.name, offset: 0, arrived: [])
        for _ in 0..<8 { _ = desk.take(request, from: Self.honest, now: .zero) }
        let second = Peer(routingID: [2])
        #expect(pieces(desk.take(request, from: second, now: .zero)).isEmpty)
        let replies = desk.tick(now: .seconds(31))
        #expect(pieces(replies).count == 1 && replies.first?.peer == second)
    }

    @Test func whatIsNotThereIsSaidToBeAbsent() throws {
        let desk = ArtifactDesk(source, limits: .init())
        let name = String(repeating: "0", count: 32)
        for _ in 0..<50 {
            let replies = desk.take(.request(name: name, offset: 0, arrived: []), from: Self.honest, now: .zero)
            #expect(answers(replies) == [.absent], "no ticket is needed for nothing")
        }
        let artifact = try make(1, pieces: 0.5)
        #expect(
            desk.take(.request(name: artifact.name, offset: 5 << 20, arrived: []), from: Self.honest, now: .zero)
                .isEmpty)
    }
}
