import SweepTestSupport
import Testing

@testable import SweepProtocol

/// Whatever bytes arrive, decoding ends with a message or a `ProtocolError`, and a message that was read can be sent on.
@Suite("Damaged messages")
struct DamagedMessageTests {
    @Test func randomBytesNeverCrash() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<1_000 {
            let frames = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                Self.bytes(Int.random(in: 0...200, using: &generator), &generator)
            }
            Self.check(frames)
        }
    }

    @Test func mutatedMessagesNeverCrash() throws {
        var generator = SeededGenerator(seed: 2)
        let sent =
            try MessageSamples.fromWorker.map { try $0.encoded() }
            + MessageSamples.fromCoordinator.map { try $0.encoded() }
        var readable = 0
        for round in 0..<1_000 {
            var frames = sent[round % sent.count]
            for _ in 0..<Int.random(in: 1...4, using: &generator) { Self.mutate(&frames, &generator) }
            if Self.check(frames) { readable += 1 }
        }
        // Both ends of decoding were reached, else the mutations test nothing.
        #expect((100..<950).contains(readable))
    }

    private static func bytes(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    private static func mutate(_ frames: inout [[UInt8]], _ generator: inout SeededGenerator) {
        guard let frame = frames.indices.randomElement(using: &generator) else { return }
        let position = frames[frame].indices.randomElement(using: &generator)
        switch (Int.random(in: 0..<10, using: &generator), position) {
        case (0, _): frames.append(bytes(Int.random(in: 0...16, using: &generator), &generator))
        case (1, _): frames.remove(at: frame)
        case (2, let position?): frames[frame].removeSubrange(position...)
        case (3, let position?): frames[frame].insert(contentsOf: bytes(3, &generator), at: position)
        case (4, let position?): frames[frame].remove(at: position)
        case (5, let position?): frames[frame][position] = 0xFF
        case (_, let position?): frames[frame][position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case (_, nil): frames[frame] = bytes(2, &generator)
        }
    }

    /// Whether anything could be read; what was read must survive another trip unchanged.
    @discardableResult
    private static func check(_ frames: [[UInt8]]) -> Bool {
        var isReadable = false
        do {
            let again = try WorkerMessage(frames: frames).encoded()
            #expect(try WorkerMessage(frames: again).encoded() == again)
            isReadable = true
        } catch {
            #expect(!error.description.isEmpty)
        }
        do {
            let again = try CoordinatorMessage(frames: frames).encoded()
            #expect(try CoordinatorMessage(frames: again).encoded() == again)
            isReadable = true
        } catch {
            #expect(!error.description.isEmpty)
        }
        return isReadable
    }
}
