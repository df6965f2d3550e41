import SweepModel
import Testing

@testable import SweepProtocol

/// Frames tell numbers apart that compare equal, and equal those that never do: they are compared as well as the messages.
@Suite("Messages come back as they were sent")
struct RoundTripTests {
    @Test(arguments: MessageSamples.fromWorker.indices)
    func whatWorkersSay(_ index: Int) throws {
        let message = MessageSamples.fromWorker[index]
        let frames = try message.encoded()
        guard case .worker(let received) = try PeerMessage(frames: frames) else {
            Issue.record("no worker says this any more")
            return
        }
        #expect(try received.encoded() == frames)
        if !"\(message)".contains("nan") { #expect(received == message) }
    }

    @Test(arguments: MessageSamples.requests.indices)
    func whatClientsAsk(_ index: Int) throws {
        let request = MessageSamples.requests[index]
        for number in [0, 1, UInt64.max] {
            let frames = try request.encoded(number: number)
            #expect(try PeerMessage(frames: frames) == .client(number: number, request))
            #expect(try request.encoded(number: number) == frames)
        }
    }

    @Test(arguments: MessageSamples.fromCoordinator.indices)
    func whatTheCoordinatorSays(_ index: Int) throws {
        let message = MessageSamples.fromCoordinator[index]
        let frames = try message.encoded()
        let received = try CoordinatorMessage(frames: frames)
        #expect(try received.encoded() == frames)
        if !"\(message)".contains("nan") { #expect(received == message) }
    }

    @Test func aLayersNumbersKeepEveryBit() throws {
        let sent = MessageSamples.constantLayer.diagnostics
        let outcome = MessageSamples.outcome(MessageSamples.layer, .layer(MessageSamples.constantLayer))
        guard
            case .worker(.outcomes(let outcomes)) = try PeerMessage(frames: WorkerMessage.outcomes([outcome]).encoded()),
            case .layer(let layer) = outcomes.first?.result,
            case .reply(_, .findings(let findings)) = try CoordinatorMessage(
                frames: CoordinatorMessage.reply(
                    number: 1, .findings(MessageSamples.findings([], [MessageSamples.constantLayer]))
                ).encoded())
        else {
            Issue.record("the layer is lost")
            return
        }
        for received in [layer.diagnostics, try #require(findings.layers[0]).diagnostics] {
            #expect(received.effectiveRank.bitPattern == sent.effectiveRank.bitPattern)
            #expect(received.clippedShare.sign == .minus)
            #expect(received.meanCosine.isNaN && received.isConstant)
        }
        #expect(findings.tileSeconds.sign == .minus)
        #expect(findings.layerSeconds == 1e-300 && findings.wallSeconds == 1.0 / 3)
    }

    @Test func documentsKeepSignsAndTinyNumbers() throws {
        let frames = try CoordinatorMessage.reply(number: 1, .statuses([MessageSamples.oddStatus])).encoded()
        guard case .reply(_, .statuses(let statuses)) = try CoordinatorMessage(frames: frames) else {
            Issue.record("the reply is no list of statuses any more")
            return
        }
        #expect(statuses[0].submitted.bitPattern == (-0.0).bitPattern)
        #expect(statuses[0].flops == .leastNonzeroMagnitude && statuses[0].remainingSeconds == .infinity)
    }

    /// Dictionaries of equal contents come in different orders.
    @Test func equalMessagesAreEqualBytes() throws {
        let kinds = (1...40).map { ArtifactKind.rbf(bandwidth: Double($0)) }
        func names(_ kinds: some Sequence<ArtifactKind>, capacity: Int) -> [ArtifactKind: String] {
            var names: [ArtifactKind: String] = [:]
            names.reserveCapacity(capacity)
            for kind in kinds { names[kind] = MessageSamples.name(kind.name.count) }
            return names
        }
        let (some, others) = (names(kinds, capacity: 0), names(kinds.reversed(), capacity: 1000))
        let summaries = [some, others].map {
            LayerSummary(
                diagnostics: MessageSamples.layers[0].diagnostics, neighbourhood: nil,
                chanceFactors: $0.mapValues { Double($0.utf8.count) }, artifacts: $0)
        }
        let outcomes = try summaries.map {
            try WorkerMessage.outcomes([MessageSamples.outcome(MessageSamples.layer, .layer($0))]).encoded()
        }
        #expect(outcomes[0] == outcomes[1])
        let blocks = try [some, others].map {
            try CoordinatorMessage.names(
                MessageSamples.one, block: 0, isColumn: false, generation: 0, [ArtifactNames($0)]
            ).encoded()
        }
        #expect(blocks[0] == blocks[1])
        let found = try summaries.map {
            try CoordinatorMessage.reply(number: 1, .findings(MessageSamples.findings([], [$0]))).encoded()
        }
        #expect(found[0] == found[1])
    }
}
