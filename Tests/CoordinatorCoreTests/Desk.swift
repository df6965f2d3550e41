import SweepModel
import SweepProtocol
import Testing

@testable import CoordinatorCore

/// A coordinator, a manual clock, and notes of everything that it wanted done.
///
/// Two rules hold in every test: attempt numbers of an item only go up, and a sweep ends once.
struct Desk {
    let context: SweepContext
    private(set) var coordinator: SweepCoordinator
    var now = Duration.zero
    /// What each peer was given and the test has not answered yet, in order.
    private(set) var held: [Peer: [Assignment]] = [:]
    /// Every assignment ever made, in order.
    private(set) var assigned: [(peer: Peer, assignment: Assignment)] = []
    private(set) var commits: [WorkItem] = []
    private(set) var sent: [(peer: Peer, message: CoordinatorMessage)] = []
    private(set) var reports: [CoordinatorEffect.Report] = []
    private(set) var ending: SweepEnding?
    private var latestNumber: [WorkItem: UInt32] = [:]

    init(_ plan: SweepPlan) {
        context = SweepContext(
            plan: plan, artifactDirectory: "/artifacts", artifactToken: "token", sampleDigest: "digest",
            sampleStore: "/a.h5",
            clip: .quantile(0.95), normalize: .l2)
        coordinator = SweepCoordinator(context: context)
    }

    var ledger: SweepLedger { coordinator.ledger }
    var plan: SweepPlan { context.plan }

    mutating func handle(_ event: CoordinatorEvent) {
        for effect in coordinator.handle(event, now: now) {
            switch effect {
            case .send(let message, let peer):
                sent.append((peer, message))
                if case .assignment(let assignment) = message { note(assignment, peer) }
            case .commit(let row, let column, _): commits.append(.tile(row: row, column: column))
            case .report(let report): reports.append(report)
            case .finish(let ending):
                #expect(self.ending == nil, "a sweep ends once")
                self.ending = ending
            }
        }
    }

    private mutating func note(_ assignment: Assignment, _ peer: Peer) {
        let attempt = assignment.attempt
        #expect(attempt.number > latestNumber[attempt.item, default: 0], "\(attempt.item) is not fenced")
        #expect(ending == nil, "\(attempt.item) is handed out after the end")
        latestNumber[attempt.item] = attempt.number
        held[peer, default: []].append(assignment)
        assigned.append((peer, assignment))
    }

    // MARK: Workers

    mutating func join(_ peer: Peer, processID: Int64 = 0) {
        held[peer] = nil
        handle(.message(from: peer, .hello(.fixture(processID: processID))))
    }

    /// The worker answers the item that it was given first.
    mutating func answer(_ peer: Peer, _ result: AttemptOutcome.Result? = nil) {
        guard let assignment = held[peer]?.first else {
            Issue.record("\(peer) has nothing to answer")
            return
        }
        held[peer]?.removeFirst()
        deliver(assignment.attempt, result ?? honestResult(of: assignment.attempt.item), from: peer)
    }

    mutating func deliver(_ attempt: Attempt, _ result: AttemptOutcome.Result, from peer: Peer) {
        handle(.message(from: peer, .outcome(AttemptOutcome(attempt: attempt, result: result, seconds: 1, flops: 10))))
    }

    /// The workers answer honestly, one item each in turn, until the sweep ends or nobody has anything to do.
    mutating func work(_ peers: [Peer], while isWanted: (Desk) -> Bool = { _ in true }) {
        var isIdle = false
        while ending == nil, !isIdle {
            isIdle = true
            for peer in peers where ending == nil && held[peer]?.isEmpty == false {
                guard isWanted(self) else { return }
                answer(peer)
                isIdle = false
            }
        }
    }

    /// What an honest worker finds.
    func honestResult(of item: WorkItem) -> AttemptOutcome.Result {
        switch item {
        case .survey(let model):
            .survey(
                ModelSurvey(
                    clipThresholds: [Double(model) + 0.5],
                    layerDigests: plan.models[model].layers.map { "digest \($0)" },
                    warnings: []))
        case .layer(let layer): .layer(.fixture(plan, layer: layer))
        case .tile(let row, let column): .tile(.fixture(plan, row: row, column: column))
        }
    }

    func messages(to peer: Peer) -> [CoordinatorMessage] { sent.filter { $0.peer == peer }.map(\.message) }

    func items(of peer: Peer) -> [WorkItem] { assigned.filter { $0.peer == peer }.map(\.assignment.attempt.item) }
}

extension Peer: CustomTestStringConvertible, ExpressibleByIntegerLiteral {
    package init(integerLiteral value: UInt8) { self.init(routingID: [value]) }
    package var testDescription: String { "peer \(routingID)" }
}

extension WorkerHello {
    static func fixture(
        protocolVersion: UInt32 = SweepProtocol.protocolVersion,
        algorithmVersion: UInt32 = SweepProtocol.algorithmVersion,
        host: String = "host", processID: Int64 = 0, blasCore: String = "Haswell"
    ) -> WorkerHello {
        WorkerHello(
            protocolVersion: protocolVersion, algorithmVersion: algorithmVersion, host: host, processID: processID,
            blasCore: blasCore, memoryBytes: 1 << 30)
    }
}

extension TileScores {
    static func fixture(_ plan: SweepPlan, row: Int, column: Int) -> TileScores {
        let layout = TileLayout(plan, row: row, column: column)
        return TileScores(
            matrices: layout.matrices.count, rows: layout.rows.count, columns: layout.columns.count,
            values: Array(repeating: 0.5, count: layout.matrixValueCount + layout.curveValueCount))
    }
}

extension LayerSummary {
    /// A summary with everything that the plan needs, but `tiedShares`, `cycleChances` and what is `missing`.
    static func fixture(
        _ plan: SweepPlan, layer: Int = 0, tiedShares: [Double]? = nil, cycleChances: [Double]? = nil,
        missing: Set<ArtifactKind> = [], isConstant: Bool = false
    ) -> LayerSummary {
        let zeros = plan.neighbourCounts.map { _ in 0.0 }
        let kinds = plan.artifactKinds.filter { !missing.contains($0) }
        let hasLists = plan.longestNeighbourList != nil && !isConstant
        return LayerSummary(
            diagnostics: .init(clippedShare: 0, isConstant: isConstant, effectiveRank: 1, meanCosine: 0),
            neighbourhood: hasLists
                ? .init(tiedShares: tiedShares ?? zeros, cycleChances: cycleChances ?? zeros, largestInDegree: 1) : nil,
            chanceFactors: [:],
            artifacts: isConstant ? [:] : Dictionary(uniqueKeysWithValues: kinds.map { ($0, "\($0.name) \(layer)") }))
    }
}

extension SweepPlan {
    /// A plan of models with so many layers each; model i has `bytes[i]` bytes, ascending where left out.
    static func fixture(
        layers: [Int], bytes: [Int]? = nil, x: [Int]? = nil, y: [Int]? = nil,
        metrics: [Metric] = [Metric(kind: .mutualKNN, k: 10)], curves: [MetricCurve] = []
    ) -> SweepPlan {
        SweepPlan(
            sampleCount: 100,
            models: layers.enumerated().map { model, count in
                (
                    "model \(model)", "/\(model).h5", bytes?[model] ?? 1000 * (model + 1),
                    (0..<count).map { ($0, "layer \($0)", 8) }
                )
            },
            xModels: x ?? Array(layers.indices), yModels: y, metrics: metrics, curves: curves)
    }
}

extension Complaint {
    static func work(_ what: String = "no memory", at place: String = "host") -> Complaint {
        Complaint(.work, what, at: place, advice: "try again")
    }
}
