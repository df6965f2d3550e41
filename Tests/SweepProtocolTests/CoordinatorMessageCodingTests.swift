import SweepModel
import SwiftProtobuf
import Testing

@testable import SweepProtocol

@Suite("What no coordinator can say")
struct CoordinatorMessageCodingTests {
    @Test func nothingIsNoMessage() {
        for frames in [[], [[]], [[0x1A, 0]], [[0x22, 0]], [[0xA2, 0x06, 0]]] as [[[UInt8]]] {
            #expect(throws: ProtocolError.self) { try CoordinatorMessage(frames: frames) }
        }
    }

    @Test func messagesThatNameNoSweepAreRefused() throws {
        refuses(try MalformedFrames.toPeer { $0.closed = 0 })
        refuses(try MalformedFrames.toPeer { message in message.names = .with { $0.block = 1 } })
        let context = MessageSamples.contexts[0].encoded()
        refuses(
            try MalformedFrames.toPeer([context]) { message in
                message.sweep = .with { $0.contextBytes = UInt64(context.count) }
            })
        refuses(try MalformedFrames.toPeer { message in message.reply = .with { $0.accepted = 0 } })
    }

    @Test func intervalsThatAreNoneAreRefused() throws {
        let welcome = Welcome(artifactDirectory: "/a", artifactToken: "", busyHeartbeat: 1, idleHeartbeat: 1)
        for odd in [0, -1, .nan, .infinity] as [Double] {
            for path in [\WireWelcome.busyHeartbeat, \.idleHeartbeat] {
                refuses(
                    try MalformedFrames.toPeer { message in
                        message.welcome = WireWelcome(welcome)
                        message.welcome[keyPath: path] = odd
                    })
            }
        }
    }

    @Test func positionsBeyondEveryGridAreRefused() throws {
        refuses(try MalformedFrames.toPeer { message in message.shrink = .with { $0.end = (1 << 20) + 1 } })
        refuses(
            try MalformedFrames.toPeer { message in
                message.names = .with { ($0.sweep, $0.block) = (1, 1 << 20) }
            })
        for message in [
            .shrink(lease: 1, end: -1), .shrink(lease: 1, end: .max),
            .names(MessageSamples.one, block: -1, isColumn: false, generation: 0, []),
            .names(
                MessageSamples.one, block: 0, isColumn: false, generation: 0,
                Array(repeating: ArtifactNames([:]), count: 65)),
        ] as [CoordinatorMessage] {
            #expect(throws: ProtocolError.self) { try message.encoded() }
        }
    }

    @Test func assignmentsWithTheInputsOfOthersAreRefused() throws {
        for lease in [MessageSamples.survey, MessageSamples.tile] {
            let inputs = Assignment.Inputs.layer(clipThresholds: [1], digest: "d")
            #expect(throws: ProtocolError.self) {
                try CoordinatorMessage.assignments([Assignment(lease: lease, inputs: inputs)]).encoded()
            }
            refuses(
                try MalformedFrames.toPeer([[0x12, 0]]) { message in
                    var assignment = WireAssignment()
                    assignment.lease = try WireLease(lease)
                    assignment.inputsBytes = 2
                    message.assignments = .with { $0.assignments = [assignment] }
                })
        }
        let frames = try CoordinatorMessage.assignments([
            Assignment(lease: MessageSamples.layer, inputs: .layer(clipThresholds: [1], digest: "d"))
        ]).encoded()
        refuses([frames[0]])
        refuses([frames[0], Array(frames[1].dropLast())])
        refuses([frames[0], frames[1].dropLast() + [0xFF]])
    }

    @Test func namesThatDoNotFitTheirKindsAreRefused() throws {
        try refusesNames { $0.layers[0].kinds = [0, 2] }
        try refusesNames { $0.layers[0].kinds = [1, 0] }
        try refusesNames { $0.layers[0].kinds = [0, 0] }
        try refusesNames { $0.layers[0].kinds = [0, .max] }
        try refusesNames { $0.layers[0].kinds = [0] }
        try refusesNames { $0.layers[0].names = ["a", String(repeating: "0", count: 257)] }
        try refusesNames { $0.kinds = ["gram", "spectrum"] }
        try refusesNames { $0.kinds = ["ranks", "gram"] }
        try refusesNames { $0.layers = Array(repeating: WireLayerNames(), count: 65) }
    }

    @Test func documentsThatDoNotParseAreRefused() throws {
        for document in ["", "{", "[1]", "{\"a\": 1}"].map({ Array($0.utf8) }) {
            let bulk = document.isEmpty ? [] : [document]
            let count = UInt64(document.count)
            for answer in [
                .statusesBytes(count), .workersBytes(count), .explanationBytes(count), .eventsBytes(count),
                .backlogBytes(count),
                .findings(.with { $0.factsBytes = count }),
            ] as [WireReply.OneOf_Answer] {
                refuses(try MalformedFrames.toPeer(bulk) { message in message.reply = .with { $0.answer = answer } })
            }
        }
        refuses(try MalformedFrames.toPeer { $0.reply = WireReply() })
    }

    @Test func scoresThatCannotBeAreRefused() throws {
        func scores(_ spoil: (inout WireScores) -> Void) throws -> [[UInt8]] {
            var scores = WireScores()
            scores.blocks = [.with { ($0.row, $0.firstColumn, $0.columnCount, $0.scoresBytes) = (0, 0, 1, 8) }]
            spoil(&scores)
            return try MalformedFrames.toPeer([[UInt8](repeating: 0, count: 8)]) { message in
                message.reply = .with { $0.scores = scores }
            }
        }
        #expect(throws: Never.self) { try CoordinatorMessage(frames: try scores { _ in }) }
        refuses(try scores { $0.next = -1 })
        refuses(try scores { $0.blocks[0].columnCount = 0 })
        refuses(try scores { $0.blocks[0].row = .max })
        refuses(try scores { $0.blocks[0].scoresBytes = 16 })
        refuses(try scores { $0.blocks[0].scoresBytes = 7 })
        refuses(try scores { $0.blocks = Array(repeating: $0.blocks[0], count: 2) })
    }

    private func refuses(_ frames: [[UInt8]], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(throws: ProtocolError.self, sourceLocation: sourceLocation) { try CoordinatorMessage(frames: frames) }
    }

    private func refusesNames(
        sourceLocation: SourceLocation = #_sourceLocation, _ spoil: (inout WireBlockNames) -> Void
    ) throws {
        var names = try WireBlockNames([ArtifactNames([.gram: MessageSamples.name(1), .ranks: MessageSamples.name(2)])])
        spoil(&names)
        #expect(throws: ProtocolError.self, sourceLocation: sourceLocation) { try ArtifactNames.list(names) }
    }
}
