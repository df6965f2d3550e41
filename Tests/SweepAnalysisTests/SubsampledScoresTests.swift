import SweepModel
import Testing

@testable import SweepAnalysis

struct SubsampledScoresTests {
    private static let count = 20

    private func plan(_ layers: [Int], y: [Int]? = nil, x: [Int]? = nil) -> SweepPlan {
        SweepPlan(
            sampleCount: 100,
            models: layers.enumerated().map { position, count in
                ("m\(position)", "/m\(position).h5", 1, (0..<count).map { (index: $0, name: "\($0)", width: 4) })
            },
            xModels: x ?? Array(layers.indices), yModels: y, metrics: [Metric(kind: .cka), Metric(kind: .unbiasedCKA)],
            subsamples: [
                SubsamplePlan(.parts, count: 2, metrics: [0], seed: 0, reach: 0),
                SubsamplePlan(.halves, count: Self.count, metrics: [1], seed: 0, reach: 0),
            ])
    }

    /// The same whichever way round; some are equal.
    private static func score(_ r: Int, _ c: Int) -> Double {
        Double((min(r, c) * 7919 + max(r, c) * 104_729) % 997) / 997
    }
    private static func error(_ r: Int, _ c: Int) -> Double { score(r + 1, c + 1) / 10 }
    private static func replicate(_ r: Int, _ c: Int, _ number: Int) -> Double {
        score(r, c) + Double(number) / 1000 + Double(min(r, c)) + Double(max(r, c)) / 1024
    }

    /// What a worker would send of each tile: the best cell of every model pair in it, the first of equal ones.
    private func tile(_ plan: SweepPlan, _ row: Int, _ column: Int) -> TileScores {
        let layout = TileLayout(plan, row: row, column: column)
        let cells = layout.rows.flatMap { r in layout.columns.map { (r, $0) } }
        var values = plan.metrics.flatMap { _ in cells.map { Self.score($0.0, $0.1) } }
        // Two parts of the other metric, of which nothing is known.
        let pairs = layout.rowModels.count * layout.columnModels.count
        values += [Double](repeating: .nan, count: 3 * cells.count) + [Double](repeating: -1, count: 2 * pairs)
        values += [Double](repeating: .nan, count: 2 * pairs)
        values += cells.map { Self.error($0.0, $0.1) + 1 }
        values += cells.map { Self.error($0.0, $0.1) }
        values += cells.map { _ in 0.25 }
        var best: [(Int, Int)?] = []
        for x in layout.rowModels.indices {
            for y in layout.columnModels.indices {
                let own = cells.filter {
                    layout.modelOfRow[$0.0 - layout.rows.lowerBound] == x
                        && layout.modelOfColumn[$0.1 - layout.columns.lowerBound] == y
                }
                let most = own.map { Self.score($0.0, $0.1) }.max()
                best.append(own.first { Self.score($0.0, $0.1) == most })
            }
        }
        values += best.map { $0.map { Double($0.0 - layout.rows.lowerBound) } ?? -1 }
        values += best.map { $0.map { Double($0.1 - layout.columns.lowerBound) } ?? -1 }
        values += best.flatMap { cell in
            (0..<Self.count).map { number in cell.map { Self.replicate($0.0, $0.1, number) } ?? .nan }
        }
        return TileScores(row: row, column: column, values: values)
    }

    private func tiles(_ plan: SweepPlan) -> [TileScores] {
        (0..<plan.grid.blockRows).flatMap { row in plan.grid.tileColumns(ofRow: row).map { tile(plan, row, $0) } }
    }

    /// Models across several tiles have the scores of the layers that `ModelScores` names, whichever tile comes first.
    @Test(arguments: [true, false]) func theBestLayersOfAllTilesCount(_ isSymmetric: Bool) throws {
        let plan = plan([60, 30, 50], y: isSymmetric ? nil : [2, 0, 1])
        for tiles in [tiles(plan), tiles(plan).reversed()] {
            var table = ScoreTable(plan: plan)
            for tile in tiles {
                let fits = table.put(tile)
                #expect(fits)
            }
            let found = try #require(table.subsampled.last)
            #expect(table.subsampled.count == 2 && found.drawn.metric == 1 && found.drawn.design == .halves)
            #expect(
                table.subsampled[0].drawn.design == .parts && table.subsampled[0].replicates.allSatisfy { $0.isNaN })
            let models = ModelScores(table, metric: 1, excluded: plan.layers.map { _ in false })
            let starts = [0, 60, 90]
            let yStarts = isSymmetric ? starts : [0, 50, 110]
            for i in 0..<3 {
                for j in 0..<3 {
                    let cell = i * 3 + j
                    let (r, c) = (starts[i] + Int(models.bestXLayers[cell]), yStarts[j] + Int(models.bestYLayers[cell]))
                    #expect(found.bestDeviations[cell] == Self.error(r, c))
                    let expected = (0..<Self.count).map { Self.replicate(r, c, $0) }
                    #expect(Array(found.replicates[cell * Self.count..<(cell + 1) * Self.count]) == expected)
                }
            }
            for r in 0..<140 {
                for c in 0..<140
                where found.deviations[r * 140 + c] != Self.error(r, c)
                    || found.means[r * 140 + c] != Self.error(r, c) + 1
                {
                    Issue.record("\(r) \(c)")
                }
            }
            #expect(found.leftOut.allSatisfy { $0 == 0.25 })
        }
    }

    /// Positions come from workers, and may be anything.
    @Test(arguments: [-1, .nan, .infinity, 1e300, 3, -0.5]) func positionsThatAreNoneAreLeftOut(_ position: Double)
        throws
    {
        let plan = plan([3], y: nil)
        let layout = TileLayout(plan, row: 0, column: 0)
        let cells = [Double](repeating: 0.5, count: 9)
        let parts = cells + cells + cells + [position, 0, 0.5, 0.5]
        let values =
            cells + cells + parts + cells + cells + cells + [position, 0]
            + [Double](repeating: 0.5, count: Self.count)
        #expect(values.count == layout.valueCount)
        var table = ScoreTable(plan: plan)
        let fits = table.put(TileScores(row: 0, column: 0, values: values))
        #expect(fits)
        for found in table.subsampled {
            #expect(found.bestDeviations[0].isNaN && found.replicates.allSatisfy { $0.isNaN })
        }
    }
}

struct ScoreDifferenceTests {
    private static let intervals = ScoredIntervals(
        subsamples: 3, drawsGroups: false, units: 10, drawnUnits: 5, isValidated: true,
        bestStandardErrors: [0.1, 0.1, 0.1, 0.1],
        replicates: [0.5, 0.6, 0.7, 0.1, 0.2, 0.3, 0.4, 0.4, 0.4, 0.9, 0.8, 0.7])

    /// What both scores owe to a subsample cancels.
    @Test func differencesAreOfTheSameSubsamples() {
        let scores = [0.61, 0.2, 0.4, 0.8]
        let one = ScoreDifference(Self.intervals, scores: scores, plus: [0], minus: [1])
        #expect(abs(one.value - 0.41) < 1e-15 && one.standardError < 1e-15 && one.isDecided)
        let other = ScoreDifference(Self.intervals, scores: scores, plus: [0], minus: [3])
        #expect(abs(other.standardError - 0.2) < 1e-15, "-0.4, -0.2 and 0 deviate by 0.2")
        #expect(abs(other.upper - (-0.19 + 1.959963984540054 * 0.2)) < 1e-14 && !other.isDecided)
        let mean = ScoreDifference(Self.intervals, scores: scores, plus: [0, 1], minus: [2, 3])
        #expect(abs(mean.value - (0.405 - 0.6)) < 1e-15)
        #expect(abs(mean.standardError - 0.15) < 1e-15, "-0.35, -0.2 and -0.05")
        // A third of the units is drawn.
        var third = Self.intervals
        (third.units, third.drawnUnits) = (9, 3)
        #expect(
            abs(ScoreDifference(third, scores: scores, plus: [0], minus: [3]).standardError - 0.2 / 2.0.squareRoot())
                < 1e-15)
    }

    private func sweep(_ networks: [String?], isSymmetric: Bool) -> (SweepScores, ScoredMetric) {
        func side(_ names: [String], _ networks: [String?]) -> ScoredSide {
            ScoredSide(
                models: zip(names, networks).map { name, network in
                    ScoredModel(name: name, attributes: network.map { ["network": .text($0)] } ?? [:])
                }, layers: [])
        }
        let all = ["a", "b", "c", "d"]
        let x = isSymmetric ? side(all, networks) : side(["a", "b"], Array(networks[..<2]))
        let y = isSymmetric ? x : side(["c", "d"], Array(networks[2...]))
        let cells = x.models.count * y.models.count
        var intervals = Self.intervals
        intervals.replicates = (0..<cells * 3).map { Double($0 * $0 % 17) / 17 }
        intervals.bestStandardErrors = Array(repeating: 0.1, count: cells)
        let metric = ScoredMetric(
            id: "cka", kind: "cka", scores: (0..<cells).map { Double($0) / 16 }, intervals: intervals)
        return (
            SweepScores(name: "", sampleCount: 10, isSymmetric: isSymmetric, x: x, y: y, metrics: [metric], curves: []),
            metric
        )
    }

    /// Partners are all others that are no variants; of two sides the other side's.
    @Test func modelsAreComparedOverTheirPartners() throws {
        let (sweep, metric) = sweep(["n", nil, "n", nil], isSymmetric: true)
        let side = try #require(ComparedSide(sweep, "a", "b"))
        let found = ModelComparison(metric, try #require(metric.intervals), side)
        #expect(found.partners.map(\.name) == ["d"] && found.relatives == ["c"])
        #expect(found.partners[0].first == 3.0 / 16 && found.partners[0].second == 7.0 / 16)
        let (cross, other) = self.sweep([nil, nil, nil, nil], isSymmetric: false)
        #expect(ComparedSide(cross, "a", "c") == nil)
        let y = try #require(ComparedSide(cross, "d", "c"))
        let compared = ModelComparison(other, try #require(other.intervals), y)
        #expect(compared.partners.map(\.name) == ["a", "b"])
        #expect(
            compared.partners.map(\.first) == [1.0 / 16, 3.0 / 16] && compared.partners.map(\.second) == [0, 2.0 / 16])
        #expect(compared.mean?.difference.value == 1.0 / 16)
        #expect(ModelComparison(other, try #require(other.intervals), y, chosen: ["b"]).partners.map(\.name) == ["b"])
    }
}
