import SweepModel
import SweepProtocol
import Testing

@testable import CoordinatorCore

@Suite("Threads that idle workers lend")
struct LendingTests {
    /// A second and more of an ordinary core.
    private func long(layers: Int) -> SweepPlan { .fixture(layers: [layers], samples: 20_000, width: 768) }

    private func hello(_ number: UInt32, host: String = "node", threads: Int = 1, processors: Int = 4) -> WorkerHello {
        .fixture("worker \(number)", host: host, threads: threads, processors: processors)
    }

    /// What `peer` was last told to use; nil where the latest event told it nothing.
    private func allowance(_ desk: Desk, _ peer: Peer) -> Int? {
        desk.messages(to: peer).compactMap { if case .allowance(let threads) = $0 { threads } else { nil } }.last
    }

    /// A desk at which `workers` have surveyed the only model, and hold its first layers.
    private func desk(_ plan: SweepPlan, _ workers: [WorkerHello]) -> Desk {
        var desk = Desk()
        let peers = workers.indices.map { Peer(number: UInt32($0 + 1)) }
        for (peer, worker) in zip(peers, workers) { desk.join(peer, worker) }
        _ = desk.submit(plan)
        for peer in peers { if let survey = desk.held(by: peer).first { return answered(desk, survey, peer) } }
        return desk
    }

    private func answered(_ desk: Desk, _ lease: Lease, _ peer: Peer) -> Desk {
        var desk = desk
        // Later than anybody could have been told before.
        desk.now += .seconds(1)
        desk.answer(lease, peer)
        return desk
    }

    private func workers(_ count: UInt32, threads: Int = 1, processors: Int = 4) -> [WorkerHello] {
        (1...count).map { hello($0, threads: threads, processors: processors) }
    }

    /// Who holds a layer, and what each of them was last told.
    private func holders(_ desk: Desk) -> [Peer] {
        (1...5).map { Peer(number: $0) }.filter {
            if case .layer? = desk.held(by: $0).first?.work { true } else { false }
        }
    }

    private func allowances(_ desk: Desk) -> [Int?] { holders(desk).map { allowance(desk, $0) } }

    @Test func threadsOfIdleWorkersJoinALayer() {
        let desk = desk(long(layers: 1), workers(3))
        #expect(allowances(desk) == [3])
        let others = (1...3).map { Peer(number: $0) }.filter { !holders(desk).contains($0) }
        #expect(others.allSatisfy { allowance(desk, $0) == nil })
    }

    @Test func nobodyUsesMoreThanItCanRun() {
        #expect(allowances(desk(long(layers: 1), workers(3, processors: 2))) == [2])
        #expect(allowances(desk(long(layers: 1), workers(2, processors: 1))) == [nil])
        #expect(allowances(desk(long(layers: 1), workers(2, threads: 2))) == [4])
    }

    @Test func threadsStayOnTheirHost() {
        #expect(allowances(desk(long(layers: 1), [hello(1), hello(2, host: "another")])) == [nil])
    }

    @Test func shortLayersAreNotWorthIt() {
        #expect(allowances(desk(.fixture(layers: [1]), workers(2))) == [nil])
    }

    @Test func severalShareWhatThereIs() {
        #expect(allowances(desk(long(layers: 2), workers(5))).compactMap(\.self).sorted() == [2, 3])
    }

    @Test func threadsGoBackToWhoeverGetsWork() throws {
        var desk = desk(long(layers: 1), workers(2))
        let holder = try #require(holders(desk).first)
        #expect(allowance(desk, holder) == 2)
        desk.now += .seconds(1)
        _ = desk.submit(.fixture(layers: [1]))
        #expect(allowance(desk, holder) == 1)
    }

    @Test func whoIsDoneFirstHelpsTheOthers() throws {
        var desk = desk(long(layers: 2), workers(2))
        #expect(allowances(desk) == [nil, nil])
        desk.now += .seconds(1)
        let done = try #require(holders(desk).first)
        if let lease = desk.held(by: done).first { desk.answer(lease, done) }
        #expect(allowances(desk) == [2])
    }

    @Test func aWorkerThatComesBackIsToldAgain() throws {
        var desk = desk(long(layers: 1), workers(2))
        let holder = try #require(holders(desk).first)
        let number = try #require(desk.coordinator.workers.compactMap { $0 }.first { $0.peer == holder }).hello.workerID
        var again = WorkerHello.fixture(number, host: "node", threads: 1, processors: 4)
        again.held = desk.held(by: holder)
        desk.now += .seconds(1)
        desk.join(holder, again)
        #expect(allowance(desk, holder) == 2)
    }

    /// Of references nothing is computed: their layers are neither divided nor shared, however large they would be.
    @Test func layersOfReferencesAreOnePieceAndQuick() throws {
        let plan = SweepPlan(
            sampleCount: 500_000,
            models: [("published", "/a.references#0000", 1 << 40, [(0, "layer", 768), (1, "layer", 768)])],
            xModels: [0], yModels: nil, metrics: [Metric(kind: .mutualKNN, k: 10)], curves: [])
        let desk = desk(plan, workers(2))
        #expect(holders(desk).count == 2 && allowances(desk) == [nil, nil])
    }

    @Test func aWorkerThatIsGoneLendsNothing() throws {
        var desk = desk(long(layers: 1), workers(2))
        let holder = try #require(holders(desk).first)
        desk.now += .seconds(1)
        desk.handle(.unreachable(holder == 1 ? 2 : 1))
        #expect(allowance(desk, holder) == 1)
    }

    /// Where cores can be lent, a layer is not cut into steps for their sake, unless it is so long that nobody should lose it.
    @Test(arguments: [(70_000, 4, false), (70_000, 1, true), (500_000, 4, true)])
    func lendingComesBeforeSteps(_ samples: Int, _ processors: Int, _ isDivided: Bool) {
        let desk = desk(.fixture(layers: [1], samples: samples, width: 768), workers(2, processors: processors))
        let works = [desk.held(by: 1).first?.work, desk.held(by: 2).first?.work]
        let steps = works.count { if case .step? = $0 { true } else { false } }
        #expect((steps > 0) == isDivided)
        #expect(allowances(desk).contains(2) == !isDivided)
    }
}
