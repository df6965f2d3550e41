import ArgumentParser
import Foundation
import KeyStore
import SweepModel
import SweepProtocol
import SweepRuntime
import ZeroMQ

/// How to reach the coordinator.
struct ConnectionOptions: ParsableArguments {
    @Option var connect: String
    @Option var keys: String?

    /// A DEALER that is connected, or soon will be.
    func socket(in context: borrowing MessagingContext) throws -> Socket {
        var options = SocketOptions()
        options.linger = .milliseconds(200)
        options.sendHighWaterMark = 0
        options.receiveHighWaterMark = 0
        options.reconnectIntervalMax = .seconds(2)
        let endpoint = try endpoint()
        if let keys, endpoint.hasPrefix("tcp://") { options.security = try ClientKeys(keys).security }
        let socket = try Socket(.dealer, in: context, options: options)
        try socket.connect(endpoint)
        return socket
    }

    func endpoint() throws -> String {
        guard let endpoint = try EndpointArgument(connect).resolve() else { throw ValidationError("no endpoint yet") }
        return endpoint
    }
}

/// Prints numbers as one line of JSON.
func printJSON(_ values: [String: Double]) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    if let data = try? encoder.encode(values) { print(String(decoding: data, as: UTF8.self)) }
}

/// Lets this process have as many connections as it may.
func raiseOpenFiles() {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}

let generousLimits = MessageLimits(maxParts: ProtocolLimits.parts, maxBytes: ProtocolLimits.messageBytes)

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

/// A sweep without metrics: tiles take no time and have no scores.
func emptyPlan(tiles: Int) -> SweepPlan {
    var edge = 1
    while edge * (edge + 1) / 2 < tiles { edge += 1 }
    let models = max(1, edge * 64 / 640)
    let perModel = (edge * 64 + models - 1) / models
    let layers = (0..<perModel).map { (index: $0, name: "l\($0)", width: 1) }
    return SweepPlan(
        sampleCount: 4, models: (0..<models).map { (name: "m\($0)", path: "/m\($0).h5", bytes: 1, layers: layers) },
        xModels: Array(0..<models), yModels: nil, metrics: [])
}

func emptySubmission(tiles: Int) -> Submission {
    let context = SweepContext(
        plan: emptyPlan(tiles: tiles), sampleDigest: "d", sampleStore: "/m0.h5", clip: .none, normalize: .none)
    return Submission(name: "empty", priority: 0, spec: "name: empty\n", workerBytes: 1, context: context, dossier: [])
}

/// What a worker finds in no time.
func emptyOutcome(_ lease: Lease, _ context: SweepContext) -> LeaseOutcome {
    let result: LeaseOutcome.Result =
        switch lease.work {
        case .survey(let model):
            .survey(
                ModelSurvey(
                    clipThresholds: [1], layerDigests: context.plan.models[model].layers.map { _ in "d" }, warnings: [])
            )
        case .layer:
            .layer(
                LayerSummary(
                    diagnostics: .init(clippedShare: 0, isConstant: false, effectiveRank: 1, meanCosine: 0),
                    neighbourhood: nil, chanceFactors: [:], artifacts: [:]))
        case .step: .step
        case .tiles: .tiles([])
        }
    return LeaseOutcome(part: lease, result: result, seconds: 1e-6 * Double(lease.work.count), flops: 0)
}
