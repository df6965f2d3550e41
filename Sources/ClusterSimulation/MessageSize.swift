internal import SweepModel
internal import SweepProtocol

/// About how many bytes messages take on the wire: writing each of millions out only to count them would take longer than everything else.
/// Tests hold them to what messages take when they are written.
enum MessageSize {
    /// Of whatever is small: a frame's head, the kind of message and a few numbers.
    private static let base = 24
    private static let lease = 12
    /// A digest or the name of an artifact, with its tag.
    private static let digest = 34

    static func of(_ message: WorkerMessage) -> Int {
        switch message {
        case .hello(let hello): base + 50 + hello.held.count * lease
        case .heartbeat(_, let held): base + held.count * 5
        case .outcomes(let outcomes): outcomes.reduce(base) { $0 + of($1) }
        case .unfit, .leaving, .artifact, .goodbye: base
        }
    }

    private static func of(_ outcome: LeaseOutcome) -> Int {
        switch outcome.result {
        case .survey(let survey):
            lease + base + survey.clipThresholds.count * 8 + survey.layerDigests.count * digest
        case .layer(let summary): lease + base + 60 + summary.artifacts.count * (digest + 16)
        case .step, .failure: lease + base
        case .tiles(let scores): lease + base + scores.count
        }
    }

    /// - Parameter contextBytes: those of a sweep's context.
    static func of(_ message: CoordinatorMessage, contextBytes: Int) -> Int {
        switch message {
        case .welcome(let welcome): base + welcome.artifactDirectory.utf8.count + welcome.artifactToken.utf8.count
        case .sweep: base + contextBytes
        case .names(_, _, _, _, let layers): layers.reduce(base) { $0 + 6 + $1.names.count * (digest + 1) }
        case .assignments(let given): given.reduce(base) { $0 + lease + of($1.inputs) }
        case .acknowledgement(let parts): base + parts.count * lease
        case .refusal, .shrink, .closed, .shutdown, .ping, .introduce, .allowance, .artifact, .reply: base
        }
    }

    private static func of(_ inputs: Assignment.Inputs) -> Int {
        switch inputs {
        case .survey, .tiles: 4
        case .layer(let thresholds, _): digest + 8 + thresholds.count * 8
        }
    }
}
