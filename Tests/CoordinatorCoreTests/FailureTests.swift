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
        #expect(rows.map { $0[.neighbours] } == ["neighbours 0", nil, "neighbours 2", "neighbours 3"])
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
        AttemptOutcome.Result.survey(ModelSurvey(clipThresholds: [1], layerDigests: ["one"], warnings: [])),
        .survey(ModelSurvey(clipThresholds: [1], layerDigests: ["one", "two", "three"], warnings: [])),
    ])
    func aSurveyOfAnotherShapeIsAFailure(_ result: AttemptOutcome.Result) {
        expectMisfit(SweepPlan.fixture(layers: [2]), item: .survey(model: 0), result)
    }

    private static let twoKs = SweepPlan.fixture(
        layers: [2], metrics: [Metric(kind: .mutualKNN, k: 5), Metric(kind: .mutualKNN, k: 9)])

    @Test(arguments: [[], [0.5], [0.5, 0.5, 0.5]])
    func aLayerWithTiesForOtherKsIsAFailure(shares: [Double]) {
        expectMisfit(Self.twoKs, item: .layer(0), .layer(.fixture(Self.twoKs, tiedShares: shares)))
        expectMisfit(Self.twoKs, item: .layer(0), .layer(.fixture(Self.twoKs, cycleChances: shares)))
    }

    @Test func aLayerWithoutNeighbourhoodIsAFailure() {
        let full = LayerSummary.fixture(Self.twoKs)
        let bare = LayerSummary(
            diagnostics: full.diagnostics, neighbourhood: nil, chanceFactors: [:], artifacts: full.artifacts)
        expectMisfit(Self.twoKs, item: .layer(0), .layer(bare))
    }

    @Test(arguments: [ArtifactKind.gram, .neighbours, .ranks, .rbf(bandwidth: 2), .basis, .features])
    func aLayerWithoutAnArtifactThatAMetricNeedsIsAFailure(_ missing: ArtifactKind) {
        let plan = SweepPlan.fixture(
            layers: [2],
            metrics: [
                Metric(kind: .unbiasedCKA), Metric(kind: .cknna, k: 5), Metric(kind: .rsa), Metric(kind: .procrustes),
                Metric(kind: .ckaRBF, .bandwidth(1)), Metric(kind: .ckaRBF, .bandwidth(2)),
                Metric(kind: .svcca, .dimensions(3)),
            ])
        expectMisfit(plan, item: .layer(0), .layer(.fixture(plan, missing: [missing])))
    }

    @Test func curvesAloneNeedLists() {
        let plan = SweepPlan.fixture(
            layers: [2], metrics: [], curves: [MetricCurve(kind: .mutualKNN, ks: [1, 2])])
        expectMisfit(plan, item: .layer(0), .layer(.fixture(plan, missing: [.neighbours])))
    }

    @Test func aConstantLayerNeedsNothing() {
        let plan = SweepPlan.fixture(layers: [1], metrics: [Metric(kind: .mutualKNN, k: 10), Metric(kind: .cka)])
        var desk = Desk(plan)
        desk.join(1)
        desk.answer(1)
        desk.answer(1, .layer(.fixture(plan, isConstant: true)))
        #expect(desk.ledger.layersDone == 1 && desk.ledger.retries == 0)
    }

    @Test(arguments: [(2, 3, 3), (1, 2, 3), (1, 3, 2), (1, 9, 1), (0, 3, 3)])
    func aTileOfAnotherShapeIsAFailure(matrices: Int, rows: Int, columns: Int) {
        let scores = TileScores(
            matrices: matrices, rows: rows, columns: columns,
            values: Array(repeating: 0, count: matrices * rows * columns))
        expectMisfit(.fixture(layers: [3]), item: .tile(row: 0, column: 0), .tile(scores))
    }

    /// One metric that is not symmetric and a curve of two k: two matrices of 3 x 3, and 2 x 2 matrices of 2 x 2 models.
    @Test(arguments: [(2, 0), (2, 15), (2, 17), (2, 32), (1, 16), (1, 25), (3, 16), (3, 7)])
    func aTileWithOtherCurvesIsAFailure(matrices: Int, curveValues: Int) {
        let plan = SweepPlan.fixture(
            layers: [1, 2], metrics: [Metric(kind: .cycleKNN, k: 3)],
            curves: [MetricCurve(kind: .mutualKNN, ks: [1, 2])])
        #expect(TileScores.fixture(plan, row: 0, column: 0).curveValueCount == 16)
        let scores = TileScores(
            matrices: matrices, rows: 3, columns: 3, values: Array(repeating: 0, count: matrices * 9 + curveValues))
        expectMisfit(plan, item: .tile(row: 0, column: 0), .tile(scores))
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
