import Testing

@testable import SweepModel

struct SweepPlanTests {
    private typealias Model = (name: String, path: String, bytes: Int, layers: [(index: Int, name: String, width: Int)])

    private func model(_ name: String, _ indices: [Int]) -> Model {
        (name, "/\(name).h5", 10, indices.map { ($0, "\(name) \($0)", 8 + $0) })
    }

    private func plan(_ metrics: [Metric] = [], x: [Int], y: [Int]?) -> SweepPlan {
        SweepPlan(
            sampleCount: 100, models: [model("a", [0, 1]), model("b", [5]), model("c", [0, 3, 7])], xModels: x,
            yModels: y,
            metrics: metrics)
    }

    @Test func symmetric() {
        let plan = plan(x: [0, 1, 2], y: nil)
        #expect(plan.isSymmetric)
        #expect(plan.yModels == [0, 1, 2])
        #expect(plan.layers.map(\.model) == [0, 0, 1, 2, 2, 2])
        #expect(plan.layers.map(\.index) == [0, 1, 5, 0, 3, 7])
        #expect(plan.models.map(\.layers) == [0..<2, 2..<3, 3..<6])
        #expect(plan.xLayers == Array(0..<6))
        #expect(plan.yLayers == plan.xLayers)
        #expect(plan.grid == TileGrid(rows: 6, columns: 6, isSymmetric: true))
    }

    @Test func storesOnBothSidesHaveTheirLayersOnce() {
        let plan = plan(x: [0, 2], y: [1, 2])
        #expect(!plan.isSymmetric)
        #expect(plan.models.count == 3)
        #expect(plan.layers.count == 6)
        #expect(plan.xLayers == [0, 1, 3, 4, 5])
        #expect(plan.yLayers == [2, 3, 4, 5])
        #expect(plan.grid == TileGrid(rows: 5, columns: 4, isSymmetric: false))
    }

    @Test func theSameStoresOnBothSidesAreStillRectangular() { #expect(!plan(x: [0, 1], y: [0, 1]).isSymmetric) }

    @Test func sidesKeepTheirOwnOrder() { #expect(plan(x: [2, 0], y: [1]).xLayers == [3, 4, 5, 0, 1]) }

    @Test func labelsCarryTheLayersOwnIndex() {
        let plan = plan(x: [0, 1, 2], y: nil)
        #expect(plan.layers.indices.map(plan.label(ofLayer:)) == ["a:0", "a:1", "b:5", "c:0", "c:3", "c:7"])
    }

    @Test func whatMetricsNeed() {
        let metrics = [
            Metric(kind: .mutualKNN, k: 20), Metric(kind: .mutualKNN, k: 5), Metric(kind: .jaccardKNN, k: 5),
        ]
        #expect(plan(metrics, x: [0], y: nil).neighbourCounts == [5, 20])
        #expect(plan(metrics, x: [0], y: nil).longestNeighbourList == 20)
        #expect(plan(metrics, x: [0], y: nil).artifactKinds == [.neighbours])
        #expect(plan(metrics, x: [0], y: nil).basisDimensions == nil)
        let cka = plan([Metric(kind: .cka), Metric(kind: .unbiasedCKA)], x: [0], y: nil)
        #expect(cka.neighbourCounts == [] && cka.longestNeighbourList == nil)
        #expect(cka.artifactKinds == [.gram])
        let several = plan(
            [
                Metric(kind: .svcca, .dimensions(20)), Metric(kind: .svcca, .dimensions(5)),
                Metric(kind: .ckaRBF, .bandwidth(1)), Metric(kind: .ckaRBF, .bandwidth(2)), Metric(kind: .rsa),
                Metric(kind: .procrustes),
            ], x: [0], y: nil)
        #expect(several.basisDimensions == 20)
        #expect(several.artifactKinds == [.basis, .rbf(bandwidth: 1), .rbf(bandwidth: 2), .ranks, .features])
    }

    @Test func curvesNeedTheirLongestListAndAreNoSingleK() {
        let plan = SweepPlan(
            sampleCount: 100, models: [model("a", [0])], xModels: [0], yModels: nil,
            metrics: [Metric(kind: .cka), Metric(kind: .cknna, k: 7)],
            curves: [MetricCurve(kind: .mutualKNN, ks: [1, 2, 30])])
        #expect(plan.neighbourCounts == [7])
        #expect(plan.longestNeighbourList == 30)
        #expect(plan.artifactKinds == [.neighbours, .gram])
    }

    @Test func concatenationsAreNeverTheLastLayer() {
        let plan = SweepPlan(
            sampleCount: 100, models: [model("a", [0, 4, PlannedLayer.concatenation]), model("b", [1])],
            xModels: [0, 1], yModels: nil, metrics: [])
        #expect(plan.layers.map(\.isConcatenation) == [false, false, true, false])
        #expect(plan.lastLayer(ofModel: 0) == 1)
        #expect(plan.lastLayer(ofModel: 1) == 3)
    }
}
