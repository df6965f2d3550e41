import SweepModel
import SwiftProtobuf
import Testing

@testable import SweepProtocol

@Suite("What no worker can say")
struct WorkerMessageCodingTests {
    @Test func nothingIsNoMessage() {
        for frames in [[], [[]], [[], [0]]] as [[[UInt8]]] {
            #expect(throws: ProtocolError.self) { try PeerMessage(frames: frames) }
        }
    }

    @Test func aMessageOfAnotherKindIsRefused() throws {
        // Fields 3 and 100, which no message of this version has.
        for frame in [[0x1A, 0], [0xA2, 0x06, 0]] as [[UInt8]] {
            #expect(throws: saysNothing) { try PeerMessage(frames: [frame]) }
        }
    }

    @Test func aControlFrameBeyondTheLimitIsRefused() throws {
        // A text that is dropped as unknown, behind a goodbye.
        let padding = [UInt8](repeating: 0, count: ProtocolLimits.frameBytes)
        let frame = [0x22, 0x00, 0xA2, 0x06, 0x80, 0x80, 0x40] + padding
        #expect(throws: ProtocolError.self) { try PeerMessage(frames: [frame]) }
    }

    @Test(arguments: [Double.nan, .infinity, -0.5, 1e10, -.infinity])
    func secondsAndOperationsThatNothingTakesAreRefused(_ odd: Double) throws {
        refuses(try MalformedFrames.outcome { $0.seconds = odd })
        refuses(try MalformedFrames.outcome { $0.flops = odd * 1e20 })
        var hello = MessageSamples.hello
        hello.secondsLeft = odd
        #expect(throws: ProtocolError.self) { try WorkerMessage.hello(hello).encoded() }
        refuses(
            try MalformedFrames.toCoordinator { message in
                message.hello = try WireHello(MessageSamples.hello)
                message.hello.secondsLeft = odd
            })
    }

    @Test func outcomesOfOtherLengthsThanTheBulkFramesAreRefused() throws {
        let eight = [UInt8](repeating: 0, count: 8)
        for announced in [0, 1, 7, 16, 1 << 40, .max] as [UInt64] {
            refuses(try MalformedFrames.outcome([eight]) { $0.resultBytes = announced })
        }
        refuses(try MalformedFrames.outcome([Array(eight[..<7])]) { _ in })
        refuses(try MalformedFrames.outcome([Array(eight[..<4]), Array(eight[4...])]) { _ in })
        let two = try MalformedFrames.toCoordinator([eight, eight]) { message in
            var outcome = WireOutcome()
            outcome.part = try WireLease(MessageSamples.tile)
            outcome.resultBytes = .max
            message.outcomes = .with { $0.outcomes = [outcome, outcome] }
        }
        refuses(two)
    }

    @Test func moreItemsThanAMessageMayHaveAreRefused() throws {
        let leases = Array(repeating: try WireLease(MessageSamples.tile), count: ProtocolLimits.items + 1)
        refuses(
            try MalformedFrames.toCoordinator { message in
                message.hello = try WireHello(MessageSamples.hello)
                message.hello.held = leases
            })
        refuses(
            try MalformedFrames.toCoordinator { message in
                message.heartbeat = .with { $0.held = Array(repeating: 1, count: leases.count) }
            })
        refuses(
            try MalformedFrames.toCoordinator { message in
                message.outcomes = .with { outcomes in
                    outcomes.outcomes = leases.map { lease in .with { $0.part = lease } }
                }
            })
    }

    @Test func resultsThatDoNotParseAreRefused() throws {
        let nonsense = [UInt8](repeating: 0xFF, count: 8)
        for lease in MessageSamples.leases {
            refuses(
                try MalformedFrames.outcome([nonsense]) { outcome in
                    outcome.part = try WireLease(lease)
                    outcome.isFailure = true
                })
        }
        for lease in [MessageSamples.survey, MessageSamples.layer] {
            refuses(try MalformedFrames.outcome([nonsense]) { $0.part = try WireLease(lease) })
        }
    }

    @Test func resultsThatDoNotFitTheirWorkAreNotSent() {
        let misfits: [(Lease, LeaseOutcome.Result)] = [
            (MessageSamples.layer, .survey(MessageSamples.surveys[0])),
            (MessageSamples.tile, .layer(MessageSamples.layers[0])),
            (MessageSamples.survey, .tiles([])), (MessageSamples.tile, .tiles([1, 2, 3])),
        ]
        for (lease, result) in misfits {
            #expect(throws: ProtocolError.self) {
                try WorkerMessage.outcomes([MessageSamples.outcome(lease, result)]).encoded()
            }
        }
    }

    @Test func impossibleSurveysAreRefused() throws {
        for threshold in [.nan, -1, -.infinity] as [Double] {
            refusesSurvey { $0.clipThresholds = [0, threshold] }
        }
        refusesSurvey { $0.layerDigests = [String(repeating: "0", count: 257)] }
        refusesSurvey { $0.warnings = ["", String(repeating: "0", count: 65_537)] }
    }

    @Test func impossibleLayersAreRefused() throws {
        for kinds in [
            ["spectrum"], ["rbf_b1.0"], ["rbf_b0"], ["rbf_bnan"], [""], ["gram", "gram"], ["ranks", "gram"],
        ] {
            let names = kinds.map { _ in MessageSamples.artifact }
            refusesLayer { ($0.artifactKinds, $0.artifactNames) = (kinds, names) }
            refusesLayer { ($0.chanceKinds, $0.chanceFactors) = (kinds, kinds.map { _ in 1 }) }
        }
        refusesLayer { $0.artifactKinds = ["gram"] }
        refusesLayer { $0.artifactNames = [MessageSamples.artifact] }
        refusesLayer { $0.chanceFactors = [1] }
        // They become paths.
        for name in [
            "", "gram", "../../../etc/passwd", String(repeating: "0", count: 33), String(repeating: "G", count: 32),
        ] {
            refusesLayer { ($0.artifactKinds, $0.artifactNames) = (["gram"], [name]) }
        }
        refusesLayer { $0.neighbourhood.largestInDegree = .max }
        refusesLayer { $0.neighbourhood.tiedShares = Array(repeating: 0, count: ProtocolLimits.metrics + 1) }
    }

    @Test func textsBeyondTheLimitAreRefused() throws {
        let long = String(repeating: "x", count: 65_537)
        for path in [\WireFailure.what, \.place, \.advice] {
            refuses(
                try MalformedFrames.toCoordinator { message in
                    message.unfit = .with {
                        $0.sweep = 1
                        $0.why[keyPath: path] = long
                    }
                })
        }
        refuses(try MalformedFrames.toCoordinator { message in message.unfit = .with { $0.why = WireFailure() } })
    }

    @Test func workersWithoutAPossibleNameAreRefused() throws {
        let long = String(repeating: "x", count: 257)
        for path in [\WireHello.workerID, \.host, \.blasCore, \.software] {
            refuses(try hello { $0[keyPath: path] = long })
        }
        refuses(try hello { $0.workerID = "" })
        refuses(try hello { $0.processID = -1 })
        var mute = MessageSamples.hello
        mute.workerID = ""
        #expect(throws: ProtocolError.self) { try WorkerMessage.hello(mute).encoded() }
    }

    private func hello(_ spoil: (inout WireHello) -> Void) throws -> [[UInt8]] {
        try MalformedFrames.toCoordinator { message in
            message.hello = try WireHello(MessageSamples.hello)
            spoil(&message.hello)
        }
    }

    private func refuses(_ frames: [[UInt8]], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(throws: ProtocolError.self, sourceLocation: sourceLocation) { try PeerMessage(frames: frames) }
    }

    private func refusesSurvey(
        sourceLocation: SourceLocation = #_sourceLocation, _ spoil: (inout WireSurvey) -> Void
    ) {
        var survey = WireSurvey()
        spoil(&survey)
        #expect(throws: ProtocolError.self, sourceLocation: sourceLocation) { try ModelSurvey(survey) }
    }

    private func refusesLayer(
        sourceLocation: SourceLocation = #_sourceLocation, _ spoil: (inout WireLayerArtifacts) -> Void
    ) {
        var layer = WireLayerArtifacts()
        spoil(&layer)
        #expect(throws: ProtocolError.self, sourceLocation: sourceLocation) { try LayerSummary(layer) }
    }
}
