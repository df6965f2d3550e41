import SweepModel
import Testing

@testable import SweepAnalysis

struct ModelScoresTests {
    private static let none = [Bool](repeating: false, count: 100)

    /// One x model with layers 0 and 1 and one y model with layers 0, 1 and 2.
    private static let pair = plan([[0, 1], [0, 1, 2]], x: [0], y: [1])

    private func best(_ rows: [[Double]], excluded: [Bool] = none) -> (score: Double, x: Int32, y: Int32) {
        let scores = ModelScores(table(Self.pair, rows), metric: 0, excluded: excluded)
        return (scores.scores[0], scores.bestXLayers[0], scores.bestYLayers[0])
    }

    @Test func maximumAndItsLayers() { #expect(best([[0.1, 0.2, 0.3], [0.4, 0.9, 0.5]]) == (0.9, 1, 1)) }

    @Test func negativeScoresStay() { #expect(best([[-0.5, -0.2, -0.3], [-0.4, -0.9, -0.5]]) == (-0.2, 0, 1)) }

    @Test func missingCellsAreSkipped() {
        #expect(best([[.nan, -0.2, .nan], [.nan, .nan, -0.1]]) == (-0.1, 1, 2))
        #expect(best([[0.3, .nan, 0.2], [.nan, 0.1, .nan]]) == (0.3, 0, 0))
        #expect(best([[.infinity, 0.1, -.infinity], [0, 0, 0]]) == (0.1, 0, 1))
    }

    @Test func noScoreAtAll() {
        let found = best([[.nan, .nan, .nan], [.infinity, .nan, -.infinity]])
        #expect(found.score.isNaN)
        #expect((found.x, found.y) == (-1, -1))
    }

    @Test func tiesGoToTheLowestXThenTheLowestY() {
        #expect(best([[0.1, 0.7, 0.7], [0.7, 0.7, 0.7]]) == (0.7, 0, 1))
        #expect(best([[0.1, 0.1, 0.7], [0.7, 0.1, 0.1]]) == (0.7, 0, 2))
        #expect(best([[-0.0, 0.0, 0.0], [0, 0, 0]]).x == 0)
    }

    @Test func excludedLayersStayOut() {
        let rows = [[0.1, 0.2, 0.3], [0.4, 0.9, 0.5]]
        #expect(best(rows, excluded: [false, true, false, false, false]) == (0.3, 0, 2))
        #expect(best(rows, excluded: [false, false, false, true, false]) == (0.5, 1, 2))
        #expect(best(rows, excluded: [false, true, false, true, true]) == (0.1, 0, 0))
    }

    @Test(arguments: [[true, true, false, false, false], [false, false, true, true, true]])
    func allLayersOfAModelExcluded(_ excluded: [Bool]) {
        let found = best([[0.1, 0.2, 0.3], [0.4, 0.9, 0.5]], excluded: excluded)
        #expect(found.score.isNaN)
        #expect((found.x, found.y) == (-1, -1))
    }

    @Test func tiesAreSwappedWhenMirrored() {
        // m0 has layers 0 and 1, m1 has 2 and 3; (0, 3) and (1, 2) tie: of x <= y the lowest x layer is 0.
        let plan = plan([[0, 1], [0, 1]])
        let scores = ModelScores(
            table(plan, [[1, 0, 0, 0.8], [0, 1, 0.8, 0], [0, 0.8, 1, 0], [0.8, 0, 0, 1]]), metric: 0,
            excluded: Self.none)
        #expect(scores.scores == [1, 0.8, 0.8, 1])
        #expect(scores.bestXLayers == [0, 0, 1, 0])
        #expect(scores.bestYLayers == [0, 1, 0, 0])
    }

    @Test func theDiagonalIsItsOwnMirrorImage() {
        let scores = ModelScores(table(plan([[0, 1]]), [[0.1, 0.6], [0.6, 0.2]]), metric: 0, excluded: Self.none)
        #expect(scores.scores == [0.6])
        #expect(scores.bestXLayers == [0])
        #expect(scores.bestYLayers == [1])
    }

    @Test func missingPairsInASymmetricSweep() {
        let scores = ModelScores(
            table(plan([[0], [0]]), [[1, .nan], [.nan, 1]]), metric: 0, excluded: Self.none)
        #expect(scores.scores[1].isNaN && scores.scores[2].isNaN)
        #expect(scores.bestXLayers == [0, -1, -1, 0])
        #expect(scores.bestYLayers == [0, -1, -1, 0])
    }

    @Test func layersAreCalledByTheirOwnIndex() {
        let plan = plan([[4, 9], [7], [2, 5, 11]], x: [2, 0], y: [1, 2])
        // Rows: 2, 5, 11 of m2, then 4, 9 of m0; columns: 7 of m1, then 2, 5, 11 of m2.
        let scores = ModelScores(
            table(plan, [[1, 0, 0, 0], [2, 0, 0, 3], [0, 0, 0, 0], [0, 0, 4, 0], [5, 0, 0, 0]]), metric: 0,
            excluded: Self.none)
        #expect(scores.scores == [2, 3, 5, 4])
        #expect(scores.bestXLayers == [5, 5, 9, 4])
        #expect(scores.bestYLayers == [7, 11, 7, 5])
    }

    @Test func everyMetricHasItsOwnScores() {
        let plan = plan([[0], [0]], x: [0], y: [1], metrics: [Metric(kind: .cka), Metric(kind: .mutualKNN, k: 3)])
        let table = table(plan) { metric, _, _ in metric == 0 ? 0.25 : 0.75 }
        #expect(ModelScores(table, metric: 0, excluded: Self.none).scores == [0.25])
        #expect(ModelScores(table, metric: 1, excluded: Self.none).scores == [0.75])
    }

    @Test func lastLayers() {
        let plan = plan([[0, 1], [3], [0, 1, 2]], x: [0, 1], y: [2, 0])
        // Rows: two of m0, one of m1; columns: three of m2, two of m0.
        let table = table(plan) { _, r, c in Double(10 * r + c) }
        #expect(ModelScores.lastLayers(table, metric: 0) == [12, 14, 22, 24])
    }

    @Test func metricsThatAreNotSymmetricFillBothHalvesFromTheirOwnCells() {
        let plan = plan([[0, 1], [0]], metrics: [Metric(kind: .cycleKNN, k: 3)])
        let rows = [[0.9, 0.8, 0.1], [0.7, 0.95, 0.2], [0.4, 0.3, 0.6]]
        let found = ModelScores(table(plan, rows), metric: 0, excluded: Self.none)
        #expect(found.scores == [0.95, 0.2, 0.4, 0.6])
        #expect(found.bestXLayers == [1, 1, 0, 0])
        #expect(found.bestYLayers == [1, 0, 0, 0])
    }

    // MARK: Released code

    private func released(_ kind: MetricKind, _ rows: [[Double]]) -> (score: Double, x: Int32, y: Int32) {
        let plan = plan([[0, 1], [0]], x: [0], y: [1], metrics: [Metric(kind: kind)], variant: .reference)
        let found = ModelScores(table(plan, rows), metric: 0, excluded: Self.none)
        return (found.scores[0], found.bestXLayers[0], found.bestYLayers[0])
    }

    @Test func itsMaximumStartsAtZero() {
        #expect(released(.unbiasedCKA, [[-0.5], [-0.25]]) == (0, -1, -1))
        #expect(released(.unbiasedCKA, [[-0.5], [0]]) == (0, -1, -1))
        #expect(released(.unbiasedCKA, [[-0.5], [0.125]]) == (0.125, 1, 0))
        #expect(released(.unbiasedCKA, [[.nan], [-0.125]]) == (0, -1, -1))
    }

    @Test func itHasNoScoreOfNothing() {
        let found = released(.unbiasedCKA, [[.nan], [.nan]])
        #expect(found.score.isNaN && (found.x, found.y) == (-1, -1))
    }

    @Test func metricsItDoesNotHaveStayAsTheyAre() { #expect(released(.rsa, [[-0.5], [-0.25]]) == (-0.25, 1, 0)) }

    // MARK: Concatenations

    private static let concatenated = plan([[0, 1, PlannedLayer.concatenation], [0, PlannedLayer.concatenation]])

    @Test func concatenationsTakePartInTheMaximumAndAreNeverLast() {
        let table = table(Self.concatenated) { _, r, c in
            // The two concatenations are rows 2 and 4.
            Double(min(r, c) * 10 + max(r, c))
        }
        let found = ModelScores(table, metric: 0, excluded: Self.none)
        #expect(found.scores[1] == 24)
        #expect((found.bestXLayers[1], found.bestYLayers[1]) == (-2, -2))
        #expect(ModelScores.lastLayers(table, metric: 0) == [11, 13, 13, 33])
        #expect(ModelScores.matchedDepth(table, metric: 0) == [5.5, 8, 8, 33])
    }

    // MARK: Matched depth

    /// Of 3 x 5 layers l = 0 … 4 goes with ⌊l·2/4 + ½⌋ = 0, 1, 1, 2, 2.
    @Test func threeByFiveLayers() {
        let plan = plan([[0, 1, 2], [0, 1, 2, 3, 4]], x: [0], y: [1])
        let cells = table(plan) { _, r, c in Double(1 << (r * 5 + c)) }
        let pairs = [(0, 0), (1, 1), (1, 2), (2, 3), (2, 4)]
        let expected = pairs.reduce(0.0) { $0 + Double(1 << ($1.0 * 5 + $1.1)) } / 5
        #expect(ModelScores.matchedDepth(cells, metric: 0) == [expected])
        let turned = SweepAnalysisTests.plan([[0, 1, 2], [0, 1, 2, 3, 4]], x: [1], y: [0])
        #expect(
            ModelScores.matchedDepth(table(turned) { _, r, c in Double(1 << (c * 5 + r)) }, metric: 0) == [expected])
    }

    @Test func layersAsDeepAreMatchedOneByOne() {
        let plan = plan([[0, 1, 2], [0, 1, 2]], x: [0], y: [1])
        #expect(ModelScores.matchedDepth(table(plan, [[1, 9, 9], [9, 2, 9], [9, 9, 6]]), metric: 0) == [3])
    }

    @Test func aSingleLayerIsMatchedWithEveryOther() {
        let plan = plan([[0], [0, 1, 2], [0]], x: [0], y: [1, 2])
        #expect(ModelScores.matchedDepth(table(plan, [[1, 2, 6, 7]]), metric: 0) == [3, 7])
    }

    @Test func missingCellsAreLeftOutOfTheMean() {
        let plan = plan([[0, 1], [0, 1]], x: [0], y: [1])
        #expect(ModelScores.matchedDepth(table(plan, [[.nan, 9], [9, 2]]), metric: 0) == [2])
        #expect(ModelScores.matchedDepth(table(plan, [[.nan, 9], [9, .infinity]]), metric: 0)[0].isNaN)
    }

    @Test(arguments: 0..<20) func randomSweepsAgreeWithTheDefinition(_ seed: Int) {
        var generator = LinearCongruentialGenerator(state: UInt64(seed) &* 977 &+ 13)
        let models = (0..<4).map { _ in Array(0..<Int.random(in: 1...5, using: &generator)) }
        let plan = plan(models)
        let count = plan.layers.count
        var rows = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
        for r in 0..<count {
            for c in r..<count {
                let score =
                    Int.random(in: 0..<6, using: &generator) == 0
                    ? Double.nan : Double(Int.random(in: -4...2, using: &generator))
                rows[r][c] = score
                rows[c][r] = score
            }
        }
        let excluded = (0..<count).map { _ in Int.random(in: 0..<5, using: &generator) == 0 }
        let found = ModelScores(table(plan, rows), metric: 0, excluded: excluded)
        for i in 0..<4 {
            for j in i..<4 {
                let cells = plan.models[i].layers.flatMap { a in plan.models[j].layers.map { (a, $0) } }
                    .filter { !excluded[$0.0] && !excluded[$0.1] && rows[$0.0][$0.1].isFinite }
                let maximum = cells.map { rows[$0.0][$0.1] }.max()
                let first = cells.first { rows[$0.0][$0.1] == maximum }
                let (cell, mirror) = (i * 4 + j, j * 4 + i)
                #expect(found.scores[cell].isNaN ? maximum == nil : found.scores[cell] == maximum)
                #expect(Int(found.bestXLayers[cell]) == first.map { plan.layers[$0.0].index } ?? -1)
                #expect(Int(found.bestYLayers[cell]) == first.map { plan.layers[$0.1].index } ?? -1)
                guard i != j else { continue }
                #expect(found.scores[mirror] == found.scores[cell] || found.scores[mirror].isNaN && maximum == nil)
                #expect(found.bestXLayers[mirror] == found.bestYLayers[cell])
                #expect(found.bestYLayers[mirror] == found.bestXLayers[cell])
            }
        }
    }
}

/// A small generator whose numbers depend on the seed alone.
private struct LinearCongruentialGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
