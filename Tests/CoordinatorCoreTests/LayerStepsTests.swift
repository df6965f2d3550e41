import SweepModel
import SweepProtocol
import Testing

@testable import CoordinatorCore

@Suite("Layers that workers share")
struct LayerStepsTests {
    private static let count = 44

    /// Layers of one model, large enough to be divided.
    private func plan(layers: Int) -> SweepPlan { .fixture(layers: [layers], samples: 70_000) }

    private func isStep(_ lease: Lease) -> Bool { if case .step = lease.work { true } else { false } }
    private func isLayer(_ lease: Lease) -> Bool { if case .layer = lease.work { true } else { false } }

    /// Lets all workers answer what they hold, one lease after another, until nobody holds anything.
    private func work(_ desk: inout Desk, _ peers: [Peer]) -> [(peer: Peer, lease: Lease)] {
        var done: [(Peer, Lease)] = []
        while true {
            var isIdle = true
            for peer in peers {
                guard let lease = desk.held(by: peer).first else { continue }
                isIdle = false
                desk.answer(lease, peer)
                done.append((peer, lease))
            }
            if isIdle { return done }
        }
    }

    /// Two workers that have come to share the only layer of a sweep.
    private func sharing() -> (Desk, SweepID) {
        var desk = Desk()
        let id = desk.submit(plan(layers: 1))
        desk.join(1)
        desk.join(2)
        while desk.held(by: 1).first.map(isStep) != true {
            for peer: Peer in [1, 2] { if let lease = desk.held(by: peer).first { desk.answer(lease, peer) } }
        }
        return (desk, id)
    }

    @Test func aWorkerAlonePreparesWholeLayers() {
        var desk = Desk()
        let id = desk.submit(plan(layers: 3))
        desk.join(1)
        let done = desk.work(1)
        #expect(done.count(where: isLayer) == 3 && !done.contains(where: isStep))
        #expect(desk.isDone(id))
    }

    @Test func theLastLayersAreShared() {
        var desk = Desk()
        let id = desk.submit(plan(layers: 4))
        desk.join(1)
        desk.join(2)
        let done = work(&desk, [1, 2])
        #expect(desk.isDone(id))
        #expect(done.count { isLayer($0.lease) } == 4)
        #expect(done.count { isStep($0.lease) } == Self.count)
        for peer: Peer in [1, 2] { #expect(done.contains { $0.peer == peer && isStep($0.lease) }) }
        // Lists are made of all candidates, and the layer of all lists.
        let steps = done.compactMap { if case .step(_, let index) = $0.lease.work { index } else { nil } }
        #expect(steps.prefix(36).max() == 35 && steps.suffix(8).min() == 36)
        let last = done.lastIndex { isLayer($0.lease) }
        let lastStep = done.lastIndex { isStep($0.lease) }
        #expect(last ?? 0 > lastStep ?? 0)
    }

    @Test func layersOfFewSamplesAreNot() {
        var desk = Desk()
        let id = desk.submit(.fixture(layers: [1], samples: 65_536))
        for peer: Peer in [1, 2, 3] { desk.join(peer) }
        let done = work(&desk, [1, 2, 3])
        #expect(desk.isDone(id) && !done.contains { isStep($0.lease) })
    }

    @Test func whatStepsTookIsTheLayers() {
        var desk = Desk()
        let id = desk.submit(plan(layers: 1))
        desk.join(1)
        desk.join(2)
        _ = work(&desk, [1, 2])
        #expect(abs((desk.coordinator.sweeps[id]?.ledger.layerSeconds ?? 0) - 0.1 * Double(Self.count + 1)) < 1e-9)
        // Operations are those of the steps' products: each fixture's outcome says 1.
        for case .layer(id, 0, _, let seconds, let flops) in desk.facts {
            #expect(seconds > 4 && flops == Double(Self.count))
        }
        #expect(!desk.facts.contains { if case .failure = $0 { true } else { false } })
    }

    /// A step that nobody can do takes its layer along, and whoever holds another of its steps is told.
    @Test func aLayerIsGivenUpWithAnyOfItsSteps() throws {
        var desk = Desk()
        let id = desk.submit(plan(layers: 1))
        for peer: Peer in [1, 2, 3, 4] { desk.join(peer) }
        var attempts = 0
        while desk.coordinator.sweeps[id]?.isActive == true {
            try #require(attempts < 500)
            attempts += 1
            for peer: Peer in [1, 2, 3, 4] {
                guard let lease = desk.held(by: peer).first else { continue }
                let isBroken = lease.work == .step(layer: 0, index: 2)
                desk.answer(lease, peer, isBroken ? .failure(.work()) : nil)
            }
        }
        let failures = try #require(desk.coordinator.sweeps[id]?.ledger.failures)
        #expect(failures[.layer(0)] != nil)
        #expect(failures.keys.allSatisfy { if case .step = $0 { false } else { true } })
        #expect(desk.coordinator.leases.isEmpty)
        #expect(desk.facts.contains { if case .failure(id, .layer(0), _) = $0 { true } else { false } })
        #expect(desk.ask(.retry(id)) == .done)
        _ = work(&desk, [1, 2, 3, 4])
        #expect(desk.coordinator.sweeps[id]?.ledger.failures.isEmpty == true)
    }

    /// Nothing of steps is in the journal: the next coordinator divides anew, and takes over what workers hold.
    @Test func theNextCoordinatorTakesOverSteps() throws {
        let (desk, id) = sharing()
        let held = desk.held(by: 1)
        var settings = CoordinatorSettings()
        (settings.firstEpoch, settings.epoch) = (1, 2)
        var next = Desk(settings)
        for fact in desk.facts { try next.coordinator.replay(fact) }
        _ = next.coordinator.finishReplay(nextSweep: id, now: .zero) { _ in true }
        next.join(1, .fixture("worker 1", held: held))
        #expect(next.held(by: 1).map(\.number).starts(with: held.map(\.number)))
        next.join(2)
        _ = work(&next, [1, 2])
        #expect(next.isDone(id))
    }

    /// Workers that do not see the directory cannot delete there what their steps left behind.
    @Test func whatStepsHandedOverIsDiscardedWithTheirLayer() throws {
        var desk = Desk()
        let id = desk.submit(plan(layers: 1))
        desk.join(1)
        desk.join(2)
        var offered: Set<String> = []
        var discarded: [String] = []
        let kept = try #require(LayerSummary.fixture(plan(layers: 1)).artifacts[.neighbours])
        while desk.coordinator.sweeps[id]?.isActive == true {
            for peer: Peer in [1, 2] {
                guard let lease = desk.held(by: peer).first else { continue }
                if isStep(lease) {
                    for name in ["made by \(lease.number)", kept] {
                        desk.say(.artifact(.offer(name: name, fileBytes: 1, lease: lease.number)), peer)
                    }
                    offered.insert("made by \(lease.number)")
                }
                desk.answer(lease, peer)
                for case .discard(let names) in desk.effects { discarded += names }
            }
        }
        #expect(Set(discarded) == offered && discarded.count == Self.count)
    }

    /// One layer can take hours: what is done of it shows.
    @Test func progressShowsWithinALayer() {
        var desk = Desk()
        let id = desk.submit(plan(layers: 1))
        desk.join(1)
        desk.join(2)
        var seconds: [Double] = []
        var flops: [Double] = []
        while desk.coordinator.sweeps[id]?.ledger.layersDone == 0 {
            for peer: Peer in [1, 2] { if let lease = desk.held(by: peer).first { desk.answer(lease, peer) } }
            guard case .statuses(let statuses)? = desk.ask(.status(id)), let status = statuses.first else { return }
            if let left = status.remainingSeconds { seconds.append(left) }
            flops.append(status.flops)
        }
        #expect(seconds.count > 15 && flops == flops.sorted() && Set(flops).count > 15)
        // 45 items of a tenth of a second by two workers. The first is a block by itself, which is taken for half as much work as two.
        #expect(seconds.first ?? 0 > 1.1 && seconds.max() ?? 9 < 4.4 && seconds.last ?? 9 < 0.6)
    }

    @Test func explanationsNameSteps() throws {
        var (desk, id) = sharing()
        func conclusion(_ item: WorkItem) -> String {
            switch desk.ask(.explain(id, item)) {
            case .explanation(let found)?: return "\(found)"
            case .refused(let complaint)?: return "refused: \(complaint)"
            default: return ""
            }
        }
        #expect(conclusion(.layer(0)).contains("waits for 35 results"))
        #expect(conclusion(.step(layer: 0, index: 40)).contains("waits for 35 results"))
        #expect(conclusion(.step(layer: 0, index: 0)).contains("is done"))
        #expect(conclusion(.step(layer: 0, index: 35)).contains("is ready"))
        #expect(conclusion(.step(layer: 0, index: 44)).hasPrefix("refused: sweep 1 has no step 44"))
    }
}
