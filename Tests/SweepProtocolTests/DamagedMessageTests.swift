import SweepTestSupport
import Testing

@testable import SweepProtocol

/// Whatever bytes arrive, decoding ends with a message or a `ProtocolError`, and a message that was read can be sent on.
@Suite("Damaged messages")
struct DamagedMessageTests {
    @Test func needlessFramesAreRefused() throws {
        for (toCoordinator, frames) in try MessageSamples.allFrames() {
            for extra in [[[0]], [[]], frames] as [[[UInt8]]] {
                #expect(throws: ProtocolError.self) { try Self.decode(frames + extra, toCoordinator) }
            }
            guard frames.count > 1 else { continue }
            #expect(throws: ProtocolError.self) { try Self.decode(frames.dropLast(), toCoordinator) }
        }
    }

    @Test func aControlFrameCutAnywhereNeverReadsAsTheWholeMessage() throws {
        for (toCoordinator, frames) in try MessageSamples.allFrames() {
            for length in 0..<frames[0].count {
                let cut = [Array(frames[0][..<length])] + frames.dropFirst()
                guard let again = try? Self.decode(cut, toCoordinator) else { continue }
                #expect(again != frames, "cut at \(length) of \(frames[0].count) bytes")
            }
        }
    }

    @Test func randomBytesNeverCrash() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<5_000 {
            let frames = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                Self.bytes(Int.random(in: 0...200, using: &generator), &generator)
            }
            _ = try? Self.decode(frames, true)
            _ = try? Self.decode(frames, false)
        }
    }

    @Test func mutatedMessagesNeverCrash() throws {
        var generator = SeededGenerator(seed: 2)
        // Damage to megabytes of scores finds nothing that damage to a few does not.
        let sent = try MessageSamples.allFrames().filter { $0.frames.allSatisfy { $0.count < 10_000 } }
        var readable = 0
        for round in 0..<20_000 {
            var (toCoordinator, frames) = sent[round % sent.count]
            for _ in 0..<Int.random(in: 1...3, using: &generator) { Self.mutate(&frames, &generator) }
            if Int.random(in: 0..<50, using: &generator) == 0 { toCoordinator.toggle() }
            guard let again = try? Self.decode(frames, toCoordinator) else { continue }
            readable += 1
            #expect(try Self.decode(again, toCoordinator) == again)
        }
        // Both ends of decoding were reached, else the mutations test nothing.
        #expect((2_000..<18_000).contains(readable))
    }

    private static func bytes(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    private static func mutate(_ frames: inout [[UInt8]], _ generator: inout SeededGenerator) {
        guard let frame = frames.indices.randomElement(using: &generator),
            let other = frames.indices.randomElement(using: &generator)
        else { return }
        let position = frames[frame].indices.randomElement(using: &generator)
        switch (Int.random(in: 0..<14, using: &generator), position) {
        case (0, _): frames.append(bytes(Int.random(in: 0...16, using: &generator), &generator))
        case (1, _): frames.remove(at: frame)
        case (2, _): frames.insert(frames[frame], at: other)
        case (3, _): frames.swapAt(frame, other)
        case (4, let position?): frames[frame].removeSubrange(position...)
        case (5, let position?): frames[frame].insert(contentsOf: bytes(3, &generator), at: position)
        case (6, let position?): frames[frame].remove(at: position)
        case (7, let position?): frames[frame][position] = 0xFF
        case (_, let position?): frames[frame][position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case (_, nil): frames[frame] = bytes(2, &generator)
        }
    }

    /// The frames of what was read from `frames`.
    private static func decode(_ frames: [[UInt8]], _ toCoordinator: Bool) throws -> [[UInt8]] {
        guard toCoordinator else { return try CoordinatorMessage(frames: frames).encoded() }
        switch try PeerMessage(frames: frames) {
        case .worker(.hello(let hello)) where hello.protocolVersion != protocolVersion: throw ProtocolError("refused")
        case .worker(let message): return try message.encoded()
        case .client(let number, let request): return try request.encoded(number: number)
        case .pong(let pong): return try pong.encoded()
        }
    }
}
