import SweepModel
import SweepProtocol
import Testing

@testable import CoordinatorCore

@Suite("Workers that come, go, hang and come back")
struct WorkerLifeTests {
    private let small = SweepPlan.fixture(layers: [2, 2])
    private let wide = SweepPlan.fixture(layers: [400], metrics: [Metric(kind: .cka)])

    @Test func otherVersionsAreRefusedWithBoth() {
        var desk = Desk()
        var hello = WorkerHello.fixture()
        hello.protocolVersion = 2
        desk.join(1, hello)
        guard case .refusal(let reason)? = desk.messages(to: 1).first else {
            Issue.record("not refused")
            return
        }
        #expect(reason.contains("version 2") && reason.contains("\(protocolVersion)"))
        #expect(desk.coordinator.workerCount == 0)
    }

    @Test(arguments: [Identity.Role.client, .observer])
    func othersMayNotWork(role: Identity.Role) {
        var desk = Desk()
        desk.say(.hello(.fixture()), 1, as: Identity(name: "x", role: role))
        #expect(desk.coordinator.workerCount == 0)
    }

    @Test func aStrangerIsAskedToIntroduceItself() {
        var desk = Desk()
        desk.say(.heartbeat(progress: 1, held: [4]), 1)
        #expect(desk.messages(to: 1) == [.introduce])
    }

    @Test func silenceLosesAWorkerAndItsWorkGoesOn() {
        var desk = Desk()
        let id = desk.submit(small)
        desk.join(1)
        let first = desk.held(by: 1)
        #expect(!first.isEmpty)
        desk.now = .milliseconds(500)
        desk.handle(.tick)
        desk.join(2)
        for second in 1...6 {
            for half in 0...1 {
                desk.now = .seconds(second) + .milliseconds(500 * half)
                desk.say(.heartbeat(progress: 1, held: desk.held(by: 2).map(\.number)), 2)
                desk.handle(.tick)
            }
        }
        #expect(desk.worker(1) == nil && desk.worker(2) != nil)
        desk.work(2)
        #expect(desk.isDone(id))
        // It was only cut off: what it now says changes nothing, and it is asked who it is.
        let facts = desk.facts.count
        desk.answer(first[0], 1)
        #expect(desk.messages(to: 1) == [.introduce] && desk.facts.count == facts)
    }

    @Test func anIdleWorkerMayBeSilentForLonger() {
        var desk = Desk()
        desk.join(1)
        for step in 1...20 {
            desk.now = .milliseconds(500 * step)
            desk.handle(.tick)
        }
        #expect(desk.worker(1) != nil)
    }

    @Test func afterAStallOfItsOwnNobodyIsLost() {
        var desk = Desk()
        _ = desk.submit(small)
        desk.join(1)
        desk.handle(.tick)
        desk.now = .seconds(100)
        desk.handle(.tick)
        #expect(desk.worker(1) != nil)
    }

    @Test func aliveWithoutProgressIsHungAndNotLost() {
        var settings = CoordinatorSettings()
        settings.stallLimit = .seconds(10)
        var desk = Desk(settings)
        _ = desk.submit(small)
        desk.join(1)
        let stuck = desk.held(by: 1)
        for step in 1...24 {
            desk.now = .milliseconds(500 * step)
            desk.say(.heartbeat(progress: 1, held: stuck.map(\.number)), 1)
            desk.handle(.tick)
        }
        #expect(desk.worker(1)?.condition == .hung)
        #expect(desk.held(by: 1).isEmpty)
        desk.join(2)
        #expect(!desk.held(by: 2).isEmpty, "its work runs elsewhere")
        desk.say(.heartbeat(progress: 1, held: stuck.map(\.number)), 1)
        #expect(desk.held(by: 1).isEmpty, "it gets nothing more")
        desk.say(.heartbeat(progress: 2, held: []), 1)
        #expect(desk.worker(1)?.condition == .fine)
    }

    @Test func aLeaseThatDidNotArriveIsHandedOutAnew() {
        var desk = Desk()
        _ = desk.submit(small)
        desk.join(1)
        let lost = desk.held(by: 1)
        desk.now = .seconds(1)
        desk.say(.heartbeat(progress: 0, held: []), 1)
        #expect(desk.held(by: 1) == lost, "it may still be on its way")
        desk.now = .seconds(4)
        desk.say(.heartbeat(progress: 0, held: []), 1)
        #expect(desk.held(by: 1).allSatisfy { now in lost.allSatisfy { $0.number < now.number } })
    }

    @Test func aNewCoordinatorAdoptsWhatAWorkerHolds() throws {
        var settings = CoordinatorSettings()
        var desk = Desk(settings)
        let id = desk.submit(wide)
        desk.join(1)
        desk.work(1) { if case .tiles = $0.work { true } else { false } }
        let held = desk.held(by: 1)
        guard case .tiles(let row, let columns)? = held.first?.work else {
            Issue.record("no tiles")
            return
        }
        settings.epoch = 2
        var next = Desk(settings)
        for fact in desk.facts { try next.coordinator.replay(fact) }
        _ = next.coordinator.finishReplay(nextSweep: SweepID(2), now: .zero) { _ in true }
        next.join(2)
        let foreign = next.held(by: 2)
        next.join(
            1,
            .fixture("worker a", held: held + [Lease(sweep: id, number: 5 << 32, work: .tiles(row: 0, columns: 0..<9))])
        )
        // Whatever nobody else has yet; a lease of another state's coordinator is not ours.
        let adopted = next.held(by: 1).first { $0.number == held[0].number }
        let taken = Set(foreign.map(\.work.firstItem))
        #expect(adopted != nil || columns.allSatisfy { taken.contains(.tile(row: row, column: $0)) })
        #expect(next.messages(to: 1).contains(.shrink(lease: 5 << 32, end: 0)))
        next.work(1)
        next.work(2)
        next.work(1)
        #expect(next.isDone(id))
    }

    @Test func leavingIsNoFailure() {
        var desk = Desk()
        let id = desk.submit(wide)
        desk.join(1)
        desk.work(1) { if case .tiles = $0.work { true } else { false } }
        let executing = desk.held(by: 1)[0]
        desk.say(.leaving(executing: executing.number), 1)
        #expect(desk.held(by: 1).count == 1)
        #expect(desk.held(by: 1)[0].work.count == 1, "the tile that it is at")
        desk.answer(desk.held(by: 1)[0], 1)
        desk.say(.goodbye, 1)
        #expect(desk.kinds == ["worker-left"])
        desk.join(2)
        desk.work(2)
        #expect(desk.isDone(id))
        #expect(desk.coordinator.sweeps[id]?.ledger.lostWorkers == 0)
        #expect(desk.coordinator.sweeps[id]?.ledger.failures.isEmpty == true)
    }

    @Test func nothingIsBegunThatCannotBeFinished() {
        var desk = Desk()
        let id = desk.submit(wide)
        desk.join(1)
        // Every tile takes 100 s.
        desk.work(1) { lease in if case .tiles = lease.work { true } else { false } }
        for lease in desk.held(by: 1) { desk.answer(lease, 1, seconds: 100 * Double(lease.work.count)) }
        desk.join(2, .fixture("short", secondsLeft: 60))
        #expect(desk.held(by: 2).isEmpty)
        desk.join(3, .fixture("long", secondsLeft: 3600))
        #expect(!desk.held(by: 3).isEmpty)
        guard case .explanation(let explanation)? = desk.ask(.explain(id, nil)) else {
            Issue.record("no explanation")
            return
        }
        #expect(explanation.conclusion.contains("running"))
    }

    @Test func memoryAndKernelsDecideWhoMay() {
        var desk = Desk()
        let id = desk.submit(small, workerBytes: 1 << 40)
        desk.join(1)
        #expect(desk.held(by: 1).isEmpty)
        guard case .explanation(let explanation)? = desk.ask(.explain(id, nil)) else {
            Issue.record("no explanation")
            return
        }
        #expect(explanation.conclusion.contains("the one worker"))
        #expect(explanation.reasons.contains { $0.contains("MiB") })
    }

    @Test func aDrainedWorkerFinishesAndStops() {
        var desk = Desk()
        _ = desk.submit(wide)
        desk.join(1)
        desk.join(2)
        let admin = Identity(name: "root", role: .admin)
        #expect(desk.ask(.drain("host \((1 as Peer).routingID)"), as: admin) == .done)
        #expect(desk.held(by: 1).count == 1)
        desk.answer(desk.held(by: 1)[0], 1)
        #expect(desk.messages(to: 1).contains(.shutdown))
        #expect(desk.held(by: 1).isEmpty)
    }

    @Test func peersThatSendGarbageAreNotHeardForLong() {
        var desk = Desk()
        for count in 1...10 {
            desk.handle(.unreadable(from: 5, reason: "noise"))
            #expect(desk.kinds.count(where: { $0 == "unreadable" }) == (count == 1 ? 1 : 0))
        }
        #expect(desk.effects.contains { if case .block(5) = $0 { true } else { false } })
    }

    @Test func aRevokedKeyDropsAllItsWorkers() {
        var desk = Desk()
        _ = desk.submit(small)
        desk.join(1)
        desk.join(2)
        desk.say(.hello(.fixture("other")), 3, as: Identity(name: "others", role: .worker))
        desk.handle(.revoked(["nodes"]))
        #expect(desk.coordinator.workerCount == 1 && desk.worker(3) != nil)
        #expect(!desk.held(by: 3).isEmpty)
    }
}

@Suite("Artifacts of workers that do not see the directory")
struct ArtifactOffersTests {
    private static let name = String(repeating: "a", count: 32)

    private func exchanged(_ desk: Desk) -> [ArtifactMessage] {
        desk.effects.compactMap { if case .exchange(let message, _) = $0 { message } else { nil } }
    }

    private func offer(_ lease: UInt64) -> ArtifactMessage { .offer(name: Self.name, fileBytes: 5, lease: lease) }

    @Test func onlyWhoMakesALayerHandsSomethingOver() throws {
        var desk = Desk()
        let id = desk.submit(SweepPlan.fixture(layers: [2, 2]))
        desk.join(1)
        desk.join(2)
        let survey = try #require(desk.held(by: 1).first)
        desk.say(.artifact(offer(survey.number)), 1)
        #expect(exchanged(desk).isEmpty, "a survey has no artifacts")
        desk.work(1) { if case .layer = $0.work { true } else { false } }
        let layer = try #require(desk.held(by: 1).first)
        desk.say(.artifact(offer(layer.number)), 1)
        #expect(exchanged(desk) == [offer(layer.number)])
        for (peer, lease) in [(2, layer.number), (1, layer.number + 1_000)] as [(Peer, UInt64)] {
            desk.say(.artifact(offer(lease)), peer)
            #expect(exchanged(desk).isEmpty)
            guard case .artifact(.answer(Self.name, .declined))? = desk.messages(to: peer).first else {
                Issue.record("it waits for ever")
                return
            }
        }
        // Anybody may ask for anything.
        desk.say(.artifact(.request(name: Self.name, offset: 0, arrived: [])), 2)
        #expect(exchanged(desk).count == 1)
        desk.ask(.cancel(id))
        desk.say(.artifact(offer(layer.number)), 1)
        #expect(exchanged(desk).isEmpty)
    }

    @Test func strangersAreNotServedAndWhoIsGoneIsForgotten() {
        var desk = Desk()
        _ = desk.submit(SweepPlan.fixture(layers: [2]))
        desk.say(.artifact(.request(name: Self.name, offset: 0, arrived: [])), 1)
        #expect(exchanged(desk).isEmpty && desk.messages(to: 1) == [.introduce])
        desk.say(.artifact(.receipt([])), 1, as: Identity(name: "x", role: .observer))
        #expect(exchanged(desk).isEmpty)
        desk.join(1)
        desk.handle(.unreachable(1))
        let ended = desk.effects.contains { if case .endExchange(with: 1) = $0 { true } else { false } }
        #expect(ended)
    }
}
