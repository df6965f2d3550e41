internal import SweepModel
internal import SwiftProtobuf

extension WorkerMessage {
    /// The frames on the wire; throws on what has no place in a message.
    package func encoded() throws(ProtocolError) -> [[UInt8]] {
        var message = WireToCoordinator()
        var bulk = BulkWriter()
        switch self {
        case .hello(let hello): message.hello = try WireHello(hello)
        case .heartbeat(let progress, let held):
            var heartbeat = WireHeartbeat()
            _ = try Checked.items(held.count)
            heartbeat.progress = progress
            heartbeat.held = held
            message.heartbeat = heartbeat
        case .outcomes(let outcomes): message.outcomes = try WireOutcomes(outcomes, bulk: &bulk)
        case .unfit(let sweep, let complaint):
            message.unfit = .with {
                $0.sweep = sweep.number
                $0.why = WireFailure(complaint)
            }
        case .leaving(let executing):
            message.leaving = .with { if let executing { $0.executing = executing } }
        case .artifact(let artifact): message.artifact = try WireArtifactMessage(artifact, bulk: &bulk)
        case .goodbye: message.goodbye = WireGoodbye()
        }
        return try framed(message, bulk)
    }

    /// What `message` says, with `bulk` behind it; nil where a client says it, or anybody.
    init?(_ message: WireToCoordinator, bulk: inout BulkReader) throws(ProtocolError) {
        switch message.message {
        case .hello(let hello): self = .hello(try WorkerHello(hello))
        case .heartbeat(let heartbeat):
            _ = try Checked.items(heartbeat.held.count)
            self = .heartbeat(progress: heartbeat.progress, held: heartbeat.held)
        case .outcomes(let outcomes): self = .outcomes(try LeaseOutcome.list(outcomes, bulk: &bulk))
        case .unfit(let unfit): self = .unfit(try Checked.sweep(unfit.sweep), try Complaint(unfit.why))
        case .leaving(let leaving): self = .leaving(executing: leaving.hasExecuting ? leaving.executing : nil)
        case .artifact(let artifact):
            self = .artifact(try ArtifactMessage(artifact, bulk: &bulk))
            if case .artifact(.answer) = self { throw saysNothing }
        case .goodbye: self = .goodbye
        case .request, .pong: return nil
        case nil: throw saysNothing
        }
    }
}
