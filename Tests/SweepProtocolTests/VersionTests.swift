import SweepModel
import SwiftProtobuf
import Testing

@testable import SweepProtocol

/// Programs of different versions find out that they are, from the bytes that never change.
@Suite("Other protocol versions")
struct VersionTests {
    @Test func aWorkerOfVersion2IsHeard() throws {
        // As version 2 wrote it: protocol 2, algorithm 1, host "node", process 41, core "Zen", 1,024 bytes.
        let frame: [UInt8] =
            [0x0A, 0x14, 0x08, 2, 0x10, 1, 0x1A, 4] + Array("node".utf8) + [0x20, 41, 0x2A, 3] + Array("Zen".utf8)
            + [0x30, 0x80, 0x08]
        guard case .worker(.hello(let hello)) = try PeerMessage(frames: [frame]) else {
            Issue.record("the message is no hello")
            return
        }
        #expect((hello.protocolVersion, hello.algorithmVersion) == (2, 1))
        #expect((hello.host, hello.processID, hello.blasCore, hello.memoryBytes) == ("node", 41, "Zen", 1024))
        #expect(hello.workerID.isEmpty && hello.held.isEmpty)
    }

    @Test(arguments: [0, 8, 10, UInt32.max])
    func aWorkerOfAnotherVersionIsHeardWhateverItHolds(version: UInt32) throws {
        let frames = try MalformedFrames.toCoordinator { message in
            message.hello = try WireHello(MessageSamples.hello)
            message.hello.protocolVersion = version
            message.hello.held = [WireLease()]
            message.hello.secondsLeft = .nan
        }
        guard case .worker(.hello(let hello)) = try PeerMessage(frames: frames) else {
            Issue.record("the message is no hello")
            return
        }
        #expect(hello.protocolVersion == version && hello.held.isEmpty && hello.secondsLeft == nil)
    }

    @Test func aRefusalStandsWhereVersion2LooksForIt() throws {
        let frames = try CoordinatorMessage.refusal("no").encoded()
        #expect(frames == [[0x12, 6, 0x08, UInt8(protocolVersion), 0x12, 2, 0x6E, 0x6F]])
        // And one of version 2 is understood.
        #expect(try CoordinatorMessage(frames: [[0x12, 6, 0x08, 2, 0x12, 2, 0x6E, 0x6F]]) == .refusal("no"))
    }

    @Test(arguments: [0, 8, 10, UInt32.max])
    func aWelcomeOfAnotherVersionNamesBoth(version: UInt32) throws {
        let frames = try MalformedFrames.toPeer { message in
            // Version 2 had the sweep's context as field 2.
            message.welcome = try WireWelcome(serializedBytes: [0x12, 2, 0x08, 1] as [UInt8])
            message.welcome.protocolVersion = version
        }
        #expect(throws: ProtocolError("the coordinator speaks protocol version \(version), this worker 9")) {
            try CoordinatorMessage(frames: frames)
        }
    }

    @Test(arguments: [0, 8, 10, UInt32.max])
    func aRequestInAnotherVersionNamesBoth(version: UInt32) throws {
        let frames = try MalformedFrames.request { request in
            request.protocolVersion = version
            request.cancel = 1
        }
        #expect(throws: ProtocolError("the client speaks protocol version \(version), this coordinator 9")) {
            try PeerMessage(frames: frames)
        }
    }
}
