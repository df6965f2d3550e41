import SweepModel
import Testing

@testable import SweepCost

struct SweepWorkTests {
    /// Sums by shapes are those over every tile.
    @Test(
        arguments: [(1, nil), (64, nil), (65, nil), (200, nil), (130, 64), (64, 129), (63, 1), (256, 300)]
            as [(Int, Int?)])
    func shapesCoverTheGrid(x: Int, y: Int?) {
        let grid = TileGrid(rows: x, columns: y ?? x, isSymmetric: y == nil)
        let shapes = TileShapes(grid).shapes
        var pairs = 0
        for row in 0..<grid.blockRows {
            for column in grid.tileColumns(ofRow: row) {
                pairs += grid.rowRange(row).count * grid.columnRange(column, ofRow: row).count
            }
        }
        #expect(shapes.reduce(0) { $0 + $1.count } == grid.tileCount)
        #expect(shapes.reduce(0) { $0 + $1.count * $1.rows * $1.columns } == pairs)
    }

    /// The paper's figure 3 in 48 tiles.
    @Test func countsWhatThereIs() {
        let work = SweepWork(PlanFixture.plan(x: [400, 54], y: [352], samples: 1024, width: 1000))
        #expect(work.layerPairs == 159_808)
        #expect(work.tiles == 48)
        #expect(work.layers == 806)
        #expect(work.surveys == 3)
        #expect(work.valueBytes == 806 * 1024 * 1000 * 2)
        #expect(work.scoreBytes == 8 * 159_808)
        #expect(work.gramFlops == 806 * 1024 * 1024 * 1000)
        #expect(work.packedFlops == 0)
        #expect(work.artifacts == [.init(kind: .neighbours, bytes: 806 * 1024 * (12 * 10 + 8))])
    }

    @Test func symmetricPairsAreCountedOnce() {
        let work = SweepWork(PlanFixture.plan(x: [3, 4], metrics: [Metric(kind: .cka), Metric(kind: .rsa)]))
        #expect(work.layerPairs == 28)
        #expect(work.packedFlops == 2 * 64 * 64 * 1000 * 999)
        #expect(work.pairProductFlops == work.gramFlops)
        #expect(work.artifacts.map(\.bytes) == [7 * (499_500 * 4 + 8000), 7 * (499_500 * 4 + 8000)])
    }

    /// Where models are left out, the comparison of the others is the same.
    @Test func smallerPlansCompareTheFirstModels() {
        let plan = PlanFixture.plan(x: [3, 4, 5], y: [6, 7])
        let small = plan.first(models: 1)
        #expect(small.models.map(\.name) == ["model 0", "model 3"])
        #expect(small.xLayers.count == 3 && small.yLayers.count == 6)
        #expect(!small.isSymmetric)
        #expect(plan.first(models: 9) == plan)
        let symmetric = PlanFixture.plan(x: [3, 4, 5])
        #expect(symmetric.first(models: 3) == symmetric)
        #expect(symmetric.first(models: 2).isSymmetric)
    }
}
