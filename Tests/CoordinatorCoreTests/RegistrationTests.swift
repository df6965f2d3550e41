import SweepModel
import SweepProtocol
import Testing

@testable import CoordinatorCore

@Suite("Workers that register")
struct RegistrationTests {
    private let plan = SweepPlan.fixture(layers: [2, 2])

    @Test func aWorkerIsWelcomedBeforeItIsGivenAnything() {
        var desk = Desk(plan)
        desk.join(1, processID: 42)
        let messages = desk.messages(to: 1)
        #expect(messages.first == .welcome(desk.context))
        #expect(messages.count > 1)
        #expect(desk.reports == [.workerJoined(host: "host", processID: 42)])
        #expect(desk.ledger.hosts == ["host"] && desk.ledger.blasCores == ["Haswell"])
    }

    @Test(arguments: [
        (WorkerHello.fixture(protocolVersion: 9), "protocol version 9"),
        (.fixture(algorithmVersion: 8), "algorithm version 8"),
        (.fixture(protocolVersion: 9, algorithmVersion: 8), "protocol version 9"),
    ])
    func anotherVersionIsRefusedWithAReason(hello: WorkerHello, words: String) throws {
        var desk = Desk(plan)
        desk.handle(.message(from: 1, .hello(hello)))
        #expect(desk.coordinator.workerCount == 0)
        guard case .refusal(let reason) = try #require(desk.messages(to: 1).first) else {
            Issue.record("no refusal")
            return
        }
        #expect(reason.contains(words))
        #expect(desk.messages(to: 1).count == 1)
        #expect(desk.reports == [.workerRefused(reason: reason)])
        #expect(desk.ledger.hosts.isEmpty, "a refused worker is not part of the sweep's history")
    }

    @Test func theFirstWorkerPinsTheBLASCore() {
        var desk = Desk(plan)
        desk.join(1)
        desk.handle(.message(from: 2, .hello(.fixture(host: "other", blasCore: "SkylakeX"))))
        #expect(desk.messages(to: 2) == [.refusal("the worker's OpenBLAS uses SkylakeX kernels, this sweep Haswell")])
        desk.handle(.unreachable(1))
        desk.handle(.message(from: 2, .hello(.fixture(host: "other", blasCore: "SkylakeX"))))
        #expect(desk.coordinator.workerCount == 0, "scores of the first core may be committed already")
    }

    @Test func aRefusedSecondHelloLeavesTheRegistrationAlone() {
        var desk = Desk(plan)
        desk.join(1)
        desk.handle(.message(from: 1, .hello(.fixture(protocolVersion: 9))))
        #expect(desk.coordinator.workerCount == 1)
    }

    @Test func aSecondHelloStartsTheWorkerOver() {
        var desk = Desk(plan)
        desk.join(1)
        let before = desk.held[1] ?? []
        desk.join(1)
        #expect(desk.coordinator.workerCount == 1)
        #expect(desk.ledger.lostWorkers == 1 && desk.ledger.retries == before.count)
        for assignment in before {
            desk.deliver(assignment.attempt, desk.honestResult(of: assignment.attempt.item), from: 1)
        }
        #expect(desk.ledger.surveysDone == 0, "what it did before it started over is fenced off")
        desk.work([1])
        #expect(desk.ending == .done)
    }

    @Test func whoComesAfterTheEndIsSentHome() {
        var desk = Desk(plan)
        desk.join(1)
        desk.work([1])
        desk.join(2)
        #expect(desk.messages(to: 2) == [.shutdown])
        #expect(desk.coordinator.workerCount == 1)
    }

    @Test func strangersAreAnsweredAndChangeNothing() {
        var desk = Desk(plan)
        desk.join(1)
        let item = desk.assigned[0].assignment.attempt.item
        desk.deliver(Attempt(item: item, number: 1), desk.honestResult(of: item), from: 9)
        #expect(desk.messages(to: 9) == [.acknowledgement(Attempt(item: item, number: 1))])
        desk.deliver(Attempt(item: .survey(model: 4_000_000), number: 1), .failure(.work()), from: 9)
        desk.handle(.message(from: 9, .goodbye))
        desk.handle(.unreachable(9))
        desk.handle(.processEnded(123_456))
        #expect(desk.ledger.surveysDone == 0 && desk.ledger.lostWorkers == 0 && desk.ledger.retries == 0)
        #expect(desk.ledger.failures.isEmpty)
        #expect(desk.coordinator.workerCount == 1)
    }

    @Test func aLostWorkerThatComesBackWithoutRegisteringIsSentHome() {
        var desk = Desk(plan)
        desk.join(1)
        desk.handle(.unreachable(1))
        desk.handle(.message(from: 1, .heartbeat(progress: 5)))
        // Else its process would wait for ever, and its place in the pool would never be filled again.
        #expect(desk.messages(to: 1).last == .shutdown)
        #expect(desk.coordinator.workerCount == 0)
    }

    @Test func garbageIsReportedOnceAPeerAndAnsweredEachTime() {
        var desk = Desk(plan)
        for _ in 0..<3 { desk.handle(.unreadable(from: 9, reason: "noise")) }
        desk.handle(.unreadable(from: 8, reason: "noise"))
        #expect(desk.reports == [.unreadable(reason: "noise"), .unreadable(reason: "noise")])
        #expect(desk.messages(to: 9) == [.refusal("noise"), .refusal("noise"), .refusal("noise")])
        for id in 0..<1_000 {
            desk.handle(.unreadable(from: Peer(routingID: [UInt8(id % 256), 1, UInt8(id / 256)]), reason: "x"))
        }
        #expect(desk.reports.count == SweepCoordinator.offenderLimit)
    }

    @Test func aWorkerThatSendsGarbageIsLost() {
        var desk = Desk(plan)
        desk.join(1)
        desk.join(2)
        desk.handle(.unreadable(from: 1, reason: "noise"))
        #expect(desk.coordinator.peers == [2])
        #expect(desk.ledger.lostWorkers == 1)
        desk.work([2])
        #expect(desk.ending == .done)
    }
}
