import Testing

@testable import SweepModel

struct TileScoresTests {
    private static let curves = [MetricCurve(kind: .cycleKNN, ks: [1, 3])]

    /// Two blocks of rows and of columns; a metric that is symmetric and one that is not.
    private func plan(isSymmetric: Bool = true, curves: [MetricCurve] = curves) -> SweepPlan {
        SweepPlan(
            sampleCount: 9,
            models: [3, 66].enumerated().map { model, count in
                ("m\(model)", "/\(model)", 1, (0..<count).map { ($0, "\($0)", 2) })
            },
            xModels: [0, 1], yModels: isSymmetric ? nil : [1, 0],
            metrics: [Metric(kind: .cka), Metric(kind: .cycleKNN, k: 1)], curves: curves)
    }

    /// The tile at block (`row`, `column`) with a number for each place, `first` being the least.
    private func tile(_ plan: SweepPlan, _ row: Int, _ column: Int, first: Int) -> TileScores {
        TileScores(
            row: row, column: column,
            values: (0..<plan.tileValueCount(row: row, column: column)).map { Double(first + $0) })
    }

    /// The first number and the last of each tile.
    private func ends(_ scores: TileScores, _ plan: SweepPlan) -> [[Double]]? {
        var found: [[Double]] = []
        let isTaken = scores.forEachTile(of: plan) { tile in
            var (first, last) = (Double.nan, Double.nan)
            tile.forEachMatrix { _, values in if first.isNaN { first = values[values.startIndex] } }
            tile.forEachCurve { _, _, _, lastLayers in last = lastLayers[lastLayers.endIndex - 1] }
            found.append([first, last])
        }
        return isTaken ? found : nil
    }

    @Test func bytesAreLittleEndianBitPatterns() {
        let odd = [1.0, -0.0, Double(bitPattern: 0x7ff0_0000_0000_1234)]
        let scores = TileScores(row: 4, column: 2, values: odd)
        #expect(scores.row == 4)
        #expect(scores.columns == 2..<3)
        let expected: [UInt8] = [
            0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x34, 0x12, 0, 0, 0, 0, 0xf0, 0x7f,
        ]
        #expect(scores.bytes == expected)
    }

    @Test(arguments: [true, false]) func everyNumberIsHandedOverInOrder(_ isSymmetric: Bool) {
        let plan = plan(isSymmetric: isSymmetric)
        let scores = tile(plan, 0, 1, first: 7)
        var (blocks, values): ([TileLayout.Block], [Double]) = ([], [])
        let isTaken = scores.forEachTile(of: plan) { tile in
            #expect(tile.layout == TileLayout(plan, row: 0, column: 1))
            tile.forEachMatrix { block, matrix in
                let score = tile.score(matrix: blocks.count, row: 63, column: 2)
                #expect(score == matrix[matrix.startIndex + 63 * 5 + 2])
                blocks.append(block)
                values += matrix
            }
            #expect(blocks == tile.layout.matrices)
            var steps: [Int] = []
            tile.forEachCurve { block, position, maxima, lastLayers in
                steps.append(2 * (block.isReversed ? 1 : 0) + position)
                values += maxima + lastLayers
            }
            #expect(steps == Array(0..<(isSymmetric ? 4 : 2)))
        }
        #expect(isTaken)
        let expected = (0..<plan.tileValueCount(row: 0, column: 1)).map { Double(7 + $0) }
        #expect(values == expected)
    }

    @Test func tilesOfARunAreToldApart() throws {
        let plan = plan()
        let (a, b) = (tile(plan, 0, 0, first: 1000), tile(plan, 0, 1, first: 900_000))
        let run = TileScores(row: 0, columns: 0..<2, bytes: a.bytes + b.bytes)
        let last = [Double(999 + a.bytes.count / 8), Double(899_999 + b.bytes.count / 8)]
        let found = try #require(ends(run, plan))
        #expect(found == [[1000, last[0]], [900_000, last[1]]])
        #expect(run.part(0..<1, of: plan) == a)
        #expect(run.part(1..<2, of: plan) == b)
        #expect(run.part(0..<2, of: plan) == run)
        #expect(run.part(1..<3, of: plan) == nil)
        #expect(a.part(1..<2, of: plan) == nil)
        #expect(TileScores(row: 0, columns: 0..<2, bytes: a.bytes).part(1..<2, of: plan) == nil)
    }

    @Test(arguments: [[], curves]) func whatDoesNotFitThePlanHasNoNumbers(_ curves: [MetricCurve]) {
        let plan = plan(curves: curves)
        let whole = tile(plan, 1, 1, first: 0)
        #expect(whole.fits(plan))
        #expect(TileScores(row: 0, columns: 1..<1, bytes: []).fits(plan))
        let (short, long) = (Array(whole.bytes.dropLast()), whole.bytes + [0])
        let misfits: [(Int, Range<Int>, [UInt8])] = [
            (1, 1..<2, short), (1, 1..<2, long), (1, 1..<2, []), (1, 0..<1, whole.bytes), (1, 1..<3, whole.bytes),
            (2, 1..<2, whole.bytes), (-1, 1..<2, whole.bytes), (0, -1..<0, []),
        ]
        for (row, columns, bytes) in misfits {
            let scores = TileScores(row: row, columns: columns, bytes: bytes)
            #expect(!scores.fits(plan))
            #expect(ends(scores, plan) == nil)
        }
    }
}
