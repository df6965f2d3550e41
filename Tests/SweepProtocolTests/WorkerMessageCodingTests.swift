import SweepModel
import SwiftProtobuf
import Testing

@testable import SweepProtocol

@Suite("What workers say")
struct WorkerMessageCodingTests {
    @Test(arguments: MessageSamples.fromWorker)
    func everyMessageComesBackAsItWasSent(_ message: WorkerMessage) throws {
        let frames = try message.encoded()
        let received = try WorkerMessage(frames: frames)
        // Frames tell numbers apart that compare equal, and equal those that never do.
        #expect(try received.encoded() == frames)
        if case .outcome(let sent) = message, case .tile = sent.result { return }
        #expect(received == message)
    }

    @Test func scoresKeepEveryBitOverSeveralBulkFrames() throws {
        // 33 metrics of a full tile are 4,096 numbers more than a frame of 1 MiB holds.
        let scores = MessageSamples.tile(metrics: 33, rows: TileGrid.edge, columns: TileGrid.edge)
        let frames = try MessageSamples.outcome(.tile(row: 4, column: 5), .tile(scores)).encoded()
        #expect(frames.dropFirst().map(\.count) == [1 << 20, 4096 * 8])
        guard case .outcome(let outcome) = try WorkerMessage(frames: frames), case .tile(let received) = outcome.result
        else {
            Issue.record("the message is no tile any more")
            return
        }
        #expect(received.values.map(\.bitPattern) == scores.values.map(\.bitPattern))
        #expect((received.metrics, received.rows, received.columns) == (33, 64, 64))
        #expect(outcome.attempt == Attempt(item: .tile(row: 4, column: 5), number: .max))
    }

    @Test func aMessageWithoutFramesIsRefused() {
        #expect(throws: ProtocolError.self) { try WorkerMessage(frames: []) }
    }

    @Test func anEmptyControlFrameSaysNothing() {
        #expect(throws: ProtocolError.self) { try WorkerMessage(frames: [[]]) }
    }

    @Test(arguments: MessageSamples.fromWorker)
    func aControlFrameCutAnywhereNeverReadsAsTheWholeMessage(_ message: WorkerMessage) throws {
        let frames = try message.encoded()
        for length in 0..<frames[0].count {
            guard let read = try? WorkerMessage(frames: [Array(frames[0][..<length])] + frames.dropFirst()) else {
                continue
            }
            #expect(try read.encoded() != frames, "cut at \(length) of \(frames[0].count) bytes")
        }
    }

    @Test(arguments: MessageSamples.fromWorker)
    func needlessBulkFramesAreRefused(_ message: WorkerMessage) throws {
        let frames = try message.encoded()
        #expect(throws: ProtocolError.self) { try WorkerMessage(frames: frames + [[UInt8](repeating: 0, count: 8)]) }
    }

    @Test(arguments: [0, 8, 16 * 8 - 8, 16 * 8 - 1, 16 * 8 + 1, 16 * 8 + 8, 1 << 20])
    func scoresOfTheWrongLengthAreRefused(bytes: Int) throws {
        let frames = try MessageSamples.outcome(
            .tile(row: 0, column: 0), .tile(MessageSamples.tile(metrics: 1, rows: 4, columns: 4))
        ).encoded()
        #expect(throws: ProtocolError.self) {
            try WorkerMessage(frames: [frames[0], [UInt8](repeating: 1, count: bytes)])
        }
    }

    @Test func scoresInOneFrameBeyondTheLimitAreRefused() throws {
        let scores = MessageSamples.tile(metrics: 33, rows: 64, columns: 64)
        let frames = try MessageSamples.outcome(.tile(row: 0, column: 0), .tile(scores)).encoded()
        #expect(throws: ProtocolError.self) { try WorkerMessage(frames: [frames[0], frames[1] + frames[2]]) }
    }

    @Test func numbersCutInTwoByAFrameBorderAreRefused() throws {
        let frames = try MessageSamples.outcome(
            .tile(row: 0, column: 0), .tile(MessageSamples.tile(metrics: 1, rows: 1, columns: 2))
        ).encoded()
        #expect(throws: ProtocolError.self) {
            try WorkerMessage(frames: [frames[0], Array(frames[1][..<12]), Array(frames[1][12...])])
        }
    }

    @Test(arguments: [
        (UInt32.max, UInt32.max, UInt32.max), (4097, 1, 1), (1, 65, 1), (1, 1, 65), (.max, 0, .max),
        (1 << 12, 1 << 31, 2),
    ])
    func shapesThatNoTileHasAreRefused(metrics: UInt32, rows: UInt32, columns: UInt32) throws {
        let frame = try control { outcome in
            outcome.attempt = .tile
            outcome.tile = .with {
                $0.metrics = metrics
                $0.rows = rows
                $0.columns = columns
            }
        }
        #expect(throws: ProtocolError.self) { try WorkerMessage(frames: [frame, [UInt8](repeating: 0, count: 8)]) }
        #expect(throws: ProtocolError.self) { try WorkerMessage(frames: [frame]) }
    }

    @Test func aResultOfAnotherKindThanItsWorkItemIsRefused() throws {
        let survey = Platonic_V1_Survey(), layer = Platonic_V1_LayerArtifacts(), tile = Platonic_V1_TileScores()
        let misfits: [(Platonic_V1_Attempt, Platonic_V1_Outcome.OneOf_Result)] = [
            (.layer, .survey(survey)), (.tile, .survey(survey)), (.survey, .layer(layer)), (.tile, .layer(layer)),
            (.survey, .tile(tile)), (.layer, .tile(tile)),
        ]
        for (attempt, result) in misfits {
            let frame = try control { outcome in
                outcome.attempt = attempt
                outcome.result = result
            }
            #expect(throws: ProtocolError("the outcome does not fit its work item")) {
                try WorkerMessage(frames: [frame])
            }
        }
    }

    @Test func anOutcomeWithoutResultOrWithoutWorkItemIsRefused() throws {
        let noResult = try control { $0.attempt = .layer }
        #expect(throws: ProtocolError.self) { try WorkerMessage(frames: [noResult]) }
        let noItem = try control { $0.failure = Platonic_V1_Failure() }
        #expect(throws: ProtocolError("an attempt names no work item")) { try WorkerMessage(frames: [noItem]) }
    }

    private func control(_ fill: (inout Platonic_V1_Outcome) -> Void) throws -> [UInt8] {
        var outcome = Platonic_V1_Outcome()
        fill(&outcome)
        var message = Platonic_V1_ToCoordinator()
        message.outcome = outcome
        return try message.serializedBytes()
    }
}

extension Platonic_V1_Attempt {
    fileprivate static let survey = Platonic_V1_Attempt(Attempt(item: .survey(model: 0), number: 1))
    fileprivate static let layer = Platonic_V1_Attempt(Attempt(item: .layer(0), number: 1))
    fileprivate static let tile = Platonic_V1_Attempt(Attempt(item: .tile(row: 0, column: 0), number: 1))
}
