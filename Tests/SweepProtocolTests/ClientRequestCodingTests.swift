import SweepModel
import SwiftProtobuf
import Testing

@testable import SweepProtocol

@Suite("What no client can ask")
struct ClientRequestCodingTests {
    @Test func requestsThatNameNoSweepAreRefused() throws {
        refuses(try MalformedFrames.request { $0.cancel = 0 })
        refuses(try MalformedFrames.request { $0.retry = 0 })
        refuses(try MalformedFrames.request { $0.forget = 0 })
        refuses(try MalformedFrames.request { $0.findings = 0 })
        refuses(try MalformedFrames.request { $0.scores = WireScoresAfter() })
        refuses(try MalformedFrames.request { request in request.status = .with { $0.sweep = 0 } })
        refuses(try MalformedFrames.request { _ in })
    }

    @Test func requestsForWhatCannotBeAreRefused() throws {
        refuses(try MalformedFrames.request { $0.events = -1 })
        refuses(try MalformedFrames.request { request in request.scores = .with { ($0.sweep, $0.after) = (1, -1) } })
        refuses(try MalformedFrames.request { $0.drain = "" })
        refuses(try MalformedFrames.request { $0.drain = String(repeating: "x", count: 257) })
        refuses(try MalformedFrames.request { request in request.status = .with { $0.layer = 1 } })
        refuses(try MalformedFrames.request { request in request.explain = .with { $0.layer = .max } })
        refuses(try MalformedFrames.request { request in request.explain = .with { $0.survey = 1 << 22 } })
        refuses(try MalformedFrames.request { request in request.explain = .with { $0.tile.column = 1 << 20 } })
        #expect(throws: ProtocolError.self) {
            try ClientRequest.explain(nil, .tile(row: -1, column: 0)).encoded(number: 1)
        }
    }

    @Test func submissionsOfOtherLengthsThanTheBulkFramesAreRefused() throws {
        let context = MessageSamples.contexts[0].encoded()
        func submission(_ fill: (inout WireSubmission) -> Void) throws -> [[UInt8]] {
            var submission = WireSubmission()
            (submission.specBytes, submission.contextBytes, submission.dossierBytes) = (1, UInt64(context.count), 2)
            fill(&submission)
            return try MalformedFrames.request([[0x61] + context + [0, 0]]) { $0.submit = submission }
        }
        #expect(throws: Never.self) { try PeerMessage(frames: try submission { _ in }) }
        for announced in [0, 1, 3, .max, 1 << 62] as [UInt64] {
            refuses(try submission { $0.dossierBytes = announced })
            refuses(try submission { $0.contextBytes = announced })
        }
        refuses(try submission { $0.specBytes = 2 })
        refuses(try submission { $0.name = String(repeating: "x", count: 65_537) })
        let noText = try MalformedFrames.request([[0xFF] + context]) { request in
            request.submit = .with { ($0.specBytes, $0.contextBytes) = (1, UInt64(context.count)) }
        }
        #expect(throws: ProtocolError("the specification is no text")) { try PeerMessage(frames: noText) }
    }

    private func refuses(_ frames: [[UInt8]], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(throws: ProtocolError.self, sourceLocation: sourceLocation) { try PeerMessage(frames: frames) }
    }
}
