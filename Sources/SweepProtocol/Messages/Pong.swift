internal import SwiftProtobuf

/// What workers and clients answer to a ping with a ticket: everything that was sent before it is read.
package struct Pong: Hashable, Sendable {
    package let ticket: UInt64

    package init(ticket: UInt64) { self.ticket = ticket }

    /// The frames on the wire.
    package func encoded() throws(ProtocolError) -> [[UInt8]] {
        var message = WireToCoordinator()
        message.pong = .with { $0.ticket = ticket }
        return try framed(message, BulkWriter())
    }
}
