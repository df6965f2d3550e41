import SweepModel
import SweepTestSupport
import Testing

@testable import SweepAnalysis

struct LiveScoresTests {
    private static let metrics = [
        Metric(kind: .cka), Metric(kind: .mutualKNN, k: 5), Metric(kind: .cycleKNN, k: 5),
        Metric(kind: .mutualKNN, k: 9),
    ]

    /// A score of every sign, and now and then none. It is symmetric only nearly, as rounding has it.
    private func score(_ metric: Int, _ row: Int, _ column: Int) -> Double {
        var generator = SeededGenerator(seed: UInt64(metric << 40 | min(row, column) << 20 | max(row, column)))
        let value = Double.random(in: -1...1, using: &generator)
        if value > 0.9 { return value > 0.95 ? .nan : .infinity }
        if metric == 2 { return row <= column ? value : value * value }
        return row <= column ? value : value + 1e-15
    }

    /// The tiles of a sweep as workers send them.
    private func tiles(_ plan: SweepPlan) -> [TileScores] {
        let grid = plan.grid
        return (0..<grid.blockRows).flatMap { row in
            (grid.tileColumns(ofRow: row)).map { column in
                let layout = TileLayout(plan, row: row, column: column)
                let values = layout.matrices.flatMap { block in
                    layout.rows.flatMap { r in
                        layout.columns.map {
                            block.isReversed ? score(block.position, $0, r) : score(block.position, r, $0)
                        }
                    }
                }
                let curves = [Double](repeating: 7, count: layout.curveValueCount)
                return TileScores(row: row, column: column, values: values + curves)
            }
        }
    }

    private static let models = [Array(0..<40), Array(0..<3), Array(0..<70), [0], Array(0..<25)]

    @Test(arguments: [nil, [1, 2, 4]], [Variant.exact, .reference])
    func areThoseOfTheResultsOnceEveryTileIsIn(y: [Int]?, variant: Variant) {
        let plan = plan(
            Self.models, x: y == nil ? nil : [0, 1, 3], y: y, metrics: Self.metrics,
            curves: [MetricCurve(kind: .mutualKNN, ks: [1, 2])], variant: variant)
        var generator = SeededGenerator(seed: 3)
        let layers: [LayerSummary?] = plan.layers.map { layer in
            layer.index % 11 == 0
                ? nil : findings(tied: [layer.index % 3 == 0 ? 0.5 : 0, layer.index % 4 == 0 ? 0.02 : 0.01])
        }
        var live = LiveScores(plan: plan, ignoresTies: false)
        for (position, layer) in layers.enumerated() { if let layer { live.take(layer: position, layer) } }
        var table = ScoreTable(plan: plan)
        let tiles = tiles(plan)
        for tile in tiles { _ = table.put(tile) }
        // In any order, and some of them twice.
        for tile in tiles.shuffled(using: &generator) + tiles.prefix(2) {
            let isTaken = live.take(tile)
            #expect(isTaken)
        }
        let finished = sweep(table, layers)
        for metric in plan.metrics.indices {
            let expected = finished.modelScores(metric: metric).scores
            #expect(live.scores[metric].map(\.bitPattern) == expected.map(\.bitPattern), "metric \(metric)")
        }
    }

    @Test func layersThatAreTiedCountWhereTheyAreKept() {
        let plan = plan([[0], [0]], metrics: [Metric(kind: .mutualKNN, k: 5)])
        for ignoresTies in [false, true] {
            var live = LiveScores(plan: plan, ignoresTies: ignoresTies)
            live.take(layer: 0, findings(tied: [0.5]))
            let isTaken = live.take(TileScores(row: 0, column: 0, values: [1, 0.25, 0.25, 1]))
            #expect(isTaken && live.scores[0][1].isNaN == !ignoresTies)
            #expect(live.scores[0][3] == 1)
        }
    }

    @Test func aRunOfTilesIsTakenWhole() {
        let plan = plan(Self.models, metrics: Self.metrics)
        var (live, one) = (LiveScores(plan: plan, ignoresTies: false), LiveScores(plan: plan, ignoresTies: false))
        let row = tiles(plan).filter { $0.row == 0 }
        let isTaken = live.take(TileScores(row: 0, columns: 0..<row.count, bytes: row.flatMap(\.bytes)))
        for tile in row { _ = one.take(tile) }
        #expect(isTaken && live.scores.joined().map(\.bitPattern) == one.scores.joined().map(\.bitPattern))
    }

    @Test func whatHasNotTheShapeOfATileIsRefused() {
        let plan = plan(Self.models, metrics: Self.metrics)
        var live = LiveScores(plan: plan, ignoresTies: false)
        let whole = tiles(plan)[0].bytes
        for (row, columns, scores) in [
            (0, 0..<1, Array(whole.dropLast())), (0, 0..<1, []), (9, 0..<1, whole), (-1, 0..<1, whole),
            (1, 0..<1, whole), (0, 0..<99, whole),
        ] {
            let isTaken = live.take(TileScores(row: row, columns: columns, bytes: scores))
            #expect(!isTaken)
        }
        #expect(live.scores.joined().allSatisfy { $0.isNaN })
    }
}
