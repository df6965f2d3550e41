import SweepCost
import SweepModel
import SweepProtocol
import Testing
import WorkerCore

@testable import ClusterSimulation

@Suite("Parts of a simulated cluster")
struct ModelTests {
    @Test func eventsComeInTheOrderOfTheirTimesAndThenOfArrival() {
        var queue = EventQueue<Double, Int>()
        for (event, time) in [3.0, 1, 2, 1, 0].enumerated() { queue.add(event, at: time) }
        var order: [Int] = []
        while let (_, event) = queue.take() { order.append(event) }
        #expect(order == [4, 1, 3, 2, 0])
    }

    @Test func aLinkCarriesOneThingAfterTheOther() {
        var link = Link(rate: 100)
        var ends = [link.carry(100, 0), link.carry(100, 0.5)]
        #expect(ends == [1, 2])
        // Messages go between, one after the other, and delay what comes after them.
        ends = [link.slip(50, 1), link.slip(10, 1), link.carry(100, 1)]
        #expect(ends == [1.5, 1.6, 3.6])
        let late = link.carry(100, 10)
        #expect(late == 11)
    }

    @Test func aHostForgetsWhatItReadFirst() {
        let shape = ClusterShape(
            hosts: 1, workersPerHost: 1, bandwidth: 1, latency: 0, diskRate: 1, sharesArtifacts: true,
            pageCacheBytes: 10)
        let host = HostModel(shape)
        let misses = [(0, 6), (0, 6), (1, 4), (0, 6), (2, 4), (0, 6), (3, 11), (3, 11)].map {
            host.misses(layer: $0.0, bytes: $0.1)
        }
        #expect(misses == [true, false, true, false, true, true, true, true])
    }

    @Test func aWorkerForgetsTheBlockThatItUsedLeastRecently() {
        var kept = KeptBlocks()
        let misses = [0, 1, 0, 2, 1, 2].map { kept.misses($0, bytes: 5, limit: 10) }
        #expect(misses == [true, true, false, true, true, false])
    }

    /// What is guessed of a message's bytes, and what it takes when it is written, are near to each other.
    @Test func messagesAreAboutAsLongAsTheyAreTakenToBe() throws {
        let plan = SweepPlan(
            sampleCount: 100,
            models: [
                (
                    name: "model", path: "/m.h5", bytes: 1000,
                    layers: (0..<100).map { (index: $0, name: "layer \($0)", width: 8) }
                )
            ], xModels: [0], yModels: nil, metrics: [Metric(kind: .mutualKNN, k: 10), Metric(kind: .cka)])
        let context = SweepContext(
            plan: plan, sampleDigest: "d", sampleStore: "/m.h5", clip: .quantile(0.95), normalize: .l2)
        let findings = StandInFindings(plan)
        func outcome(_ work: LeasedWork) -> LeaseOutcome {
            findings.outcome(of: Lease(sweep: SweepID(1), number: 1 << 32 + 7, work: work), seconds: 0.37)
        }
        let worker: [WorkerMessage] = [
            .outcomes([outcome(.survey(model: 0))]), .outcomes([outcome(.layer(3))]),
            .outcomes([outcome(.tiles(row: 0, columns: 0..<2))]),
            .hello(WorkerModel(0, on: HostModel(shape)).hello),
            .heartbeat(progress: 100, held: (0..<20).map { 1 << 32 + $0 }),
        ]
        for message in worker {
            let bytes = try message.encoded().reduce(0) { $0 + $1.count }
            #expect(isNear(MessageSize.of(message), bytes), "\(bytes) bytes of \(message)")
        }
        guard case .layer(let summary) = outcome(.layer(3)).result else { return }
        let names = Array(repeating: ArtifactNames(summary.artifacts), count: 64)
        let lease = Lease(sweep: SweepID(1), number: 1 << 32 + 7, work: .layer(3))
        let coordinator: [CoordinatorMessage] = [
            .names(SweepID(1), block: 0, isColumn: false, generation: 0, names), .sweep(SweepID(1), context),
            .assignments([
                Assignment(
                    lease: lease, inputs: .layer(clipThresholds: [1], digest: String(repeating: "0", count: 32)))
            ]), .acknowledgement(Array(repeating: lease, count: 20)),
        ]
        for message in coordinator {
            let bytes = try message.encoded().reduce(0) { $0 + $1.count }
            let guess = MessageSize.of(message, contextBytes: context.encoded().count)
            #expect(isNear(guess, bytes), "\(bytes) bytes, \(guess) guessed")
        }
    }

    private var shape: ClusterShape {
        ClusterShape(
            hosts: 1, workersPerHost: 1, bandwidth: 1, latency: 0, diskRate: 1, sharesArtifacts: true,
            pageCacheBytes: 0)
    }

    private func isNear(_ guess: Int, _ bytes: Int) -> Bool {
        Double(guess) > 0.7 * Double(bytes) - 30 && Double(guess) < 1.4 * Double(bytes) + 30
    }

    @Test func findingsFitTheirPlan() {
        let plan = SweepPlan(
            sampleCount: 100,
            models: [
                (name: "a", path: "/a.h5", bytes: 9, layers: (0..<70).map { (index: $0, name: "", width: 8) })
            ], xModels: [0], yModels: nil,
            metrics: [Metric(kind: .mutualKNN, k: 10), Metric(kind: .cka), Metric(kind: .cycleKNN, k: 5)])
        let findings = StandInFindings(plan)
        for work in [
            LeasedWork.survey(model: 0), .layer(3), .tiles(row: 0, columns: 0..<2), .tiles(row: 1, columns: 1..<2),
        ] {
            let outcome = findings.outcome(of: Lease(sweep: SweepID(1), number: 1, work: work), seconds: 1)
            switch (outcome.result, work) {
            case (.survey(let survey), _): #expect(survey.fits(plan, model: 0))
            case (.layer(let summary), _):
                #expect(summary.fits(plan))
                #expect(summary.artifacts.values.allSatisfy(ArtifactName.isValid))
            case (.tiles(let bytes), .tiles(let row, let columns)):
                #expect(TileScores(row: row, columns: columns, bytes: bytes).fits(plan))
            default: Issue.record("\(outcome.result)")
            }
        }
    }
}
