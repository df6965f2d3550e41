import Testing

@testable import SweepProtocol

@Suite("Bulk frames")
struct BulkFramesTests {
    private static let full = ProtocolLimits.frameBytes

    @Test func nothingNeedsNoFrame() throws {
        var writer = BulkWriter()
        writer.append([])
        #expect(writer.frames.isEmpty && writer.count == 0)
        var reader = try BulkReader([])
        #expect(try reader.take(0) == [])
        try reader.finish()
    }

    @Test(arguments: [
        [1], [full - 1, 1], [full], [full, 1], [full + 1], [1, full], [3, 2 * full, 5, 0, full - 8], [0, 2 * full, 0],
    ])
    func partsComeBackFromFullFrames(sizes: [Int]) throws {
        let parts = sizes.enumerated().map { part, size in (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ part) }
        }
        var writer = BulkWriter()
        for part in parts { writer.append(part) }
        let total = sizes.reduce(0, +)
        #expect(writer.count == total)
        #expect(writer.frames.dropLast().allSatisfy { $0.count == Self.full })
        #expect(writer.frames.count == (total + Self.full - 1) / Self.full)
        var reader = try BulkReader(writer.frames[...])
        for part in parts { #expect(try reader.take(UInt64(part.count)) == part) }
        try reader.finish()
        #expect(throws: ProtocolError.self) { try reader.take(1) }
    }

    @Test(arguments: [4, 1 << 20, 1 << 62, UInt64(Int.max), UInt64(Int.max) + 1, .max])
    func bytesThatAreNotThereAreRefused(count: UInt64) throws {
        var reader = try BulkReader([[1, 2, 3]])
        #expect(throws: ProtocolError.self) { try reader.take(count) }
        _ = try reader.take(2)
        #expect(throws: ProtocolError.self) { try reader.take(count) }
        #expect(throws: ProtocolError("the bulk frames hold 1 needless bytes")) { try reader.finish() }
    }

    @Test(arguments: [[0], [1, 1], [full, 0], [full - 1, full], [full + 1], [0, full]])
    func framesCutInAnotherWayAreRefused(sizes: [Int]) {
        let frames = sizes.map { [UInt8](repeating: 0, count: $0) }
        #expect(throws: ProtocolError.self) { try BulkReader(frames[...]) }
    }

    @Test func moreBytesThanAMessageMayHaveAreRefused() {
        // One frame many times is held once.
        let frame = [UInt8](repeating: 0, count: Self.full)
        let most = ProtocolLimits.bulkBytes / Self.full
        #expect(throws: Never.self) { try BulkReader(Array(repeating: frame, count: most)[...]) }
        #expect(throws: ProtocolError.self) { try BulkReader((Array(repeating: frame, count: most) + [[0]])[...]) }
    }
}
