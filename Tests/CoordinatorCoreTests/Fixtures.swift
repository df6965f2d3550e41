import SweepModel
import SweepProtocol

@testable import CoordinatorCore

extension SweepPlan {
    /// A plan of models with so many layers each; model i has `bytes[i]` bytes, ascending where left out.
    static func fixture(
        layers: [Int], bytes: [Int]? = nil, samples: Int = 100, width: Int = 8, x: [Int]? = nil, y: [Int]? = nil,
        metrics: [Metric] = [Metric(kind: .mutualKNN, k: 10)], curves: [MetricCurve] = [],
        permutations: PermutationPlan? = nil
    ) -> SweepPlan {
        SweepPlan(
            sampleCount: samples,
            models: layers.enumerated().map { model, count in
                (
                    "model \(model)", "/\(model).h5", bytes?[model] ?? 1000 * (model + 1),
                    (0..<count).map { ($0, "layer \($0)", width) }
                )
            },
            xModels: x ?? Array(layers.indices), yModels: y, metrics: metrics, curves: curves,
            permutations: permutations)
    }
}

extension SweepContext {
    static func fixture(_ plan: SweepPlan) -> SweepContext {
        SweepContext(plan: plan, sampleDigest: "digest", sampleStore: "/0.h5", clip: .quantile(0.95), normalize: .l2)
    }
}

extension Submission {
    static func fixture(
        _ plan: SweepPlan, name: String = "sweep", priority: Int32 = 0, workerBytes: UInt64 = 1 << 20
    ) -> Submission {
        Submission(
            name: name, priority: priority, spec: "name: \(name)\n", workerBytes: workerBytes, context: .fixture(plan),
            dossier: [1, 2, 3])
    }
}

extension WorkerHello {
    static func fixture(
        _ id: String = "worker", processID: Int64 = 1, host: String = "host", blasCore: String = "Haswell",
        memoryBytes: UInt64 = 1 << 30, secondsLeft: Double? = nil, held: [Lease] = [], threads: Int = 1,
        processors: Int = 1
    ) -> WorkerHello {
        WorkerHello(
            software: "platonic test", workerID: id, host: host, processID: processID, blasCore: blasCore,
            memoryBytes: memoryBytes, secondsLeft: secondsLeft, held: held, threads: threads,
            processors: processors)
    }
}

extension LayerSummary {
    /// A summary with everything that the plan needs.
    static func fixture(_ plan: SweepPlan, layer: Int = 0, isConstant: Bool = false) -> LayerSummary {
        let zeros = plan.neighbourCounts.map { _ in 0.0 }
        let hasLists = plan.longestNeighbourList != nil && !isConstant
        let label = plan.label(ofLayer: layer)
        return LayerSummary(
            diagnostics: .init(clippedShare: 0, isConstant: isConstant, effectiveRank: 1, meanCosine: 0),
            neighbourhood: hasLists ? .init(tiedShares: zeros, cycleChances: zeros, largestInDegree: 1) : nil,
            chanceFactors: [:],
            artifacts: isConstant
                ? [:] : Dictionary(uniqueKeysWithValues: plan.artifactKinds.map { ($0, "\($0.name) of \(label)") }))
    }
}

/// What an honest worker finds.
enum HonestWork {
    static func survey(_ plan: SweepPlan, model: Int) -> ModelSurvey {
        ModelSurvey(
            clipThresholds: [1], layerDigests: plan.models[model].layers.map { "digest \($0)" }, warnings: [])
    }

    /// What the scores of a tile consist of, and of one for which some layer had no artifacts.
    static let whole: UInt8 = 7
    static let partial: UInt8 = 6

    static func scores(_ plan: SweepPlan, row: Int, columns: Range<Int>, value: UInt8 = whole) -> [UInt8] {
        [UInt8](repeating: value, count: columns.reduce(0) { $0 + 8 * plan.tileValueCount(row: row, column: $1) })
    }

    static func outcome(_ lease: Lease, _ plan: SweepPlan, seconds: Double = 0.1) -> LeaseOutcome {
        let result: LeaseOutcome.Result =
            switch lease.work {
            case .survey(let model): .survey(survey(plan, model: model))
            case .layer(let layer): .layer(.fixture(plan, layer: layer))
            case .step: .step
            case .tiles(let row, let columns): .tiles(scores(plan, row: row, columns: columns))
            }
        return LeaseOutcome(part: lease, result: result, seconds: seconds, flops: 1)
    }
}

extension Complaint {
    static func work(_ what: String = "no memory", at place: String = "host") -> Complaint {
        Complaint(.work, what, at: place, advice: "try again")
    }

    static func request(_ what: String = "not a store", at place: String = "/0.h5") -> Complaint {
        Complaint(.request, what, at: place, advice: "write it again")
    }
}

extension Peer: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: UInt32) { self.init(number: value) }

    init(number: UInt32) { self.init(routingID: withUnsafeBytes(of: number.bigEndian) { Array($0) }) }
}
