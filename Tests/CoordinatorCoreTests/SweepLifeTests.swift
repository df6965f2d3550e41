import SweepModel
import SweepProtocol
import Testing

@testable import CoordinatorCore

@Suite("Sweeps from submission to end")
struct SweepLifeTests {
    private let small = SweepPlan.fixture(layers: [2, 2])
    private let admin = Identity(name: "root", role: .admin)

    private func isRefused(_ reply: ClientReply?) -> Bool {
        if case .refused(let complaint)? = reply { complaint.kind == .request } else { false }
    }

    @Test func onlyOwnersAndAdminsChangeASweep() {
        var desk = Desk()
        let id = desk.submit(small)
        let ben = Identity(name: "ben", role: .client)
        for request in [ClientRequest.cancel(id), .retry(id), .forget(id)] {
            #expect(isRefused(desk.ask(request, as: ben)))
        }
        #expect(isRefused(desk.ask(.cancel(id), as: Identity(name: "ann", role: .observer))))
        #expect(isRefused(desk.ask(.status(nil), as: Identity(name: "ann", role: .worker))))
        #expect(isRefused(desk.ask(.drain("host"), as: ben)))
        #expect(desk.ask(.cancel(id), as: admin) == .done)
        #expect(desk.coordinator.sweeps[id]?.ending == .cancelled(by: "root"))
        #expect(isRefused(desk.ask(.cancel(id), as: admin)))
        #expect(desk.ask(.forget(id)) == .done)
        #expect(isRefused(desk.ask(.status(id))))
    }

    @Test func aRequestThatComesAgainIsDoneOnce() {
        var desk = Desk()
        let submission = ClientRequest.submit(.fixture(small))
        let first = desk.ask(submission, number: 77)
        #expect(desk.ask(submission, number: 77) == first)
        #expect(desk.coordinator.sweeps.count == 1)
        #expect(desk.ask(submission, number: 78) != first)
    }

    @Test func higherPrioritiesGoFirstAndEqualOnesAsTheyCame() {
        var desk = Desk()
        let low = desk.submit(small, priority: -1)
        let first = desk.submit(small)
        let second = desk.submit(small)
        let high = desk.submit(small, priority: 5)
        #expect(desk.coordinator.active == [high, first, second, low])
        desk.join(1)
        #expect(desk.held(by: 1).allSatisfy { $0.sweep == high })
        var order: [SweepID] = []
        for lease in desk.work(1) where order.last != lease.sweep { order.append(lease.sweep) }
        #expect(order.first == high && order.last == low)
    }

    /// Scores are what is waited for, so that permutations come last; then every worker gets some of them.
    @Test func permutationsBeginWhenAllTilesAreScored() {
        var desk = Desk()
        let plan = SweepPlan.fixture(
            layers: [70, 70], metrics: [Metric(kind: .cycleKNN, k: 10)],
            permutations: PermutationPlan(count: 9999, metrics: [0], seed: 1))
        let grid = plan.grid
        #expect(grid.scoreTileCount == 6 && grid.tileCount > 30)
        let id = desk.submit(plan)
        desk.join(1)
        desk.join(2)
        var permuted: Set<Peer> = []
        var scored = 0
        for _ in 0..<500 where desk.coordinator.sweeps[id]?.isActive == true {
            for worker: Peer in [1, 2] {
                for lease in desk.held(by: worker) {
                    guard case .tiles(let row, let columns) = lease.work else { continue }
                    if !grid.isOfScores(row) {
                        #expect(scored == grid.scoreTileCount, "row \(row) after \(scored) tiles")
                        permuted.insert(worker)
                        #expect(columns.count == 1)
                    }
                }
                guard let lease = desk.held(by: worker).first else { continue }
                if case .tiles(let row, let columns) = lease.work, grid.isOfScores(row) { scored += columns.count }
                desk.answer(lease, worker)
            }
        }
        #expect(desk.coordinator.sweeps[id]?.ending == .done && permuted == [1, 2])
        #expect(desk.coordinator.sweeps[id]?.tiles.doneCount == grid.tileCount)
        #expect(desk.coordinator.sweeps[id]?.ledger.permutationSeconds ?? 0 > 0)
    }

    @Test func aTileIsCommittedOnceAndADuplicateIsCompared() {
        var desk = Desk()
        let id = desk.submit(SweepPlan.fixture(layers: [100]))
        desk.join(1)
        desk.work(1) { if case .tiles = $0.work { true } else { false } }
        let tile = desk.held(by: 1)[0]
        desk.answer(tile, 1)
        desk.answer(tile, 1)
        let commits = desk.facts.count {
            if case .tiles(id, let scores, _, _, _) = $0 {
                .tiles(row: scores.row, columns: scores.columns) == tile.work
            } else {
                false
            }
        }
        #expect(commits == 1)
        #expect(desk.effects.contains { if case .compare = $0 { true } else { false } })
        #expect(desk.messages(to: 1).contains(.acknowledgement([tile])), "so that it is forgotten")
    }

    @Test func resultsOfTheWrongShapeAreFailures() {
        var desk = Desk()
        _ = desk.submit(small)
        desk.join(1)
        desk.work(1) { if case .tiles = $0.work { true } else { false } }
        let before = desk.facts.count
        desk.answer(desk.held(by: 1)[0], 1, .tiles([1, 2, 3]))
        #expect(desk.facts.count == before)
        #expect(desk.kinds.contains("attempt-failed"))
    }

    @Test func anItemThatFailsOnSeveralHostsIsGivenUpAndTheRestGoesOn() {
        var desk = Desk()
        let id = desk.submit(SweepPlan.fixture(layers: [100]))
        for peer in 1...3 { desk.join(Peer(number: UInt32(peer))) }
        var hosts: Set<UInt32> = []
        for _ in 0..<200 where !desk.isDone(id) {
            for number in 1...3 as ClosedRange<UInt32> {
                let peer = Peer(number: number)
                guard let lease = desk.held(by: peer).first else { continue }
                if lease.work.firstItem == .tile(row: 0, column: 1) {
                    hosts.insert(number)
                    let one = Lease(sweep: id, number: lease.number, work: .tiles(row: 0, columns: 1..<2))
                    desk.answer(one, peer, .failure(.work()))
                } else {
                    desk.answer(lease, peer)
                }
            }
        }
        #expect(desk.isDone(id))
        #expect(hosts.count == 3, "each try is somebody else's")
        #expect(desk.coordinator.sweeps[id]?.ledger.failures.keys.map(\.self) == [.tile(row: 0, column: 1)])
        #expect(desk.coordinator.status(of: id, now: .zero)?.state == .partial)
        #expect(desk.ask(.retry(id)) == .done)
        #expect(desk.coordinator.sweeps[id]?.tiles.waitingCount == 0 || desk.coordinator.leases.count == 1)
        for number in 1...3 as ClosedRange<UInt32> { desk.work(Peer(number: number)) }
        #expect(desk.coordinator.status(of: id, now: .zero)?.state == .complete)
    }

    @Test func aStoreThatCannotBeReadFailsAlone() {
        var desk = Desk()
        let id = desk.submit(small)
        desk.join(1)
        for lease in desk.held(by: 1) where lease.work == .survey(model: 1) {
            desk.answer(lease, 1, .failure(.request()))
        }
        desk.work(1)
        #expect(desk.isDone(id))
        let failures = desk.coordinator.sweeps[id]?.ledger.failures ?? [:]
        #expect(Set(failures.keys) == [.survey(model: 1), .layer(2), .layer(3)])
    }

    /// A row of three tiles of 64 layers; the second model's layer is in the first and the last.
    @Test func aRetryScoresTilesAgainThatLackLayersAndNoOthers() {
        var desk = Desk()
        let id = desk.submit(SweepPlan.fixture(layers: [128, 1], x: [0], y: [0, 1]))
        desk.join(1)
        for lease in desk.held(by: 1) where lease.work == .survey(model: 1) {
            desk.answer(lease, 1, .failure(.request()))
        }
        var facts: [JournalEntry] = []
        while let lease = desk.held(by: 1).first {
            desk.answer(lease, 1, lease.work == .survey(model: 1) ? .failure(.request()) : nil)
            facts += desk.effects.compactMap { if case .persist(let fact) = $0 { fact } else { nil } }
        }
        func partial(_ isWanted: Bool) -> Set<[Int]> {
            facts.reduce(into: []) { found, fact in
                guard case .tiles(id, let scores, _, _, isWanted) = fact else { return }
                for column in scores.columns { found.insert([scores.row, column]) }
            }
        }
        #expect(desk.coordinator.status(of: id, now: .zero)?.state == .partial)
        #expect(partial(true) == [[0, 2], [1, 2]] && partial(false) == [[0, 0], [0, 1], [1, 0], [1, 1]])
        #expect(desk.ask(.retry(id)) == .done)
        let again = desk.work(1).map(\.work)
        #expect(again.contains(.survey(model: 1)) && again.contains(.layer(128)) && desk.isDone(id))
        let tiles = again.flatMap { work -> [[Int]] in
            if case .tiles(let row, let columns) = work { columns.map { [row, $0] } } else { [] }
        }
        #expect(tiles.sorted { $0[0] < $1[0] } == [[0, 2], [1, 2]])
        #expect(desk.coordinator.status(of: id, now: .zero)?.state == .complete)
    }

    @Test func whatWasLeasedBeforeARetryIsVoid() {
        var desk = Desk()
        let id = desk.submit(SweepPlan.fixture(layers: [1, 1]))
        desk.join(1)
        while let lease = desk.held(by: 1).first, lease.work.firstItem != .tile(row: 0, column: 0) {
            desk.answer(lease, 1, lease.work == .layer(1) ? .failure(.request()) : nil)
        }
        let old = desk.held(by: 1)
        #expect(old.map(\.work) == [.tiles(row: 0, columns: 0..<1)])
        desk.handle(.unreachable(1))
        #expect(desk.ask(.retry(id)) == .done)
        // It comes back with scores in which a layer is missing.
        desk.join(1, .fixture("worker", held: old))
        #expect(desk.messages(to: 1).contains(.shrink(lease: old[0].number, end: 0)))
        #expect(desk.held(by: 1).map(\.work) == [.layer(1)])
        desk.answer(old[0], 1)
        #expect(desk.coordinator.sweeps[id]?.tiles.doneCount == 0)
    }

    /// All bad stores are found, and no layer is prepared once there is one.
    @Test(arguments: [1, 2]) func aSweepThatFailsFastReadsEveryStoreFirst(_ workers: Int) throws {
        var desk = Desk()
        let plan = SweepPlan.fixture(layers: [2, 2, 2, 2])
        let id = try desk.coordinator.admit(.fixture(plan), owner: "local", failsFast: true, wallTime: 0)
        _ = desk.coordinator.takeEffects()
        let peers = (1...workers).map { Peer(number: UInt32($0)) }
        for peer in peers { desk.join(peer) }
        desk.handle(.durable(id))
        func next() -> (Peer, Lease)? {
            for peer in peers { if let lease = desk.held(by: peer).first { return (peer, lease) } }
            return nil
        }
        var works: [LeasedWork] = []
        while let (peer, lease) = next() {
            works.append(lease.work)
            let isBad = [LeasedWork.survey(model: 3), .survey(model: 1)].contains(lease.work)
            desk.answer(lease, peer, isBad ? .failure(.request("\(lease.work)")) : nil)
        }
        // Of two hosts each may try, and none blames the worker. Layers are begun before the first store is given up, and not after it.
        let surveys = (0..<4).map { LeasedWork.survey(model: $0) }
        #expect(Set(works).isSuperset(of: surveys))
        if workers == 1 { #expect(works.count == 4) }
        let last = try #require(works.lastIndex(of: .survey(model: 3)))
        #expect(works[last...].allSatisfy(surveys.contains))
        #expect(peers.allSatisfy { desk.worker($0)?.failures == 0 })
        let state = try #require(desk.coordinator.sweeps[id])
        guard case .refused(let complaint) = state.ending else {
            Issue.record("\(String(describing: state.ending))")
            return
        }
        #expect(complaint.kind == .request && complaint.what.contains("survey"))
        let bad = state.ledger.failures.keys.filter { if case .survey = $0 { true } else { false } }
        #expect(Set(bad) == [.survey(model: 1), .survey(model: 3)])
    }

    @Test func aSweepThatFailsFastIsRefusedForABadStore() throws {
        var desk = Desk()
        let id = try desk.coordinator.admit(.fixture(small), owner: "local", failsFast: true, wallTime: 0)
        _ = desk.coordinator.takeEffects()
        desk.join(1)
        #expect(desk.held(by: 1).isEmpty, "its submission is not durable yet")
        desk.handle(.durable(id))
        desk.answer(desk.held(by: 1)[0], 1, .failure(.request()))
        #expect(desk.coordinator.sweeps[id]?.ending == nil, "the other store is not read yet")
        desk.answer(desk.held(by: 1)[0], 1)
        #expect(desk.coordinator.sweeps[id]?.ending == .refused(.request()))
        // The same command goes on with it once the store is mended.
        _ = desk.coordinator.retryFailures(of: id)
        desk.handle(.durable(id))
        desk.handle(.tick)
        desk.work(1)
        #expect(desk.isDone(id))
    }

    @Test func aWorkerThatFailsEverythingIsSetAside() {
        var desk = Desk()
        let id = desk.submit(SweepPlan.fixture(layers: [30, 30]))
        desk.join(1)
        desk.join(2)
        for _ in 0..<500 where !desk.isDone(id) {
            if let lease = desk.held(by: 1).first {
                let item = Lease(
                    sweep: id, number: lease.number,
                    work: {
                        if case .tiles(let row, let columns) = lease.work {
                            .tiles(row: row, columns: columns.prefix(1))
                        } else {
                            lease.work
                        }
                    }())
                desk.answer(item, 1, .failure(.work("broken \(lease.number)")))
            }
            if let lease = desk.held(by: 2).first { desk.answer(lease, 2) }
        }
        #expect(desk.worker(1)?.condition == .setAside)
        #expect(desk.isDone(id) && desk.coordinator.sweeps[id]?.ledger.failures.isEmpty == true)
    }

    @Test func addingAModelComputesItsRowAndColumnOnly() {
        var desk = Desk()
        let metrics = [Metric(kind: .cka)]
        let first = desk.submit(SweepPlan.fixture(layers: [64, 64, 64], metrics: metrics))
        desk.join(1)
        desk.work(1)
        #expect(desk.isDone(first))
        let second = desk.submit(SweepPlan.fixture(layers: [64, 64, 64, 64], metrics: metrics))
        var computed: Set<WorkItem> = []
        var reused: Set<WorkItem> = []
        func look(_ effects: [CoordinatorEffect]) {
            for case .reuse(second, let row, let column, let source) in effects {
                #expect(source.donor == first)
                #expect(source.rows == Array(row * 64..<row * 64 + 64))
                reused.insert(.tile(row: row, column: column))
            }
        }
        while let lease = desk.held(by: 1).first {
            if case .tiles(let row, let columns) = lease.work {
                for column in columns { computed.insert(.tile(row: row, column: column)) }
            }
            desk.answer(lease, 1)
            look(desk.effects)
        }
        for case .tile(let row, let column) in reused {
            let scores = HonestWork.scores(
                SweepPlan.fixture(layers: [64, 64, 64, 64], metrics: metrics), row: row, columns: column..<column + 1)
            desk.handle(
                .reused(
                    second, row: row, column: column,
                    scores: TileScores(row: row, columns: column..<column + 1, bytes: scores)))
        }
        #expect(computed == Set((0..<4).map { .tile(row: $0, column: 3) }))
        #expect(reused.count == 6 && desk.isDone(second))
    }

    @Test func explanationsSayWhy() {
        var desk = Desk()
        func conclusion(_ id: SweepID?, _ item: WorkItem? = nil) -> String {
            var copy = desk
            guard case .explanation(let explanation)? = copy.ask(.explain(id, item)) else { return "" }
            return explanation.conclusion
        }
        #expect(conclusion(nil) == "nothing was submitted")
        let id = desk.submit(SweepPlan.fixture(layers: [100]))
        #expect(conclusion(id) == "no worker is registered")
        #expect(conclusion(id, .tile(row: 0, column: 1)).contains("waits for 100 results"))
        for item in [WorkItem.tile(row: 9, column: 9), .layer(100), .survey(model: 1), .step(layer: 0, index: 0)] {
            guard case .refused(let complaint)? = desk.ask(.explain(id, item)) else {
                Issue.record("\(item) is explained")
                continue
            }
            #expect(complaint.kind == .request && complaint.what.contains("has no"))
        }
        desk.join(1)
        #expect(conclusion(id).contains("running"))
        #expect(conclusion(id, .survey(model: 0)).contains("is at it"))
        desk.work(1)
        #expect(conclusion(id) == "it is complete")
        #expect(conclusion(id, .survey(model: 0)).contains("is done"))
    }

    @Test func factsAppliedTwiceChangeNothing() throws {
        var desk = Desk()
        let id = desk.submit(SweepPlan.fixture(layers: [70]))
        desk.join(1)
        desk.work(1) { if case .tiles = $0.work { true } else { false } }
        desk.answer(desk.held(by: 1)[0], 1)
        var next = Coordinator()
        for fact in desk.facts { try next.replay(fact) }
        for fact in desk.facts { if case .submitted = fact {} else { try next.replay(fact) } }
        _ = next.finishReplay(nextSweep: SweepID(9), now: .zero) { _ in true }
        #expect(next.sweeps[id]?.tiles.doneCount == desk.coordinator.sweeps[id]?.tiles.doneCount)
        #expect(next.sweeps[id]?.ledger.layersDone == 70)
        #expect(next.nextSweep == SweepID(9))
    }

    /// Layers of one version and tiles of another would be mixed.
    @Test func aSweepOfAnotherAlgorithmEndsAtTheReplayAndIsNotRetried() throws {
        var desk = Desk()
        let id = desk.submit(SweepPlan.fixture(layers: [70]))
        desk.join(1)
        desk.work(1) { if case .tiles = $0.work { true } else { false } }
        var next = Coordinator()
        for fact in desk.facts {
            guard case .submitted(let record) = fact else {
                try next.replay(fact)
                continue
            }
            try next.replay(.submitted(record.computed(by: algorithmVersion - 1)))
        }
        let effects = next.finishReplay(nextSweep: SweepID(9), now: .zero) { _ in true }
        guard case .refused(let complaint) = next.sweeps[id]?.ending else {
            Issue.record("the sweep goes on: \(effects)")
            return
        }
        #expect(complaint.what.contains("algorithm version \(algorithmVersion - 1)"))
        #expect(next.sweeps[id]?.isActive == false)
        #expect(next.retryFailures(of: id).isEmpty)
        #expect(next.sweeps[id]?.isActive == false)
    }

    @Test func layersWhoseArtifactsAreGoneArePreparedAgain() throws {
        var desk = Desk()
        let id = desk.submit(SweepPlan.fixture(layers: [70]))
        desk.join(1)
        desk.work(1) { if case .tiles = $0.work { true } else { false } }
        var next = Coordinator()
        for fact in desk.facts { try next.replay(fact) }
        _ = next.finishReplay(nextSweep: SweepID(2), now: .zero) { !$0.hasSuffix(":7") }
        #expect(next.sweeps[id]?.ledger.layersDone == 69)
        #expect(next.sweeps[id]?.preparation.waitingCount == 1)
    }
}

extension SweepRecord {
    /// The same, as another release would have submitted it.
    fileprivate func computed(by version: UInt32) -> SweepRecord {
        SweepRecord(
            id: id, name: name, owner: owner, priority: priority, spec: spec, algorithmVersion: version,
            workerBytes: workerBytes, failsFast: failsFast, submitted: submitted, context: context, dossier: dossier)
    }
}
