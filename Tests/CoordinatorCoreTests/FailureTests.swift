import SweepModel
import SweepProtocol
import Testing

@testable import CoordinatorCore

@Suite("Work that fails")
struct FailureTests {
    /// Answers honestly but fails every attempt at `items`, each for a cause of its own where `causes` are distinct.
    private func run(
        _ desk: inout Desk, failing items: Set<WorkItem>, cause: (WorkItem) -> Complaint = { .work("\($0) broke") }
    ) {
        while desk.ending == nil {
            guard let peer = desk.held.first(where: { !$0.value.isEmpty })?.key,
                let item = desk.held[peer]?.first?.attempt.item
            else {
                Issue.record("the sweep stands still")
                return
            }
            desk.answer(peer, items.contains(item) ? .failure(cause(item)) : nil)
        }
    }

    private func attempts(_ desk: Desk, _ item: WorkItem) -> Int {
        desk.assigned.count { $0.assignment.attempt.item == item }
    }

    @Test func aFailureIsTriedAgainAndReported() {
        var desk = Desk(.fixture(layers: [2, 2]))
        desk.join(1)
        desk.answer(1, .failure(.work()))
        #expect(desk.reports.last == .attemptFailed(.survey(model: 1), .work()))
        #expect(desk.ledger.retries == 1)
        desk.work([1])
        #expect(desk.ending == .done && desk.ledger.failures.isEmpty && desk.commits.count == 1)
    }

    @Test func aTileThatFailsThriceIsGivenUpAndTheRestFinishes() {
        var desk = Desk(.fixture(layers: [64, 64]))
        desk.join(1)
        desk.join(2)
        run(&desk, failing: [.tile(row: 0, column: 1)])
        #expect(desk.ending == .done)
        #expect(desk.ledger.failures == [.tile(row: 0, column: 1): .work("\(WorkItem.tile(row: 0, column: 1)) broke")])
        #expect(attempts(desk, .tile(row: 0, column: 1)) == SweepCoordinator.failureLimit)
        #expect(Set(desk.commits) == [.tile(row: 0, column: 0), .tile(row: 1, column: 1)])
        #expect(desk.ledger.tilesDone == 2 && desk.ledger.retries == 2)
    }

    @Test func theTilesOfALayerThatWasGivenUpStillRun() throws {
        var desk = Desk(.fixture(layers: [2, 2]))
        desk.join(1)
        run(&desk, failing: [.layer(1)])
        #expect(desk.ending == .done && desk.commits == [.tile(row: 0, column: 0)])
        guard case .tile(let rows, let columns)? = desk.assigned.last?.assignment.inputs else {
            Issue.record("the last assignment is no tile")
            return
        }
        #expect(rows.map(\.neighbours) == ["neighbours 0", nil, "neighbours 2", "neighbours 3"])
        #expect(rows == columns)
        #expect(Array(desk.ledger.failures.keys) == [.layer(1)] && desk.ledger.layersDone == 3)
    }

    @Test func aSurveyThatWasGivenUpTakesItsLayersAlong() {
        var desk = Desk(.fixture(layers: [3, 2]))
        desk.join(1)
        run(&desk, failing: [.survey(model: 0)])
        #expect(desk.ending == .done && desk.commits.count == 1)
        #expect(Set(desk.ledger.failures.keys) == [.survey(model: 0), .layer(0), .layer(1), .layer(2)])
        #expect(attempts(desk, .layer(0)) == 0)
    }

    @Test func aSweepEndsEvenIfNothingWorks() {
        var desk = Desk(.fixture(layers: [2, 2]))
        desk.join(1)
        run(&desk, failing: [.survey(model: 0), .survey(model: 1), .tile(row: 0, column: 0)])
        #expect(desk.ending == .done && desk.commits.isEmpty)
        #expect(desk.ledger.failures.count == 2 + 4 + 1)
    }

    @Test func aStoreThatBreaksARuleRefusesTheSweepAtOnce() {
        var desk = Desk(.fixture(layers: [2, 2]))
        desk.join(1)
        desk.join(2)
        let complaint = Complaint(.request, "the value is nan", at: "a.h5", advice: "mend it")
        desk.answer(1, .failure(complaint))
        #expect(desk.ending == .refused(complaint))
        #expect(desk.messages(to: 1).contains(.shutdown) && desk.messages(to: 2).last == .shutdown)
        // The ending says it; a warning in the same words beside it would be noise.
        #expect(!desk.reports.contains { if case .attemptFailed = $0 { true } else { false } })
    }

    @Test func oneCauseForThreeItemsRefusesTheSweep() {
        var desk = Desk(.fixture(layers: [8]))
        desk.join(1)
        run(&desk, failing: [.layer(0), .layer(3), .layer(5), .layer(6)]) { _ in
            .work("the disk is full", at: "/artifacts")
        }
        #expect(desk.ending == .refused(.work("the disk is full", at: "/artifacts")))
        #expect(desk.ledger.failures.count == SweepCoordinator.sameCauseLimit)
        #expect(desk.commits.isEmpty)
    }

    @Test func oneCauseForTwoItemsDoesNot() {
        var desk = Desk(.fixture(layers: [8]))
        desk.join(1)
        run(&desk, failing: [.layer(0), .layer(3)]) { _ in .work("the disk is full", at: "/artifacts") }
        #expect(desk.ending == .done && desk.ledger.failures.count == 2)
    }

    @Test func layersThatFallWithTheirSurveyAreNoCausesOfTheirOwn() {
        var desk = Desk(.fixture(layers: [5, 5, 1]))
        desk.join(1)
        run(&desk, failing: [.survey(model: 0), .survey(model: 1)]) { _ in .work("no memory", at: "host") }
        #expect(desk.ending == .done, "two items were given up, not twelve")
        #expect(desk.ledger.failures.count == 12)
    }

    @Test(arguments: [
        AttemptOutcome.Result.survey(ModelSurvey(clipThreshold: 1, layerDigests: ["one"], warnings: [])),
        .survey(ModelSurvey(clipThreshold: 1, layerDigests: ["one", "two", "three"], warnings: [])),
    ])
    func aSurveyOfAnotherShapeIsAFailure(_ result: AttemptOutcome.Result) {
        expectMisfit(SweepPlan.fixture(layers: [2]), item: .survey(model: 0), result)
    }

    @Test(arguments: [[], [0.5], [0.5, 0.5, 0.5]])
    func aLayerWithTiesForOtherKsIsAFailure(tiedShares: [Double]) {
        let plan = SweepPlan.fixture(
            layers: [2], metrics: [Metric(kind: .mutualKNN, k: 5), Metric(kind: .mutualKNN, k: 9)])
        let summary = LayerSummary(
            tiedShares: tiedShares, clippedShare: 0, isConstant: false, chanceFactor: 1, neighbours: "n", gram: nil)
        expectMisfit(plan, item: .layer(0), .layer(summary))
    }

    @Test func aConstantLayerNeedsNoTies() {
        var desk = Desk(.fixture(layers: [1]))
        desk.join(1)
        desk.answer(1)
        desk.answer(
            1,
            .layer(
                LayerSummary(
                    tiedShares: [], clippedShare: 0, isConstant: true, chanceFactor: .nan, neighbours: nil, gram: nil)))
        #expect(desk.ledger.layersDone == 1 && desk.ledger.retries == 0)
    }

    @Test(arguments: [(2, 3, 3), (1, 2, 3), (1, 3, 2), (1, 9, 1), (0, 3, 3)])
    func aTileOfAnotherShapeIsAFailure(metrics: Int, rows: Int, columns: Int) {
        let scores = TileScores(
            metrics: metrics, rows: rows, columns: columns, values: Array(repeating: 0, count: metrics * rows * columns)
        )
        expectMisfit(.fixture(layers: [3]), item: .tile(row: 0, column: 0), .tile(scores))
    }

    /// Answers `item` with `result`, twice over, and expects one retry, no commit, and an honest end.
    private func expectMisfit(
        _ plan: SweepPlan, item: WorkItem, _ result: AttemptOutcome.Result,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var desk = Desk(plan)
        desk.join(1)
        desk.work([1]) { $0.held[1]?.first?.attempt.item != item }
        guard let attempt = desk.held[1]?.first?.attempt else {
            Issue.record("\(item) was never handed out", sourceLocation: sourceLocation)
            return
        }
        desk.answer(1, result)
        #expect(desk.ledger.retries == 1, sourceLocation: sourceLocation)
        desk.deliver(attempt, result, from: 1)
        #expect(desk.ledger.retries == 1, "a duplicate does not count again", sourceLocation: sourceLocation)
        #expect(desk.commits.isEmpty, sourceLocation: sourceLocation)
        desk.work([1])
        #expect(desk.ending == .done && desk.ledger.failures.isEmpty, sourceLocation: sourceLocation)
        #expect(desk.commits.count == plan.grid.tileCount, sourceLocation: sourceLocation)
    }
}
