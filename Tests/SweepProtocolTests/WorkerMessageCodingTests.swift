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
        let scores = MessageSamples.tile(matrices: 33, rows: TileGrid.edge, columns: TileGrid.edge)
        let frames = try MessageSamples.outcome(.tile(row: 4, column: 5), .tile(scores)).encoded()
        #expect(frames.dropFirst().map(\.count) == [1 << 20, 4096 * 8])
        guard case .outcome(let outcome) = try WorkerMessage(frames: frames), case .tile(let received) = outcome.result
        else {
            Issue.record("the message is no tile any more")
            return
        }
        #expect(received.values.map(\.bitPattern) == scores.values.map(\.bitPattern))
        #expect((received.matrices, received.rows, received.columns) == (33, 64, 64))
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
            .tile(row: 0, column: 0), .tile(MessageSamples.tile(matrices: 1, rows: 4, columns: 4))
        ).encoded()
        #expect(throws: ProtocolError.self) {
            try WorkerMessage(frames: [frames[0], [UInt8](repeating: 1, count: bytes)])
        }
    }

    @Test func scoresInOneFrameBeyondTheLimitAreRefused() throws {
        let scores = MessageSamples.tile(matrices: 33, rows: 64, columns: 64)
        let frames = try MessageSamples.outcome(.tile(row: 0, column: 0), .tile(scores)).encoded()
        #expect(throws: ProtocolError.self) { try WorkerMessage(frames: [frames[0], frames[1] + frames[2]]) }
    }

    @Test func numbersCutInTwoByAFrameBorderAreRefused() throws {
        let frames = try MessageSamples.outcome(
            .tile(row: 0, column: 0), .tile(MessageSamples.tile(matrices: 1, rows: 1, columns: 2))
        ).encoded()
        #expect(throws: ProtocolError.self) {
            try WorkerMessage(frames: [frames[0], Array(frames[1][..<12]), Array(frames[1][12...])])
        }
    }

    @Test(arguments: [
        (UInt32.max, UInt32.max, UInt32.max), (8193, 1, 1), (1, 65, 1), (1, 1, 65), (.max, 0, .max),
        (1 << 12, 1 << 31, 2),
    ])
    func shapesThatNoTileHasAreRefused(matrices: UInt32, rows: UInt32, columns: UInt32) throws {
        let frame = try control { outcome in
            outcome.attempt = .tile
            outcome.tile = .with {
                $0.matrices = matrices
                $0.rows = rows
                $0.columns = columns
            }
        }
        #expect(throws: ProtocolError.self) { try WorkerMessage(frames: [frame, [UInt8](repeating: 0, count: 8)]) }
        #expect(throws: ProtocolError.self) { try WorkerMessage(frames: [frame]) }
    }

    @Test(arguments: [0, 1, 11, 13, 1 << 10, 1 << 27, 1 << 27 + 1, .max, .max - 5] as [UInt64])
    func curvesOfAnotherLengthThanTheBulkFramesAreRefused(claimed: UInt64) throws {
        let frame = try control { outcome in
            outcome.attempt = .tile
            outcome.tile = .with {
                ($0.matrices, $0.rows, $0.columns) = (1, 2, 2)
                $0.curveValues = claimed
            }
        }
        // Four scores and twelve values of curves.
        #expect(throws: ProtocolError.self) {
            try WorkerMessage(frames: [frame, [UInt8](repeating: 0, count: 16 * 8)])
        }
    }

    @Test func curvesFollowTheMatrices() throws {
        let scores = MessageSamples.tile(matrices: 2, rows: 3, columns: 2, curveValues: 5)
        #expect(scores.curveValueCount == 5)
        let frames = try MessageSamples.outcome(.tile(row: 0, column: 0), .tile(scores)).encoded()
        guard case .outcome(let outcome) = try WorkerMessage(frames: frames), case .tile(let received) = outcome.result
        else {
            Issue.record("the message is no tile any more")
            return
        }
        #expect(received.curveValueCount == 5 && (received.matrices, received.rows, received.columns) == (2, 3, 2))
        #expect(received.values.map(\.bitPattern) == scores.values.map(\.bitPattern))
    }

    @Test(arguments: ["", "grams", "rbf_b", "rbf_b0", "rbf_binf", "\u{0}"])
    func artifactsOfAnUnknownKindAreRefusedByName(kind: String) throws {
        let words = ProtocolError("the kind of artifact '\(kind)' is unknown to this version")
        let named = try control { outcome in
            outcome.attempt = .layer
            outcome.layer = .with { $0.artifacts = ["gram": "a", kind: "b"] }
        }
        #expect(throws: words) { try WorkerMessage(frames: [named]) }
        let expected = try control { outcome in
            outcome.attempt = .layer
            outcome.layer = .with { $0.chanceFactors = [kind: 1] }
        }
        #expect(throws: words) { try WorkerMessage(frames: [expected]) }
    }

    /// Two spellings of one bandwidth are one kind: neither may crash whoever reads them.
    @Test func oneKindInTwoSpellings() throws {
        let frame = try control { outcome in
            outcome.attempt = .layer
            outcome.layer = .with { $0.artifacts = ["rbf_b1": "a", "rbf_b1.0": "b", "rbf_b1e0": "c"] }
        }
        guard case .outcome(let outcome) = try WorkerMessage(frames: [frame]), case .layer(let found) = outcome.result
        else {
            Issue.record("the message is no layer any more")
            return
        }
        #expect(Array(found.artifacts.keys) == [.rbf(bandwidth: 1)])
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
