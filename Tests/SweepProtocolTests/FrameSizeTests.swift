import SweepModel
import Testing

@testable import SweepProtocol

@Suite("No frame is larger than 1 MiB")
struct FrameSizeTests {
    private static let largePlan = SweepPlan(
        sampleCount: 1000,
        models: (0..<100).map { model in
            (
                "model \(model)", "/stores/\(model).h5", 1,
                (0..<1000).map { ($0, "a layer whose name is rather long, and nearly as long as a line \($0)", 8) }
            )
        },
        xModels: Array(0..<100), yModels: nil, metrics: [Metric(kind: .cka)])
    private static let large = MessageSamples.context(largePlan)
    private static let dossier = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    @Test func contextsAndDossiersOfMegabytes() throws {
        #expect(Self.large.encoded().count > 5_000_000)
        let submission = Submission(
            name: "large", priority: 0, spec: String(repeating: "x", count: 2_000_000), workerBytes: 0,
            context: Self.large, dossier: Self.dossier)
        let frames = try ClientRequest.submit(submission).encoded(number: 1)
        try check(frames)
        #expect(try PeerMessage(frames: frames) == .client(number: 1, .submit(submission)))
        let sweep = try CoordinatorMessage.sweep(MessageSamples.one, Self.large).encoded()
        try check(sweep)
        #expect(try CoordinatorMessage(frames: sweep) == .sweep(MessageSamples.one, Self.large))
    }

    @Test func findingsOfManyLayers() throws {
        let findings = MessageSamples.findings(
            MessageSamples.surveys, (0..<10_000).map { MessageSamples.layers[$0 % 2] }, dossier: Self.dossier)
        let reply = CoordinatorMessage.reply(number: 1, .findings(findings))
        let frames = try reply.encoded()
        try check(frames)
        #expect(try CoordinatorMessage(frames: frames) == reply)
    }

    @Test func messagesOfAsManyItemsAsThereMayBe() throws {
        let items = ProtocolLimits.items
        let lease = MessageSamples.run
        let many = Array(repeating: lease, count: items)
        var hello = MessageSamples.hello
        hello.held = many
        try check(try WorkerMessage.hello(hello).encoded(), bulk: false)
        try check(
            try WorkerMessage.heartbeat(progress: 0, held: Array(repeating: .max, count: items)).encoded(), bulk: false)
        try check(try CoordinatorMessage.acknowledgement(many).encoded(), bulk: false)
        try check(
            try WorkerMessage.outcomes(many.map { MessageSamples.outcome($0, .tiles(MessageSamples.scores(33))) })
                .encoded())
        let inputs = Assignment.Inputs.layer(clipThresholds: Array(repeating: 1, count: 100), digest: "digest")
        try check(
            try CoordinatorMessage.assignments(
                Array(repeating: Assignment(lease: MessageSamples.layer, inputs: inputs), count: items)
            ).encoded())
        let block = TileScores(row: 1_048_575, columns: 1_048_575..<1_048_576, bytes: MessageSamples.scores(33))
        try check(
            try CoordinatorMessage.reply(number: .max, .scores(Array(repeating: block, count: items), next: .max))
                .encoded())
    }

    @Test func namesOfABlockWithManyKinds() throws {
        let kinds = (1...500).map { ArtifactKind.rbf(bandwidth: Double($0)) }
        let layer = ArtifactNames(
            Dictionary(uniqueKeysWithValues: kinds.map { ($0, String(repeating: "f", count: 32)) }))
        let message = CoordinatorMessage.names(
            MessageSamples.one, block: 3, isColumn: true, generation: 0, Array(repeating: layer, count: TileGrid.edge))
        let frames = try message.encoded()
        try check(frames)
        #expect(try CoordinatorMessage(frames: frames) == message)
    }

    @Test func oneItemTooManyIsNotSent() {
        let many = Array(repeating: MessageSamples.tile, count: ProtocolLimits.items + 1)
        var hello = MessageSamples.hello
        hello.held = many
        let outcomes = many.map { MessageSamples.outcome($0, .tiles([])) }
        for message in [.hello(hello), .heartbeat(progress: 0, held: many.map(\.number)), .outcomes(outcomes)]
            as [WorkerMessage]
        {
            #expect(throws: ProtocolError.self) { try message.encoded() }
        }
        let blocks = many.map { _ in TileScores(row: 0, columns: 0..<1, bytes: []) }
        for message in [
            .acknowledgement(many), .assignments(many.map { Assignment(lease: $0, inputs: .tiles(generation: .max)) }),
            .reply(number: 0, .scores(blocks, next: nil)),
        ] as [CoordinatorMessage] {
            #expect(throws: ProtocolError.self) { try message.encoded() }
        }
    }

    /// However long a complaint is, it reaches whoever has to read it.
    @Test func longWordsAreShortenedAndNotLost() throws {
        let long = "a" + String(repeating: "é", count: 500_000)
        let complaint = Complaint(.work, long, at: long, advice: long)
        let sent = WorkerMessage.outcomes([MessageSamples.outcome(MessageSamples.tile, .failure(complaint))])
        guard case .worker(.outcomes(let outcomes)) = try PeerMessage(frames: try sent.encoded()),
            case .failure(let read) = outcomes.first?.result,
            case .refusal(let reason) = try CoordinatorMessage(frames: CoordinatorMessage.refusal(long).encoded())
        else {
            Issue.record("the complaint is lost")
            return
        }
        for words in [read.what, read.place, read.advice, reason] {
            #expect(words.hasPrefix("aéé") && words.hasSuffix("é…"))
            #expect((65_534...65_536).contains(words.utf8.count))
        }
        let fitting = String(repeating: "é", count: 32_768)
        #expect(Checked.shortened(fitting) == fitting)
    }

    private func check(_ frames: [[UInt8]], bulk: Bool = true, sourceLocation: SourceLocation = #_sourceLocation) throws
    {
        #expect(frames.allSatisfy { $0.count <= 1 << 20 }, sourceLocation: sourceLocation)
        #expect((frames.count > 1) == bulk, sourceLocation: sourceLocation)
        #expect(frames.count <= ProtocolLimits.parts, sourceLocation: sourceLocation)
    }
}
