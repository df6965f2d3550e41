import SweepModel
import SweepProtocol
import Testing

@testable import CoordinatorCore

/// Work that kills whoever is at it, and workers that die of something else.
@Suite("Workers that die at work")
struct DeathTests {
    private static let crash = ProcessEnding.killed(signal: 11)

    private func isLayer(_ lease: Lease) -> Bool { if case .layer = lease.work { true } else { false } }

    /// Two workers at a time, each in the place of one that died, until the sweep is over; how many died.
    private func run(_ desk: inout Desk, _ id: SweepID, kills: (WorkItem) -> Bool) -> Int {
        var deaths = 0
        var alive: [UInt32] = []
        var next: UInt32 = 1
        for _ in 0..<2_000 where desk.coordinator.sweeps[id]?.isActive == true {
            while alive.count < 2 {
                let hello = WorkerHello.fixture("worker \(next)", processID: Int64(next), host: "node")
                desk.join(Peer(number: next), hello)
                alive.append(next)
                next += 1
            }
            desk.now += .milliseconds(10)
            let number = alive.removeFirst()
            guard let lease = desk.held(by: Peer(number: number)).first else {
                alive.append(number)
                continue
            }
            if kills(lease.work.firstItem) {
                deaths += 1
                desk.handle(.processEnded(Int64(number), Self.crash))
            } else {
                desk.answer(lease, Peer(number: number))
                alive.append(number)
            }
        }
        return deaths
    }

    private func submitLocally(_ desk: inout Desk, _ plan: SweepPlan) throws -> SweepID {
        let id = try desk.coordinator.admit(.fixture(plan), owner: "local", failsFast: true, wallTime: 0)
        desk.handle(.durable(id))
        return id
    }

    private func isLayer(_ item: WorkItem) -> Bool { if case .layer = item { true } else { false } }

    @Test func layersThatAllKillEndASweepThatFailsFast() throws {
        var desk = Desk()
        let id = try submitLocally(&desk, .fixture(layers: [15]))
        let deaths = run(&desk, id) { isLayer($0) }
        guard case .refused(let complaint)? = desk.coordinator.sweeps[id]?.ending else {
            Issue.record("it did not end")
            return
        }
        #expect(deaths <= 16, "every layer was tried once")
        #expect(complaint.code == .workerDied && complaint.kind == .work && complaint.place == "node")
        #expect(
            complaint.what.contains(
                "workers in a row died (signal 11, SIGSEGV) while they prepared layers, whichever of"))
    }

    @Test(arguments: [[1, 1, 1, 1], [300]])
    func soDoSurveysAndTiles(layers: [Int]) throws {
        var desk = Desk()
        let id = try submitLocally(&desk, .fixture(layers: layers))
        let deaths = run(&desk, id) { item in
            switch item {
            case .survey: layers.count > 1
            case .tile: true
            case .layer, .step: false
            }
        }
        #expect(deaths <= 20)
        #expect(desk.coordinator.refusal(of: id)?.code == .workerDied)
    }

    /// What others can do is done before anything is tried again that has killed somebody.
    @Test func oneLayerThatKillsIsGivenUpAlone() throws {
        var desk = Desk()
        let id = try submitLocally(&desk, .fixture(layers: [40]))
        let deaths = run(&desk, id) { $0 == .layer(3) }
        #expect(deaths == CoordinatorSettings().lossLimit)
        #expect(desk.isDone(id))
        let failures = try #require(desk.coordinator.sweeps[id]?.ledger.failures)
        #expect(Array(failures.keys) == [.layer(3)])
        #expect(failures[.layer(3)]?.what == "12 workers died (signal 11, SIGSEGV) while they were at model 0:3")
    }

    /// A sweep that was submitted has everything that can be had, and takes few deaths for each layer that kills.
    @Test func aSubmittedSweepGoesOnWithoutTheLayersThatKill() {
        var desk = Desk()
        let id = desk.submit(.fixture(layers: [30]))
        let deaths = run(&desk, id) { if case .layer(let layer) = $0 { layer % 2 == 1 } else { false } }
        #expect(desk.isDone(id))
        let failures = desk.coordinator.sweeps[id]?.ledger.failures ?? [:]
        #expect(Set(failures.keys) == Set((0..<15).map { .layer(2 * $0 + 1) }))
        #expect(failures.values.allSatisfy { $0.code == .workerDied })
        #expect(deaths <= 3 * 15)
    }

    @Test func manyThatDieTogetherAreOneDeath() throws {
        var desk = Desk()
        let id = try submitLocally(&desk, .fixture(layers: [60]))
        desk.join(1)
        desk.answer(desk.held(by: 1)[0], 1)
        for number in 2...40 as ClosedRange<UInt32> { desk.join(Peer(number: number)) }
        for number in 1...40 as ClosedRange<UInt32> {
            desk.now += .milliseconds(1)
            desk.handle(.unreachable(Peer(number: number)))
        }
        #expect(desk.coordinator.sweeps[id]?.isActive == true)
        desk.join(50)
        desk.work(50)
        #expect(desk.isDone(id) && desk.coordinator.sweeps[id]?.ledger.failures.isEmpty == true)
    }

    /// While somebody is at a layer since before the first death, it is not known that all layers kill.
    @Test func somebodyWhoIsAtItStillIsWaitedFor() throws {
        var desk = Desk()
        let id = try submitLocally(&desk, .fixture(layers: [30]))
        desk.join(1_000)
        desk.answer(desk.held(by: 1_000)[0], 1_000)
        #expect(desk.held(by: 1_000).first.map { isLayer($0.work.firstItem) } == true)
        for number in 1...11 as ClosedRange<UInt32> {
            desk.now += .seconds(1)
            desk.join(Peer(number: number))
            desk.handle(.unreachable(Peer(number: number)))
        }
        #expect(desk.coordinator.sweeps[id]?.isActive == true)
        desk.answer(desk.held(by: 1_000)[0], 1_000)
        #expect(desk.coordinator.sweeps[id]?.deaths.isEmpty == true)
    }

    /// The key of a worker is revoked, or it speaks nonsense: its work is not to blame.
    @Test func whoIsSentAwayHasNotDied() throws {
        var desk = Desk()
        let id = try submitLocally(&desk, .fixture(layers: [30]))
        desk.join(1)
        desk.handle(.revoked(["nodes"]))
        #expect(desk.coordinator.sweeps[id]?.losses.isEmpty == true)
        #expect(desk.coordinator.sweeps[id]?.deaths.isEmpty == true)
    }

    @Test func explanationsCountDeaths() throws {
        var desk = Desk()
        let id = desk.submit(.fixture(layers: [3]))
        desk.join(1)
        desk.answer(desk.held(by: 1)[0], 1)
        desk.handle(.unreachable(1))
        guard case .explanation(let explanation)? = desk.ask(.explain(id, nil)) else {
            Issue.record("no explanation")
            return
        }
        #expect(explanation.reasons.contains { $0.contains("1 worker lost while at") })
    }
}

@Suite("Failures with one cause")
struct CauseTests {
    /// Each failure names its layer, and all have one code.
    @Test func sentencesThatNameLayersAreOneCause() throws {
        var desk = Desk()
        let id = try desk.coordinator.admit(
            .fixture(.fixture(layers: [30])), owner: "local", failsFast: true, wallTime: 0)
        desk.handle(.durable(id))
        desk.join(1)
        desk.answer(desk.held(by: 1)[0], 1)
        var failures = 0
        while let lease = desk.held(by: 1).first, failures < 100 {
            failures += 1
            let complaint = Complaint(
                .work, "\(lease.work.firstItem) needs too much", at: "/0.h5", advice: "", code: .tooLittleMemory)
            desk.answer(lease, 1, .failure(complaint))
        }
        let settings = CoordinatorSettings()
        #expect(desk.coordinator.refusal(of: id)?.code == .tooLittleMemory)
        // The worker may have begun another layer before the last one is given up.
        #expect(failures <= (settings.sameCauseLimit + 1) * settings.failureLimit)
    }
}
