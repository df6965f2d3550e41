import Testing

@testable import SweepModel

struct TileLayoutTests {
    private typealias Block = TileLayout.Block

    private static let metrics = [
        Metric(kind: .cknna, k: 3), Metric(kind: .cka), Metric(kind: .cycleKNN, k: 3), Metric(kind: .mutualKNN, k: 3),
    ]

    /// Models with so many layers each.
    private func plan(
        _ layers: [Int], x: [Int]? = nil, y: [Int]? = nil, metrics: [Metric] = metrics, curves: [MetricCurve] = []
    ) -> SweepPlan {
        SweepPlan(
            sampleCount: 50,
            models: layers.enumerated().map { model, count in
                ("m\(model)", "/\(model).h5", 1, (0..<count).map { ($0, "\($0)", 2) })
            },
            xModels: x ?? Array(layers.indices), yModels: y, metrics: metrics, curves: curves)
    }

    @Test func aSymmetricSweepHasAsymmetricMetricsTwice() {
        let layout = TileLayout(plan([3, 2]), row: 0, column: 0)
        #expect(
            layout.matrices == [
                Block(position: 0, isReversed: false), Block(position: 1, isReversed: false),
                Block(position: 2, isReversed: false), Block(position: 3, isReversed: false),
                Block(position: 0, isReversed: true), Block(position: 2, isReversed: true),
            ])
        #expect(layout.matrixValueCount == 6 * 25)
        #expect(layout.curveValueCount == 0 && layout.curves == [])
    }

    @Test func twoSidesHaveEveryMetricOnce() {
        let layout = TileLayout(plan([3, 2], x: [0], y: [1]), row: 0, column: 0)
        #expect(layout.matrices == (0..<4).map { Block(position: $0, isReversed: false) })
        #expect((layout.rows, layout.columns) == (0..<3, 0..<2))
        #expect(layout.matrixValueCount == 4 * 6)
    }

    @Test func curvesHoldTwoMatricesOfModelsForEachK() {
        let curves = [MetricCurve(kind: .mutualKNN, ks: [1, 2, 9]), MetricCurve(kind: .cycleKNN, ks: [1, 2, 9])]
        let symmetric = TileLayout(plan([3, 2], metrics: [], curves: curves), row: 0, column: 0)
        #expect(
            symmetric.curves == [
                Block(position: 0, isReversed: false), Block(position: 1, isReversed: false),
                Block(position: 1, isReversed: true),
            ])
        #expect(symmetric.curveLengths == [3, 3, 3])
        #expect(symmetric.matrixValueCount == 0)
        #expect(symmetric.curveValueCount == 9 * 2 * 4)
        let sides = TileLayout(plan([3, 2, 1], x: [0, 2], y: [1], metrics: [], curves: curves), row: 0, column: 0)
        #expect(sides.curves.count == 2)
        #expect(sides.curveValueCount == 6 * 2 * 2)
    }

    @Test func subsamplesAndGalleriesComeLast() {
        let curves = [MetricCurve(kind: .mutualKNN, ks: [1, 2])]
        let plan = SweepPlan(
            sampleCount: 50, models: [("a", "/a", 1, [(0, "0", 2), (1, "1", 2)]), ("b", "/b", 1, [(0, "0", 2)])],
            xModels: [0], yModels: [1], metrics: Self.metrics, curves: curves,
            subsamples: [
                SubsamplePlan(.halves, count: 20, metrics: [1, 3], seed: 0, reach: 9),
                SubsamplePlan(.parts, count: 2, metrics: [1], seed: 0, reach: 9),
            ],
            gallery: GalleryPlan(sizes: [10, 20, 30], metrics: [3], reach: 9))
        let layout = TileLayout(plan, row: 0, column: 0)
        // Three matrices of 2 x 1; of one pair of models the row, the column and 20 scores, 2 scores, or three sizes twice.
        #expect(layout.subsampleValueCount == 2 * (3 * 2 + 22) + 3 * 2 + 4)
        #expect(layout.galleryValueCount == 2 + 6)
        let before = layout.matrixValueCount + layout.curveValueCount
        #expect(layout.valueCount == before + layout.subsampleValueCount + layout.galleryValueCount)
        #expect(plan.tileValueCount(row: 0, column: 0) == layout.valueCount)
        let tile = TileScores(row: 0, column: 0, values: (0..<layout.valueCount).map { Double($0) })
        var next = Double(before)
        var metrics: [Int] = []
        func check(_ parts: [ArraySlice<Double>]) {
            for part in parts {
                #expect(Array(part) == part.indices.map { next + Double($0 - part.startIndex) })
                next += Double(part.count)
            }
        }
        let isRead = tile.forEachTile(of: plan) { values in
            values.forEachSubsampled { drawn, found in
                metrics.append(drawn.metric)
                check([
                    found.means, found.deviations, found.leftOut, found.best.rows, found.best.columns,
                    found.best.values,
                ])
            }
            values.forEachGallery { metric, found in
                metrics.append(metric)
                check([found.rows, found.columns, found.values])
            }
        }
        #expect(isRead)
        #expect(metrics == [1, 3, 1, 3] && next == Double(layout.valueCount))
    }

    /// Layers 0 … 59 are m0's, 60 … 69 m1's, 70 … 199 m2's: m1 lies across the first border, m2 across two.
    @Test func modelsThatLieAcrossBlocksAreInBoth() {
        let plan = plan([60, 10, 130])
        let first = TileLayout(plan, row: 0, column: 1)
        #expect((first.rows, first.columns) == (0..<64, 64..<128))
        #expect(first.rowModels == [0, 1] && first.columnModels == [1, 2])
        #expect(first.modelOfRow == [Int](repeating: 0, count: 60) + [Int](repeating: 1, count: 4))
        #expect(first.modelOfColumn == [Int](repeating: 0, count: 6) + [Int](repeating: 1, count: 58))
        let last = TileLayout(plan, row: 2, column: 3)
        #expect((last.rows, last.columns) == (128..<192, 192..<200))
        #expect(last.rowModels == [2] && last.columnModels == [2])
        #expect(last.modelOfColumn == [Int](repeating: 0, count: 8))
    }

    @Test func modelsArePositionsOnTheirOwnSide() {
        let layout = TileLayout(plan([1, 2, 3, 0, 4], x: [4, 1], y: [2, 3, 0]), row: 0, column: 0)
        #expect(layout.rowModels == [0, 1])
        #expect(layout.modelOfRow == [0, 0, 0, 0, 1, 1])
        #expect(layout.columnModels == [0, 2], "a model without layers is in no tile")
        #expect(layout.modelOfColumn == [0, 0, 0, 1])
    }

    /// The tiles of a grid together hold every cell once and every symmetric sweep's mirror image once.
    @Test(arguments: [true, false]) func tilesTogetherCoverTheSweep(_ isSymmetric: Bool) {
        let plan = plan([70, 70], x: [0, 1], y: isSymmetric ? nil : [1, 0], metrics: [Metric(kind: .cycleKNN, k: 1)])
        var covered: [Int] = Array(repeating: 0, count: 140 * 140)
        let grid = plan.grid
        for row in 0..<grid.blockRows {
            for column in grid.tileColumns(ofRow: row) {
                let layout = TileLayout(plan, row: row, column: column)
                for block in layout.matrices {
                    for r in layout.rows {
                        for c in layout.columns { covered[block.isReversed ? c * 140 + r : r * 140 + c] += 1 }
                    }
                }
            }
        }
        let onTheDiagonal = (0..<(140 * 140)).filter { $0 / 140 / 64 == $0 % 140 / 64 }
        #expect(onTheDiagonal.allSatisfy { covered[$0] == (isSymmetric ? 2 : 1) })
        #expect(covered.count { $0 == 0 } == 0)
        if !isSymmetric { #expect(covered.allSatisfy { $0 == 1 }) }
    }
}
