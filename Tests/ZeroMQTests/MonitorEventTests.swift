import Testing

@testable import ZeroMQ

@Suite struct MonitorEventTests {
    private static func header(_ kind: UInt16, _ value: UInt32) -> [UInt8] {
        withUnsafeBytes(of: kind) { Array($0) } + withUnsafeBytes(of: value) { Array($0) }
    }

    @Test func parsesKindValueAndEndpoint() throws {
        let event = try #require(
            MonitorEvent(frames: [Self.header(0x200, 0xDEAD_BEEF), Array("ipc:///tmp/ü".utf8)]))
        #expect(event.kind == .disconnected)
        #expect(event.value == 0xDEAD_BEEF)
        #expect(event.endpoint == "ipc:///tmp/ü")
    }

    @Test(
        arguments: [
            [], [header(1, 0)], [header(1, 0), [], []], [header(1, 0).dropLast(), []], [header(1, 0) + [0], []],
            [header(0, 0), []], [header(3, 0), []], [header(0x0400, 0), []], [header(0x8000, 0), []],
            [header(1, 0), [0xFF]],
        ] as [[[UInt8]]])
    func refusesAnythingElse(frames: [[UInt8]]) {
        #expect(MonitorEvent(frames: frames) == nil)
    }
}
