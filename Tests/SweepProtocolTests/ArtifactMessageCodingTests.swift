import SwiftProtobuf
import Testing

@testable import SweepProtocol

/// What a peer says about artifacts becomes a path, an offset and a length: each is one that can be, or the message is refused.
@Suite("Messages about artifacts")
struct ArtifactMessageCodingTests {
    private static func refuses(_ change: (inout WireArtifactMessage) -> Void, _ bulk: [[UInt8]] = []) throws {
        let message = WireArtifactMessage.with(change)
        let toCoordinator = try MalformedFrames.toCoordinator { $0.artifact = message } + bulk
        #expect(throws: ProtocolError.self) { try PeerMessage(frames: toCoordinator) }
        let toPeer = try MalformedFrames.toPeer { $0.artifact = message } + bulk
        #expect(throws: ProtocolError.self) { try CoordinatorMessage(frames: toPeer) }
    }

    @Test(arguments: [
        "", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef0", "0123456789ABCDEF0123456789abcdef",
        "../../../../../../../../etc/passwd", "0123456789abcdef/123456789abcdef", "..23456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcde\0", "é123456789abcdef0123456789abcde",
    ])
    func onlyNamesOfArtifactsAreNames(_ name: String) throws {
        try Self.refuses {
            $0.offer = .with {
                $0.name = name
                $0.fileBytes = 1
            }
        }
        try Self.refuses { $0.request = .with { $0.name = name } }
        try Self.refuses {
            $0.answer = .with {
                $0.name = name
                $0.stored = WireStored()
            }
        }
        try Self.refuses(
            {
                $0.piece = .with {
                    $0.name = name
                    $0.fileBytes = 1
                    $0.pieceBytes = 1
                }
            }, [[0]])
        #expect(throws: ProtocolError.self) {
            try WorkerMessage.artifact(.request(name: name, offset: 0, arrived: [])).encoded()
        }
    }

    @Test(arguments: [0, UInt64.max, 1 << 51])
    func filesOfImpossibleLengthsAreNotOffered(_ bytes: UInt64) throws {
        try Self.refuses {
            $0.offer = .with {
                $0.name = MessageSamples.artifact
                $0.fileBytes = bytes
            }
        }
    }

    @Test(arguments: [
        // Offset, length of the file, length of the piece.
        (1, 3, 2), (0, 3, 2), (0, 3, 4), (1 << 20, 1 << 20, 0), (2 << 20, 1 << 20, 1), (0, 2 << 20, 5),
        (UInt64.max, 3, 3), (0, UInt64.max, 1 << 20), (0, 0, 0),
    ])
    func piecesAreWhereTheyCanBe(_ offset: UInt64, _ fileBytes: UInt64, _ count: UInt64) throws {
        try Self.refuses(
            {
                $0.piece = .with {
                    $0.name = MessageSamples.artifact
                    ($0.offset, $0.fileBytes, $0.pieceBytes) = (offset, fileBytes, count)
                }
            }, count > 0 ? [[UInt8](repeating: 0, count: Int(count))] : [])
    }

    @Test func manyTicketsAndOffsetsBeyondAnyFileAreRefused() throws {
        try Self.refuses { $0.receipt = .with { $0.arrived = [UInt64](repeating: 1, count: 65) } }
        try Self.refuses {
            $0.request = .with {
                $0.name = MessageSamples.artifact
                $0.offset = 1 << 60
            }
        }
        try Self.refuses { _ in }
    }

    @Test func workersDoNotAnswer() throws {
        let frames = try WorkerMessage.artifact(.answer(name: MessageSamples.artifact, .stored)).encoded()
        #expect(throws: ProtocolError.self) { try PeerMessage(frames: frames) }
    }
}
