import Testing

@testable import SweepProtocol

@Suite("Bulk numbers")
struct BulkNumbersTests {
    private static let perFrame = BulkNumbers.frameBytes / 8

    @Test func numbersAreLittleEndianOneAfterTheOther() {
        #expect(BulkNumbers.frames(of: [1, -2]) == [[0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0]])
    }

    @Test func noNumbersNeedNoFrame() throws {
        #expect(BulkNumbers.frames(of: []).isEmpty)
        #expect(try BulkNumbers.values(in: [], count: 0) == [])
    }

    @Test(arguments: [1, perFrame - 1, perFrame, perFrame + 1, 2 * perFrame, 2 * perFrame + 7])
    func framesAreFilledToTheLimitAndReadBack(count: Int) throws {
        let values = (0..<count).map { Double($0).squareRoot() }
        let frames = BulkNumbers.frames(of: values)
        #expect(frames.count == (count + Self.perFrame - 1) / Self.perFrame)
        #expect(frames.dropLast().allSatisfy { $0.count == BulkNumbers.frameBytes })
        #expect(try BulkNumbers.values(in: frames[...], count: count) == values)
        #expect(throws: ProtocolError.self) { try BulkNumbers.values(in: frames[...], count: count + 1) }
        #expect(throws: ProtocolError.self) { try BulkNumbers.values(in: frames.dropLast(), count: count) }
    }
}
