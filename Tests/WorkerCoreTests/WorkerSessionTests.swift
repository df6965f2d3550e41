import SweepModel
import SweepProtocol
import Testing

@testable import WorkerCore

/// A session, and what it wanted done.
private struct Bench {
    var session: WorkerSession
    var effects: [WorkerSession.Effect] = []
    var now = Duration.zero

    static let sweep = SweepID(3)

    init(idleTimeout: Duration? = nil, deadline: Duration? = nil) {
        let hello = WorkerHello(
            software: "test", workerID: "me", host: "host", processID: 1, blasCore: "Haswell", memoryBytes: 1 << 30)
        session = WorkerSession(
            hello,
            limits: .init(
                idleTimeout: idleTimeout, deadline: deadline, reconnectTimeout: .seconds(60), grace: .seconds(5)),
            now: .zero)
    }

    /// Everything since the last call.
    mutating func take() -> [WorkerSession.Effect] {
        effects = session.takeEffects()
        return effects
    }

    var sent: [WorkerMessage] { effects.compactMap { if case .send(let message) = $0 { message } else { nil } } }
    var jobs: [WorkerSession.Job] { effects.compactMap { if case .compute(let job) = $0 { job } else { nil } } }

    mutating func hear(_ message: CoordinatorMessage) {
        session.receive(message, now)
        _ = take()
    }

    mutating func tick(_ seconds: Double, executing: UInt64? = nil) {
        now += .seconds(seconds)
        session.tick(now, progress: 1, executing: executing)
        _ = take()
    }

    /// Connected, welcomed and told of a symmetric sweep of 300 layers, and of the names in its first blocks.
    mutating func join() {
        session.connected(now)
        hear(.welcome(Welcome(artifactDirectory: "/a", artifactToken: "t", busyHeartbeat: 1, idleHeartbeat: 5)))
        let plan = SweepPlan(
            sampleCount: 10, models: [("m", "/m.h5", 10, (0..<300).map { ($0, "l", 4) })], xModels: [0], yModels: nil,
            metrics: [])
        let context = SweepContext(
            plan: plan, sampleDigest: "d", sampleStore: "/m.h5", clip: .none, normalize: .none)
        hear(.sweep(Self.sweep, context))
        for block in 0..<4 { hear(.names(Self.sweep, block: block, isColumn: false, generation: 1, [])) }
    }

    static func lease(_ number: UInt64, _ columns: Range<Int> = 0..<4) -> Lease {
        Lease(sweep: sweep, number: number, work: .tiles(row: 0, columns: columns))
    }

    mutating func give(_ number: UInt64, _ columns: Range<Int> = 0..<4, generation: UInt64 = 1) {
        hear(.assignments([Assignment(lease: Self.lease(number, columns), inputs: .tiles(generation: generation))]))
    }

    /// The compute thread is done with `columns` of a lease.
    mutating func finish(_ number: UInt64, _ columns: Range<Int>) {
        session.finish(
            [LeaseOutcome(part: Self.lease(number, columns), result: .tiles([1]), seconds: 1, flops: 1)], now)
        _ = take()
    }
}

@Suite("Sessions of workers")
struct WorkerSessionTests {
    @Test func helloIsRepeatedUntilItIsAnswered() {
        var bench = Bench()
        bench.session.connected(.zero)
        #expect(bench.take().count == 1)
        bench.tick(1)
        #expect(bench.sent.isEmpty)
        bench.tick(1.5)
        guard case .hello? = bench.sent.first else {
            Issue.record("no second hello")
            return
        }
        bench.join()
        bench.tick(3)
        #expect(!bench.sent.contains { if case .hello = $0 { true } else { false } })
    }

    @Test func aLeaseThatComesTwiceIsRunOnce() {
        var bench = Bench()
        bench.join()
        bench.give(7)
        #expect(bench.jobs.count == 1)
        bench.give(7)
        #expect(bench.jobs.isEmpty)
        bench.finish(7, 0..<4)
        bench.give(7)
        #expect(bench.jobs.isEmpty, "its results are not acknowledged yet")
    }

    /// A sweep that is tried again: its first names lack a layer, and the second ones are late or lost.
    @Test func namesOfAnEarlierGenerationAreNotUsed() {
        var bench = Bench()
        bench.join()
        for block in [0, 1, 3] { bench.hear(.names(Bench.sweep, block: block, isColumn: false, generation: 2, [])) }
        bench.give(7, generation: 2)
        bench.give(8, 2..<3, generation: 2)
        #expect(bench.jobs.isEmpty)
        bench.tick(1)
        #expect(bench.sent.contains(.heartbeat(progress: 1, held: [])))
        bench.give(9, 0..<2, generation: 2)
        #expect(bench.jobs.count == 1)
        bench.hear(.names(Bench.sweep, block: 2, isColumn: false, generation: 2, [ArtifactNames([:])]))
        bench.give(10, 1..<4, generation: 2)
        #expect(bench.jobs.count == 1 && bench.jobs.first?.columns[1].count == 1)
    }

    @Test func aLeaseWithoutItsNamesIsNotHeld() {
        var bench = Bench()
        bench.join()
        bench.give(7, 3..<5)
        #expect(bench.jobs.isEmpty)
        bench.tick(1)
        #expect(bench.sent.contains(.heartbeat(progress: 1, held: [])))
    }

    @Test func resultsAreSentUntilTheyAreAcknowledged() {
        var bench = Bench()
        bench.join()
        bench.give(7)
        bench.finish(7, 0..<2)
        #expect(bench.sent.count == 1)
        bench.tick(11, executing: 7)
        #expect(bench.sent.contains { if case .outcomes = $0 { true } else { false } })
        bench.hear(.acknowledgement([Bench.lease(7, 0..<2)]))
        bench.hear(.acknowledgement([Bench.lease(99)]))
        bench.tick(11, executing: 7)
        #expect(!bench.sent.contains { if case .outcomes = $0 { true } else { false } })
    }

    @Test func afterAReconnectionEverythingThatIsHeldIsNamed() {
        var bench = Bench()
        bench.join()
        bench.give(7)
        bench.give(8, 1..<3)
        bench.finish(7, 0..<2)
        bench.session.disconnected(bench.now)
        bench.finish(7, 2..<3)
        #expect(bench.sent.isEmpty)
        bench.session.connected(bench.now)
        _ = bench.take()
        guard case .hello(let hello)? = bench.sent.first else {
            Issue.record("no hello")
            return
        }
        #expect(hello.held == [Bench.lease(7, 0..<4), Bench.lease(8, 1..<3)])
        bench.hear(.welcome(Welcome(artifactDirectory: "/a", artifactToken: "t", busyHeartbeat: 1, idleHeartbeat: 5)))
        let parts = bench.sent.flatMap { message -> [Lease] in
            if case .outcomes(let outcomes) = message { outcomes.map(\.part) } else { [] }
        }
        #expect(parts == [Bench.lease(7, 0..<2), Bench.lease(7, 2..<3)])
    }

    @Test func whatIsTakenBackIsNotBegun() {
        var bench = Bench()
        bench.join()
        bench.give(7)
        bench.hear(.shrink(lease: 7, end: 2))
        #expect(bench.effects.contains(.cut(lease: 7, end: 2)))
        bench.finish(7, 0..<2)
        bench.hear(.acknowledgement([Bench.lease(7, 0..<2)]))
        bench.tick(1)
        #expect(bench.sent.contains(.heartbeat(progress: 1, held: [])))
    }

    @Test func aStuckComputationIsNamedEvenIfItIsWantedNoMore() {
        var bench = Bench()
        bench.join()
        bench.give(7)
        bench.hear(.shrink(lease: 7, end: 0))
        bench.tick(6, executing: 7)
        #expect(bench.sent.contains(.heartbeat(progress: 1, held: [7])))
    }

    @Test func aClosedSweepIsForgotten() {
        var bench = Bench()
        bench.join()
        bench.give(7)
        bench.finish(7, 0..<1)
        bench.hear(.closed(Bench.sweep))
        #expect(bench.effects.contains(.close(Bench.sweep)))
        bench.tick(11)
        #expect(!bench.sent.contains { if case .outcomes = $0 { true } else { false } })
    }

    @Test func leavingFinishesTheTileAndHandsBackTheRest() {
        var bench = Bench()
        bench.join()
        bench.give(7)
        bench.give(8)
        bench.session.leave("told", executing: 7, bench.now)
        _ = bench.take()
        #expect(bench.sent == [.leaving(executing: 7)])
        #expect(bench.effects.contains(.cut(lease: 8, end: 0)) && bench.effects.contains(.cut(lease: 7, end: 1)))
        bench.finish(7, 0..<1)
        #expect(!bench.sent.contains(.goodbye), "not before the result is acknowledged")
        bench.hear(.acknowledgement([Bench.lease(7, 0..<1)]))
        #expect(bench.sent == [.goodbye])
        #expect(bench.effects.contains(.end(.done("told"))))
    }

    @Test func aTileThatTakesTooLongIsLeftBehind() {
        var bench = Bench()
        bench.join()
        bench.give(7)
        bench.session.leave("told", executing: 7, bench.now)
        bench.tick(4, executing: 7)
        #expect(!bench.sent.contains(.goodbye))
        bench.tick(2, executing: 7)
        #expect(bench.sent.contains(.goodbye))
    }

    @Test func aTimeLimitIsKept() {
        var bench = Bench(deadline: .seconds(20))
        bench.join()
        bench.tick(14)
        #expect(!bench.session.isLeaving)
        bench.give(7)
        bench.tick(2, executing: 7)
        #expect(bench.session.isLeaving && bench.sent.contains(.leaving(executing: 7)))
        bench.tick(5, executing: 7)
        #expect(bench.sent.contains(.goodbye))
    }

    @Test func idlenessEndsAWorker() {
        var bench = Bench(idleTimeout: .seconds(10))
        bench.join()
        bench.tick(9)
        #expect(bench.sent.allSatisfy { $0 != .goodbye })
        bench.give(7, 0..<1)
        bench.tick(9, executing: 7)
        bench.finish(7, 0..<1)
        bench.hear(.acknowledgement([Bench.lease(7, 0..<1)]))
        bench.tick(9)
        #expect(!bench.sent.contains(.goodbye))
        bench.tick(2)
        #expect(bench.sent.contains(.goodbye))
    }

    @Test func aCoordinatorThatStaysAwayIsGivenUp() {
        var bench = Bench()
        bench.join()
        bench.tick(5)
        bench.session.disconnected(bench.now)
        bench.tick(59)
        #expect(bench.effects.isEmpty)
        bench.tick(2)
        #expect(bench.effects == [.end(.abandoned)])
    }

    @Test func resultsThatWaitAreBounded() {
        var bench = Bench()
        bench.join()
        bench.give(7)
        let scores = [UInt8](repeating: 0, count: 90 << 20)
        for column in 0..<3 {
            #expect(!bench.session.isFull)
            bench.session.finish(
                [LeaseOutcome(part: Bench.lease(7, column..<column + 1), result: .tiles(scores), seconds: 1, flops: 1)],
                bench.now)
        }
        #expect(bench.session.isFull)
        bench.hear(.acknowledgement([Bench.lease(7, 0..<1)]))
        #expect(!bench.session.isFull)
    }
}
