import Testing

@testable import SweepAnalysis

struct DepthProfileTests {
    private func metric(_ x: [Int], _ y: [Int]) -> ScoredMetric {
        ScoredMetric(id: "m", kind: "m", scores: x.map { _ in 0.5 }, bestXLayers: x, bestYLayers: y)
    }

    @Test func depthIsRelativeToTheDeepestLayer() throws {
        let x = side(["a"], layers: 11)
        let y = side(["b", "c", "d", "e", "f"], layers: 5)
        let sweep = scored(x, y, [metric([0, 3, 10, -2, -1], [4, 2, 1, -1, 0])])
        let profile = try #require(DepthProfile.all(sweep).first)
        let depths = try #require(profile.x[0].depths.value)
        #expect(profile.x[0].depths.n == 3 && profile.x[0].concatenatedCount == 1)
        #expect(close(depths.mean, 1.3 / 3) && close(depths.quartiles, [0.15, 0.3, 0.65]))
        #expect(depths.histogram == [1, 0, 0, 1, 0, 0, 0, 0, 0, 1])
        #expect(profile.y.map { $0.depths.value?.mean } == [1, 0.5, 0.25, nil, 0])
        #expect(profile.y[3].depths.reason == "no partner has a best layer")
    }

    @Test func theDiagonalOfASymmetricSweepIsLeftOut() throws {
        let sweep = scored(side(["a", "b"], layers: 3), [metric([2, 1, 0, 2], [2, 0, 1, 2])])
        let profile = try #require(DepthProfile.all(sweep).first)
        #expect(profile.x.map { $0.depths.value?.mean } == [0.5, 0] && profile.y.isEmpty)
    }

    @Test func aModelOfTheSameNameIsNoPartner() throws {
        let sweep = scored(side(["a"]), side(["a", "b"]), [metric([2, 1], [2, 0])])
        let profile = try #require(DepthProfile.all(sweep).first)
        #expect(profile.x[0].depths.value?.mean == 0.5 && profile.y[0].depths.n == 0)
    }

    @Test func aSingleLayerHasNoDepth() throws {
        let sweep = scored(side(["a"], layers: 1), side(["b"], layers: 2), [metric([0], [1])])
        let profile = try #require(DepthProfile.all(sweep).first)
        #expect(
            profile.x[0].depths.reason == "the sweep has the model's first layer alone"
                && profile.y[0].depths.value?.mean == 1)
    }
}
