import SweepModel
import Testing

@testable import SweepProtocol

@Suite("Leases on the wire")
struct LeaseCodingTests {
    @Test func leasesThatCannotBeAreRefused() throws {
        refuses("a lease names no work") { $0.work = nil }
        refuses("no sweep is named") { $0.sweep = 0 }
        refuses("a lease without tiles has columns") { $0.layer = 1 }
        refuses("a lease without tiles has columns") { ($0.model, $0.columnCount) = (1, 0) }
        refuses("0 tiles from column 2 on cannot be") { $0.columnCount = 0 }
        refuses("1048575 tiles from column 2 on cannot be") { $0.columnCount = (1 << 20) - 1 }
        refuses("\(UInt32.max) tiles from column \(UInt32.max) on cannot be") {
            ($0.firstColumn, $0.columnCount) = (.max, .max)
        }
        refuses("a block row cannot be 1048576") { $0.row = 1 << 20 }
        refuses("a layer cannot be \(UInt32.max)") { ($0.layer, $0.firstColumn, $0.columnCount) = (.max, 0, 0) }
        refuses("a model cannot be 4194304") { ($0.model, $0.firstColumn, $0.columnCount) = (1 << 22, 0, 0) }
    }

    @Test(
        arguments: [
            .survey(model: -1), .survey(model: .max), .layer(.min), .layer(1 << 22), .tiles(row: -1, columns: 0..<1),
            .tiles(row: 1 << 20, columns: 0..<1), .tiles(row: 0, columns: 4..<4), .tiles(row: 0, columns: -1..<1),
            .tiles(row: 0, columns: 0..<((1 << 20) + 1)), .tiles(row: 0, columns: Int.min ..< .max),
        ] as [LeasedWork])
    func leasesThatCannotBeAreNotSent(_ work: LeasedWork) {
        #expect(throws: ProtocolError.self) { try WireLease(Lease(sweep: MessageSamples.one, number: 1, work: work)) }
    }

    private func refuses(
        _ words: String, sourceLocation: SourceLocation = #_sourceLocation, _ spoil: (inout WireLease) -> Void
    ) {
        var message = WireLease()
        message.sweep = 1
        message.row = 1
        (message.firstColumn, message.columnCount) = (2, 3)
        spoil(&message)
        #expect(throws: ProtocolError(words), sourceLocation: sourceLocation) { try Lease(message) }
    }
}
