internal import SweepModel
internal import SwiftProtobuf

extension WorkerMessage {
    /// The frames on the wire.
    package func encoded() throws(ProtocolError) -> [[UInt8]] {
        var message = Platonic_V1_ToCoordinator()
        var bulk: [[UInt8]] = []
        switch self {
        case .hello(let hello):
            message.hello = .with {
                $0.protocolVersion = hello.protocolVersion
                $0.algorithmVersion = hello.algorithmVersion
                $0.host = hello.host
                $0.processID = hello.processID
                $0.blasCore = hello.blasCore
                $0.memoryBytes = hello.memoryBytes
            }
        case .heartbeat(let progress): message.heartbeat = .with { $0.progress = progress }
        case .outcome(let outcome):
            message.outcome = Platonic_V1_Outcome(outcome)
            if case .tile(let scores) = outcome.result { bulk = BulkNumbers.frames(of: scores.values) }
        case .goodbye: message.goodbye = Platonic_V1_Goodbye()
        }
        return [try serialized(message)] + bulk
    }

    /// The message in `frames`; throws on anything that is not exactly one.
    package init(frames: [[UInt8]]) throws(ProtocolError) {
        let control: Platonic_V1_ToCoordinator = try parsed(frames)
        if case .outcome(let outcome) = control.message {
            self = .outcome(try AttemptOutcome(outcome, bulk: frames.dropFirst()))
            return
        }
        guard frames.count == 1 else { throw ProtocolError("the message has \(frames.count) frames, 1 was expected") }
        switch control.message {
        case .hello(let hello):
            self = .hello(
                WorkerHello(
                    protocolVersion: hello.protocolVersion, algorithmVersion: hello.algorithmVersion,
                    host: hello.host, processID: hello.processID, blasCore: hello.blasCore,
                    memoryBytes: hello.memoryBytes))
        case .heartbeat(let heartbeat): self = .heartbeat(progress: heartbeat.progress)
        case .goodbye: self = .goodbye
        case .outcome, nil: throw ProtocolError("the message says nothing that this version knows")
        }
    }
}

extension Platonic_V1_Outcome {
    fileprivate init(_ outcome: AttemptOutcome) {
        attempt = Platonic_V1_Attempt(outcome.attempt)
        seconds = outcome.seconds
        flops = outcome.flops
        switch outcome.result {
        case .survey(let found):
            survey = .with {
                $0.clipThresholds = found.clipThresholds
                $0.layerDigests = found.layerDigests
                $0.warnings = found.warnings
            }
        case .layer(let summary):
            layer = Platonic_V1_LayerArtifacts(summary)
        case .tile(let scores):
            tile = .with {
                $0.matrices = UInt32(clamping: scores.matrices)
                $0.rows = UInt32(clamping: scores.rows)
                $0.columns = UInt32(clamping: scores.columns)
                $0.curveValues = UInt64(clamping: scores.curveValueCount)
            }
        case .failure(let complaint):
            failure = .with {
                $0.isRequest = complaint.kind == .request
                $0.what = complaint.what
                $0.place = complaint.place
                $0.advice = complaint.advice
            }
        }
    }
}

extension AttemptOutcome {
    fileprivate init(_ message: Platonic_V1_Outcome, bulk: ArraySlice<[UInt8]>) throws(ProtocolError) {
        let attempt = try Attempt(message.attempt)
        let result: Result
        switch (message.result, attempt.item) {
        case (.survey(let found), .survey):
            result = .survey(
                ModelSurvey(
                    clipThresholds: found.clipThresholds, layerDigests: found.layerDigests, warnings: found.warnings))
        case (.layer(let found), .layer):
            result = .layer(try LayerSummary(found))
        case (.tile(let shape), .tile):
            let (matrices, rows, columns) = (Int(shape.matrices), Int(shape.rows), Int(shape.columns))
            // Bounded before they are multiplied, since any peer may claim any shape.
            guard matrices <= 1 << 13, rows <= TileGrid.edge, columns <= TileGrid.edge, shape.curveValues <= 1 << 27
            else { throw ProtocolError("a tile of \(matrices) x \(rows) x \(columns) scores cannot be") }
            let values = try BulkNumbers.values(
                in: bulk, count: matrices * rows * columns + Int(shape.curveValues))
            result = .tile(TileScores(matrices: matrices, rows: rows, columns: columns, values: values))
        case (.failure(let found), _):
            result = .failure(
                Complaint(
                    found.isRequest ? .request : .work, found.what, at: found.place, advice: found.advice))
        default: throw ProtocolError("the outcome does not fit its work item")
        }
        if case .tile = result {} else if !bulk.isEmpty { throw ProtocolError("the outcome has needless bulk frames") }
        self.init(attempt: attempt, result: result, seconds: message.seconds, flops: message.flops)
    }
}
