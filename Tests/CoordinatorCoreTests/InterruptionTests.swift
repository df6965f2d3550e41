import SweepModel
import SweepProtocol
import Testing

@testable import CoordinatorCore

@Suite("Interruption")
struct InterruptionTests {
    private let plan = SweepPlan.fixture(layers: [20, 20])

    @Test func everyWorkerIsSentHomeAndNothingIsHandedOut() {
        var desk = Desk(plan)
        desk.join(1)
        desk.join(2)
        desk.work([1, 2]) { $0.ledger.layersDone < 5 }
        let assigned = desk.assigned.count
        desk.handle(.interrupt)
        #expect(desk.ending == .interrupted && desk.coordinator.isFinished)
        #expect(desk.messages(to: 1).last == .shutdown && desk.messages(to: 2).last == .shutdown)
        desk.answer(1)
        desk.handle(.unreachable(1))
        desk.handle(.message(from: 2, .goodbye))
        desk.handle(.tick)
        desk.handle(.interrupt)
        #expect(desk.assigned.count == assigned)
        #expect(desk.ending == .interrupted)
    }

    @Test func aSweepWithoutWorkersCanBeInterrupted() {
        var desk = Desk(plan)
        desk.handle(.interrupt)
        #expect(desk.ending == .interrupted)
    }

    @Test func anInterruptAfterTheEndIsTooLate() {
        var desk = Desk(plan)
        desk.join(1)
        desk.work([1])
        desk.handle(.interrupt)
        #expect(desk.ending == .done)
    }
}
