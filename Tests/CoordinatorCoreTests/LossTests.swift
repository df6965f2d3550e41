import SweepModel
import SweepProtocol
import Testing

@testable import CoordinatorCore

@Suite("Workers that are lost")
struct LossTests {
    /// The ways in which a worker can be lost.
    enum Loss: CaseIterable {
        case unreachable, processEnded, silence, goodbye, garbage

        func strike(_ peer: Peer, processID: Int64, on desk: inout Desk, others: [Peer]) {
            switch self {
            case .unreachable: desk.handle(.unreachable(peer))
            case .processEnded: desk.handle(.processEnded(processID))
            case .goodbye: desk.handle(.message(from: peer, .goodbye))
            case .garbage: desk.handle(.unreadable(from: peer, reason: "noise"))
            case .silence:
                for _ in 0..<17 {
                    desk.now += .seconds(1)
                    for other in others { desk.handle(.message(from: other, .heartbeat(progress: 1))) }
                    desk.handle(.tick)
                }
            }
        }
    }

    private let plan = SweepPlan.fixture(layers: [40, 40])

    @Test(arguments: Loss.allCases)
    func whatALostWorkerHeldGoesToOthers(_ loss: Loss) throws {
        var desk = Desk(plan)
        desk.join(1, processID: 11)
        desk.join(2, processID: 12)
        desk.work([1, 2]) { $0.ledger.layersDone < 20 }
        let held = try #require(desk.held[1])
        #expect(held.count == 2)
        loss.strike(1, processID: 11, on: &desk, others: [2])
        #expect(desk.coordinator.peers == [2])
        #expect(desk.ledger.retries == 2)
        #expect(desk.ledger.lostWorkers == (loss == .goodbye ? 0 : 1), "a clean goodbye is no loss")
        let announced = desk.reports.count { if case .workerLost(_, 11, _, returned: 2) = $0 { true } else { false } }
        #expect(announced == (loss == .goodbye ? 0 : 1))

        let doneBefore = desk.ledger.layersDone
        for assignment in held {
            desk.deliver(assignment.attempt, desk.honestResult(of: assignment.attempt.item), from: 1)
        }
        #expect(desk.ledger.layersDone == doneBefore, "late results are fenced off")
        #expect(desk.messages(to: 1).suffix(2) == held.map { .acknowledgement($0.attempt) })

        desk.work([2])
        #expect(desk.ending == .done)
        for assignment in held { #expect(desk.items(of: 2).contains(assignment.attempt.item)) }
        #expect(desk.commits.count == 3 && Set(desk.commits).count == 3)
    }

    @Test(arguments: Loss.allCases)
    func workersThatLeaveAfterTheEndAreNotLost(_ loss: Loss) {
        var desk = Desk(plan)
        desk.join(1, processID: 11)
        desk.join(2, processID: 12)
        desk.answer(1, .failure(Complaint(.request, "the value is nan", at: "a.h5", advice: "mend it")))
        #expect(desk.ending != nil)
        loss.strike(1, processID: 11, on: &desk, others: [2])
        #expect(!desk.reports.contains { if case .workerLost = $0 { true } else { false } })
        #expect(desk.coordinator.peers == [2] && desk.ledger.lostWorkers == 0 && desk.ledger.retries == 0)
    }

    @Test func aLateTileIsNotCommittedTwice() throws {
        var desk = Desk(.fixture(layers: [64, 64]))
        desk.join(1)
        desk.work([1]) { desk in
            guard case .tile? = desk.held[1]?.first?.attempt.item else { return true }
            return false
        }
        let late = try #require(desk.held[1]?.first)
        desk.handle(.unreachable(1))
        desk.join(2)
        desk.work([2])
        let commits = desk.commits
        desk.deliver(late.attempt, desk.honestResult(of: late.attempt.item), from: 1)
        desk.deliver(late.attempt, desk.honestResult(of: late.attempt.item), from: 2)
        #expect(desk.commits == commits && Set(commits).count == 3)
        #expect(desk.ledger.tilesDone == 3)
    }

    @Test func aDuplicateOfAResultChangesNothing() throws {
        var desk = Desk(plan)
        desk.join(1)
        let survey = try #require(desk.held[1]?.first)
        desk.answer(1)
        let (layers, seconds) = (desk.assigned.count, desk.ledger.seconds)
        desk.deliver(survey.attempt, desk.honestResult(of: survey.attempt.item), from: 1)
        #expect(desk.ledger.seconds == seconds && desk.assigned.count == layers)
        #expect(desk.messages(to: 1).count { $0 == .acknowledgement(survey.attempt) } == 2)
        desk.work([1])
        #expect(desk.ledger.layersDone == 80 && desk.assigned.count == 2 + 80 + 3)
    }

    @Test func aLateFailureOfAFencedAttemptBlamesNobody() throws {
        var desk = Desk(plan)
        desk.join(1)
        let held = try #require(desk.held[1]?.first)
        desk.handle(.unreachable(1))
        for _ in 0..<10 {
            desk.deliver(held.attempt, .failure(Complaint(.request, "nan", at: "a.h5", advice: "")), from: 1)
        }
        #expect(desk.ending == nil && desk.ledger.failures.isEmpty)
    }

    @Test func everyWorkerOfAProcessIsLostWithIt() {
        var desk = Desk(plan)
        desk.join(1, processID: 7)
        desk.join(2, processID: 7)
        desk.join(3, processID: 8)
        desk.handle(.processEnded(7))
        #expect(desk.coordinator.peers == [3])
    }

    @Test func heartbeatsKeepAWorker() {
        var desk = Desk(plan)
        desk.join(1)
        for _ in 0..<100 {
            desk.now += .seconds(1)
            desk.handle(.message(from: 1, .heartbeat(progress: 0)))
            desk.handle(.tick)
        }
        #expect(desk.coordinator.workerCount == 1)
    }

    @Test func silenceIsLossOnlyAfterItsLimit() {
        var desk = Desk(plan)
        desk.join(1)
        for _ in 0..<15 {
            desk.now += .seconds(1)
            desk.handle(.tick)
        }
        #expect(desk.coordinator.workerCount == 1)
        desk.now += .seconds(1)
        desk.handle(.tick)
        #expect(desk.coordinator.workerCount == 0)
    }

    @Test func anOwnStallRestartsEverybodysTime() {
        var desk = Desk(plan)
        desk.join(1)
        desk.handle(.tick)
        desk.now += .seconds(60)
        desk.handle(.tick)
        #expect(desk.coordinator.workerCount == 1, "the coordinator stood still, not the worker")
        for _ in 0..<15 {
            desk.now += .seconds(1)
            desk.handle(.tick)
        }
        #expect(desk.coordinator.workerCount == 1)
        desk.now += .seconds(1)
        desk.handle(.tick)
        #expect(desk.coordinator.workerCount == 0, "a stall is no pardon")
    }

    @Test func anItemThatKeepsKillingWorkersIsGivenUp() throws {
        var desk = Desk(.fixture(layers: [64, 64]))
        let killer = WorkItem.tile(row: 0, column: 1)
        var next: UInt8 = 0
        while desk.ending == nil {
            next += 1
            let peer = Peer(routingID: [next])
            desk.join(peer)
            desk.work([peer]) { $0.held[peer]?.first?.attempt.item != killer }
            if desk.ending == nil { desk.handle(.unreachable(peer)) }
            try #require(next < 20)
        }
        #expect(desk.ending == .done)
        #expect(desk.assigned.count { $0.assignment.attempt.item == killer } == SweepCoordinator.lossLimit)
        #expect(Array(desk.ledger.failures.keys) == [killer])
        #expect(Set(desk.commits) == [.tile(row: 0, column: 0), .tile(row: 1, column: 1)])
    }

    @Test func whatALostWorkerHadNotBegunIsNotSuspect() throws {
        var desk = Desk(.fixture(layers: [40]))
        desk.join(1)
        desk.answer(1)
        let waiting = try #require(desk.held[1]?.last?.attempt.item)
        #expect(desk.held[1]?.first?.attempt.item != waiting)
        // A goodbye suspects nothing either, however often.
        for id in 2..<30 as Range<UInt8> {
            desk.handle(.message(from: Peer(routingID: [id - 1]), .goodbye))
            desk.join(Peer(routingID: [id]))
        }
        #expect(desk.ledger.failures.isEmpty && desk.ledger.lostWorkers == 0)
        desk.work([29])
        #expect(desk.ending == .done && desk.ledger.failures.isEmpty)
    }
}
