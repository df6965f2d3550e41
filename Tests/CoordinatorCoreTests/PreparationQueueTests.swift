import SweepModel
import Testing

@testable import CoordinatorCore

@Suite("Preparation queue")
struct PreparationQueueTests {
    private let plan = SweepPlan.fixture(layers: [2, 3, 1], bytes: [5, 50, 10])

    @Test func surveysComeLargestFirst() {
        var queue = PreparationQueue(plan: plan)
        #expect(queue.waitingCount == 3)
        let items = (0..<4).map { _ in queue.take(keeping: []) }
        #expect(items == [.survey(model: 1), .survey(model: 2), .survey(model: 0), nil])
        #expect(queue.waitingCount == 0)
    }

    @Test func ownLayersGoBeforeSurveysAndOthersLayersAfterThem() {
        var queue = PreparationQueue(plan: plan)
        #expect(queue.take(keeping: []) == .survey(model: 1))
        queue.release(layersOf: 1)
        #expect(queue.waitingCount == 2 + 3)
        #expect(queue.take(keeping: [1]) == .layer(2))
        #expect(queue.take(keeping: [0]) == .survey(model: 2))
        #expect(queue.take(keeping: [0]) == .survey(model: 0))
        #expect(queue.take(keeping: [0]) == .layer(3))
        #expect(queue.take(keeping: [1]) == .layer(4))
        #expect(queue.take(keeping: [1]) == nil)
    }

    @Test func othersLayersAreTakenWhereMostAreLeft() {
        var queue = PreparationQueue(plan: plan)
        for _ in 0..<3 { _ = queue.take(keeping: []) }
        for model in 0..<3 { queue.release(layersOf: model) }
        #expect(queue.take(keeping: []) == .layer(2))
        #expect(queue.waitingCount == 5)
    }

    @Test func whatWasPutBackComesNext() {
        var queue = PreparationQueue(plan: plan)
        let survey = queue.take(keeping: [])
        #expect(survey == .survey(model: 1))
        queue.putBack(.survey(model: 1))
        #expect(queue.take(keeping: []) == .survey(model: 1))
        queue.release(layersOf: 1)
        #expect(queue.take(keeping: [1]) == .layer(2))
        #expect(queue.take(keeping: [1]) == .layer(3))
        queue.putBack(.layer(2))
        #expect(queue.waitingCount == 2 + 2)
        #expect(queue.take(keeping: [1]) == .layer(2))
    }

    @Test func tilesAreNotItsBusiness() {
        var queue = PreparationQueue(plan: plan)
        queue.putBack(.tile(row: 0, column: 0))
        #expect(queue.waitingCount == 3)
    }

    @Test func aModelWithoutPlannedLayersIsSurveyedOnly() {
        var queue = PreparationQueue(plan: .fixture(layers: [0]))
        #expect(queue.take(keeping: []) == .survey(model: 0))
        queue.release(layersOf: 0)
        #expect(queue.take(keeping: [0]) == nil && queue.waitingCount == 0)
    }
}
