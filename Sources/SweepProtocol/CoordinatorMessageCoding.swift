internal import SweepModel
internal import SwiftProtobuf

extension CoordinatorMessage {
    /// The frames on the wire.
    package func encoded() throws(ProtocolError) -> [[UInt8]] {
        var message = Platonic_V1_ToWorker()
        switch self {
        case .welcome(let context):
            message.welcome = .with {
                $0.protocolVersion = protocolVersion
                $0.sweep = Platonic_V1_SweepContext(context)
            }
        case .refusal(let reason):
            message.refusal = .with {
                $0.protocolVersion = protocolVersion
                $0.reason = reason
            }
        case .assignment(let assignment): message.assignment = Platonic_V1_Assignment(assignment)
        case .acknowledgement(let attempt): message.acknowledgement = Platonic_V1_Attempt(attempt)
        case .shutdown: message.shutdown = Platonic_V1_Shutdown()
        case .ping: message.ping = Platonic_V1_Ping()
        }
        return [try serialized(message)]
    }

    /// The message in `frames`; throws on anything that is not exactly one.
    package init(frames: [[UInt8]]) throws(ProtocolError) {
        let control: Platonic_V1_ToWorker = try parsed(frames)
        guard frames.count == 1 else { throw ProtocolError("the message has \(frames.count) frames, 1 was expected") }
        switch control.message {
        case .welcome(let welcome):
            guard welcome.protocolVersion == protocolVersion else {
                throw ProtocolError(
                    "the coordinator speaks protocol version \(welcome.protocolVersion), this worker \(protocolVersion)"
                )
            }
            self = .welcome(try SweepContext(welcome.sweep))
        case .refusal(let refusal): self = .refusal(refusal.reason)
        case .assignment(let assignment): self = .assignment(try Assignment(assignment))
        case .acknowledgement(let attempt): self = .acknowledgement(try Attempt(attempt))
        case .shutdown: self = .shutdown
        case .ping: self = .ping
        case nil: throw ProtocolError("the message says nothing that this version knows")
        }
    }
}

extension Platonic_V1_Assignment {
    fileprivate init(_ assignment: Assignment) {
        attempt = Platonic_V1_Attempt(assignment.attempt)
        switch assignment.inputs {
        case .survey: break
        case .layer(let thresholds, let digest):
            clipThresholds = thresholds
            layerDigest = digest
        case .tile(let rows, let columns):
            self.rows = rows.map(Platonic_V1_ArtifactNames.init)
            self.columns = columns.map(Platonic_V1_ArtifactNames.init)
        }
    }
}

extension Platonic_V1_ArtifactNames {
    fileprivate init(_ artifacts: ArtifactNames) { names = artifactMap(artifacts.names) }
}

extension Assignment {
    fileprivate init(_ message: Platonic_V1_Assignment) throws(ProtocolError) {
        let attempt = try Attempt(message.attempt)
        let inputs: Inputs
        switch attempt.item {
        case .survey: inputs = .survey
        case .layer: inputs = .layer(clipThresholds: message.clipThresholds, digest: message.layerDigest)
        case .tile:
            inputs = .tile(rows: try Self.artifacts(message.rows), columns: try Self.artifacts(message.columns))
        }
        self.init(attempt: attempt, inputs: inputs)
    }

    private static func artifacts(_ messages: [Platonic_V1_ArtifactNames]) throws(ProtocolError) -> [ArtifactNames] {
        var result: [ArtifactNames] = []
        for message in messages { result.append(ArtifactNames(try kinds(message.names))) }
        return result
    }
}
