import SweepModel
import Testing

@testable import SweepAnalysis

struct CurveScoresTests {
    private static let curves = [MetricCurve(kind: .mutualKNN, ks: [1, 4]), MetricCurve(kind: .cknna, ks: [2])]

    /// A number of a cell that depends on everything; some are missing.
    private static func value(_ seed: Int) -> Double {
        let mixed = (seed &* 2_654_435_761) & 0xFFFF
        return mixed % 7 == 0 ? .nan : Double(mixed) / 0x8000 - 1
    }

    private static func tiles(_ plan: SweepPlan) -> [(row: Int, column: Int, values: [Double])] {
        let grid = plan.grid
        return (0..<grid.blockRows).flatMap { row in
            (grid.tileColumns(ofRow: row)).map { column in
                let layout = TileLayout(plan, row: row, column: column)
                return (row, column, (0..<layout.curveValueCount).map { value(($0 + 1) * 977 + row * 31 + column) })
            }
        }
    }

    private static func merged(_ plan: SweepPlan, _ tiles: [(row: Int, column: Int, values: [Double])]) -> ScoreTable {
        var table = ScoreTable(plan: plan)
        for tile in tiles {
            precondition(table.put(TileScores(row: tile.row, column: tile.column, values: tile.values)))
        }
        return table
    }

    @Test(arguments: [true, false]) func theOrderOfTilesDoesNotMatter(_ isSymmetric: Bool) {
        let layers = [60, 70, 3, 60].map { Array(0..<$0) }
        let plan = plan(layers, y: isSymmetric ? nil : [2, 0, 1], metrics: [], curves: Self.curves)
        let tiles = Self.tiles(plan)
        #expect(tiles.count == (isSymmetric ? 10 : 12))
        let forward = Self.merged(plan, tiles)
        let backward = Self.merged(plan, tiles.reversed())
        let turned = Self.merged(plan, Array(tiles[5...] + tiles[..<5]))
        for curve in Self.curves.indices {
            for other in [backward, turned] {
                #expect(same(forward.curves[curve].scores.flatMap(\.self), other.curves[curve].scores.flatMap(\.self)))
                #expect(
                    same(
                        forward.curves[curve].lastLayers.flatMap(\.self), other.curves[curve].lastLayers.flatMap(\.self)
                    ))
            }
        }
        #expect(forward.curves[0].scores.contains { $0.contains { $0.isFinite } })
    }

    /// Two models of one layer each: per k a 2 x 2 maximum, then a 2 x 2 of last layers, in that order.
    @Test func symmetricMetricsAreMirroredAndOthersFillTheirOwnHalf() {
        let plan = plan([[0], [0]], metrics: [], curves: Self.curves)
        let n = Double.nan
        let mutual: [Double] = [1, 0.5, n, 1] + [0.9, 0.4, n, 0.9] + [1, -0.5, n, 1] + [n, n, n, n]
        let forward: [Double] = [1, 0.2, n, 1] + [1, 0.2, n, 1]
        let reversed: [Double] = [1, 0.3, n, 1] + [1, 0.6, n, 1]
        let table = Self.merged(plan, [(0, 0, mutual + forward + reversed)])
        #expect(table.curves[0].scores == [[1, 0.5, 0.5, 1], [1, -0.5, -0.5, 1]])
        #expect(table.curves[0].lastLayers[0] == [0.9, 0.4, 0.4, 0.9])
        #expect(table.curves[0].lastLayers[1].allSatisfy { $0.isNaN })
        #expect(table.curves[1].scores == [[1, 0.2, 0.3, 1]])
        #expect(table.curves[1].lastLayers == [[1, 0.2, 0.6, 1]])
    }

    @Test func theMaximumDoesNotStartAtZeroButInReleasedCode() {
        let plan = plan([[0], [0]], x: [0], y: [1], metrics: [], curves: [MetricCurve(kind: .cknna, ks: [2, 3])])
        let curve = Self.merged(plan, [(0, 0, [-0.5, -0.5, .nan, 0.5])]).curves[0]
        #expect(curve.scores(position: 0, variant: .exact) == [-0.5])
        #expect(curve.scores(position: 0, variant: .paper) == [-0.5])
        #expect(curve.scores(position: 0, variant: .reference) == [0])
        #expect(curve.scores(position: 1, variant: .reference)[0].isNaN)
        #expect(curve.lastLayers == [[-0.5], [0.5]])
    }
}
