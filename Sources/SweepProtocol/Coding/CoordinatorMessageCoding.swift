internal import SweepModel
internal import SwiftProtobuf

extension CoordinatorMessage {
    /// The frames on the wire; throws on what has no place in a message.
    package func encoded() throws(ProtocolError) -> [[UInt8]] {
        var message = WireToPeer()
        var bulk = BulkWriter()
        switch self {
        case .welcome(let welcome): message.welcome = WireWelcome(welcome)
        case .refusal(let reason):
            message.refusal = .with {
                $0.protocolVersion = protocolVersion
                $0.reason = Checked.shortened(reason)
            }
        case .sweep(let sweep, let context):
            bulk.append(context.encoded())
            message.sweep = .with {
                $0.sweep = sweep.number
                $0.contextBytes = UInt64(bulk.count)
            }
        case .names(let sweep, let block, let isColumn, let generation, let names):
            bulk.append(try serialized(try WireBlockNames(names)))
            let block = try Checked.position(block, "a block", below: ProtocolLimits.blocks)
            message.names = .with {
                $0.sweep = sweep.number
                $0.block = block
                $0.isColumn = isColumn
                $0.namesBytes = UInt64(bulk.count)
                $0.generation = generation
            }
        case .assignments(let assignments): message.assignments = try WireAssignments(assignments, bulk: &bulk)
        case .acknowledgement(let parts):
            var acknowledgement = WireAcknowledgement()
            acknowledgement.parts = try WireLease.list(parts)
            message.acknowledgement = acknowledgement
        case .shrink(let lease, let end):
            let end = try Checked.position(end, "the end of a lease", below: ProtocolLimits.blocks + 1)
            message.shrink = .with {
                $0.lease = lease
                $0.end = end
            }
        case .closed(let sweep): message.closed = sweep.number
        case .shutdown: message.shutdown = WireShutdown()
        case .ping(let ticket): message.ping = .with { $0.ticket = ticket }
        case .introduce: message.introduce = WireIntroduce()
        case .allowance(let threads): message.allowance = .with { $0.threads = UInt32(clamping: threads) }
        case .artifact(let artifact): message.artifact = try WireArtifactMessage(artifact, bulk: &bulk)
        case .reply(let number, let reply): message.reply = try WireReply(reply, number: number, bulk: &bulk)
        }
        return try framed(message, bulk)
    }

    /// The message in `frames`; throws on anything that is not exactly one.
    package init(frames: [[UInt8]]) throws(ProtocolError) {
        var (control, bulk) = try unframed(frames, as: WireToPeer.self)
        switch control.message {
        case .welcome(let welcome): self = .welcome(try Welcome(welcome))
        case .refusal(let refusal): self = .refusal(try Checked.text(refusal.reason, "a refusal"))
        case .sweep(let message):
            self = .sweep(
                try Checked.sweep(message.sweep), try SweepContext(encoded: try bulk.take(message.contextBytes)))
        case .names(let message):
            self = .names(
                try Checked.sweep(message.sweep),
                block: try Checked.position(message.block, "a block", below: ProtocolLimits.blocks),
                isColumn: message.isColumn, generation: message.generation,
                try ArtifactNames.list(try parsed(try bulk.take(message.namesBytes))))
        case .assignments(let message): self = .assignments(try Assignment.list(message, bulk: &bulk))
        case .acknowledgement(let message): self = .acknowledgement(try Lease.list(message.parts))
        case .shrink(let message):
            self = .shrink(
                lease: message.lease,
                end: try Checked.position(message.end, "the end of a lease", below: ProtocolLimits.blocks + 1))
        case .closed(let number): self = .closed(try Checked.sweep(number))
        case .shutdown: self = .shutdown
        case .ping(let ping): self = .ping(ticket: ping.ticket)
        case .introduce: self = .introduce
        case .allowance(let message): self = .allowance(threads: try Checked.threads(message.threads))
        case .artifact(let message): self = .artifact(try ArtifactMessage(message, bulk: &bulk))
        case .reply(let reply): self = .reply(number: reply.number, try ClientReply(reply, bulk: &bulk))
        case nil: throw saysNothing
        }
        try bulk.finish()
    }
}
