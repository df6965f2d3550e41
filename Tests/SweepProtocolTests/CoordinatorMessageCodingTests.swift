import SweepModel
import SwiftProtobuf
import Testing

@testable import SweepProtocol

@Suite("What the coordinator says")
struct CoordinatorMessageCodingTests {
    @Test(arguments: MessageSamples.fromCoordinator)
    func everyMessageComesBackAsItWasSent(_ message: CoordinatorMessage) throws {
        let frames = try message.encoded()
        let received = try CoordinatorMessage(frames: frames)
        #expect(received == message)
        #expect(try received.encoded() == frames)
    }

    @Test func aMessageWithoutFramesIsRefused() {
        #expect(throws: ProtocolError.self) { try CoordinatorMessage(frames: []) }
        #expect(throws: ProtocolError.self) { try CoordinatorMessage(frames: [[]]) }
    }

    @Test(arguments: MessageSamples.fromCoordinator)
    func furtherFramesAreRefused(_ message: CoordinatorMessage) throws {
        let frames = try message.encoded()
        #expect(throws: ProtocolError.self) { try CoordinatorMessage(frames: frames + [[]]) }
        #expect(throws: ProtocolError.self) { try CoordinatorMessage(frames: frames + frames) }
    }

    @Test(arguments: MessageSamples.fromCoordinator)
    func aControlFrameCutAnywhereNeverReadsAsTheWholeMessage(_ message: CoordinatorMessage) throws {
        let frame = try message.encoded()[0]
        for length in 0..<frame.count {
            guard let read = try? CoordinatorMessage(frames: [Array(frame[..<length])]) else { continue }
            #expect(read != message, "cut at \(length) of \(frame.count) bytes")
        }
    }

    @Test(arguments: [0, 1, protocolVersion + 1, UInt32.max])
    func aWelcomeInAnotherProtocolVersionNamesBothVersions(version: UInt32) throws {
        var message = Platonic_V1_ToWorker()
        message.welcome = .with {
            $0.protocolVersion = version
            $0.sweep = Platonic_V1_SweepContext(MessageSamples.context(MessageSamples.plan))
        }
        let frame: [UInt8] = try message.serializedBytes()
        let error = #expect(throws: ProtocolError.self) { try CoordinatorMessage(frames: [frame]) }
        let text = try #require(error).description
        #expect(text.contains("protocol version \(version)") && text.contains("\(protocolVersion)"))
    }

    @Test func artifactsOfAnUnknownKindAreRefusedByName() throws {
        var message = Platonic_V1_ToWorker()
        message.assignment = .with {
            $0.attempt = Platonic_V1_Attempt(Attempt(item: .tile(row: 0, column: 0), number: 1))
            $0.rows = [.with { $0.names = ["gram": "a"] }]
            $0.columns = [.with { $0.names = ["gram": "a"] }, .with { $0.names = ["spectrum": "a"] }]
        }
        let frame: [UInt8] = try message.serializedBytes()
        #expect(throws: ProtocolError("the kind of artifact 'spectrum' is unknown to this version")) {
            try CoordinatorMessage(frames: [frame])
        }
    }

    @Test func anAssignmentWithoutWorkItemIsRefused() throws {
        var message = Platonic_V1_ToWorker()
        message.assignment = Platonic_V1_Assignment()
        let frame: [UInt8] = try message.serializedBytes()
        #expect(throws: ProtocolError("an attempt names no work item")) { try CoordinatorMessage(frames: [frame]) }
        message.acknowledgement = Platonic_V1_Attempt()
        let other: [UInt8] = try message.serializedBytes()
        #expect(throws: ProtocolError("an attempt names no work item")) { try CoordinatorMessage(frames: [other]) }
    }
}
